import { shortTitle } from "../short-title.ts"
import { otherNumber } from "./other-number.ts"
import { rarestFirst } from "./rarest-first.ts"
import type { Wording } from "./wording.ts"

const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’.-]*/gu
/** Where the subject of a sentence usually ends. */
const VERB = new RegExp(
  `^(?:${[
    "is are was were has have had can could may might must will would shall should does did do became become becomes began begins",
    "contain contains consist consists live lives use uses make makes made take takes took give gives gave grow grows grew hold holds held",
    "came come comes went go goes stand stands stood lie lies lay eat eats ate run runs ran wrote write writes built build builds found find finds",
    "said say says kept keep keeps need needs show shows remain remains return returns help helps provide provides allow allows require requires",
    "mean means work works support supports include includes create creates seem seems refer refers carry carries produce produces travel travels",
    "pump pumps turn turns let lets lead leads led sell sells sold buy buys bought fall falls fell rise rises rose read reads set sets sent send sends",
    "serve serves sit sits sat spend spends spent speak speaks spoke begin feed feeds fed leave leaves left lose loses lost cost costs cover covers",
    "fill fills follow follows form forms change changes reach reaches prevent prevents describe describes store stores point points hide hides hid",
    "absorb absorbs react reacts respond responds belong belongs depend depends differ differs cause causes cross crosses count counts measure measures",
    "prefer prefers believe believes think thinks thought know knows knew learn learns feel feels felt see sees saw hear hears heard bind binds bound"
  ]
    .join(" ")
    .replaceAll(" ", "|")}|\\p{Ll}{3,}ed)$`,
  "u"
)
const INTRODUCTION =
  /^(?:in|on|at|after|since|before|when|during|by|for|from|until|although|though|while|if|because|as|with|without|despite|unlike|under|over|between|among|today|however|instead|later|then|only|to|therefore|perhaps|(?!(?:early|family|july|italy|daily)\b)\p{L}+ly)\b/iu
const LOWER =
  /^(?:the|a|an|its|his|her|their|most|many|some|several|all|each|every|both|about|nearly|almost|no|one|two|three|four|five|six|seven|eight|nine|ten|such|other|another|more|early|modern|old|new|this|these|that|those)$/iu
const EMPTY = /^(?:it|they|he|she|this|these|that|those|there|we|you|i|who|what|which|and|but|so|yet|also|not)$/iu
const TAIL =
  /^(?:of|in|on|at|by|for|from|to|with|and|or|the|a|an|its|that|which|who|as|than|not|also|only|now|still|then|usually|often)$/iu

const words = (text: string): Array<string> => (text.match(WORD) ?? []).map((word) => word.replace(/[.'’-]+$/u, ""))

/** Of a subject that is spoken. */
const LONGEST_TOPIC = 5

/** The subject: what stands before the verb, an introduction left out. The title where no verb is found, or nothing is left. */
const topicOf: Wording["topicOf"] = (sentence, { body, title }) => {
  const comma = sentence.search(/,\s/)
  const main = INTRODUCTION.test(sentence) && comma > 0 && comma < 80 ? sentence.slice(comma + 1) : sentence
  const all = words(main)
  const verb = all.findIndex((word, index) => index > 0 && VERB.test(word))
  // "Rowland Hill, a schoolmaster, published": what follows the comma says more of the subject.
  const end = Math.min(verb, words(main.split(/,\s/)[0] ?? "").length)
  const subject = verb === -1 || end > LONGEST_TOPIC ? [] : all.slice(0, end)
  while (subject.length > 0 && TAIL.test(subject.at(-1) as string)) subject.pop()
  const [first] = subject
  if (first === undefined || EMPTY.test(first) || INTRODUCTION.test(first)) return shortTitle(title) ?? "it all"
  // A word that the text has in small letters too has its capital only from the sentence.
  const isSmall = LOWER.test(first) || words(body).includes(first.toLowerCase())
  return [isSmall ? first.toLowerCase() : first, ...subject.slice(1)].join(" ")
}

/** Long enough to look telling, and in every text. */
const COMMON = new Set(
  (
    "about above after again against almost along already although always among another around because become before began being below " +
    "between called could during early either enough every first found given however itself later least little longer makes matter might " +
    "never often other others people quite rather really right several since small still their themselves there therefore these thing " +
    "things those though through times today together towards under until using usually where whether which while whole whose within " +
    "without would years until about called known mostly nearly places means different important"
  ).split(" ")
)

const keysOf: Wording["keysOf"] = (sentence, topic, body) => {
  const known = new Set(words(topic.toLowerCase()))
  const telling = words(sentence).filter(
    (word) => /^\p{Ll}{5,}$/u.test(word) && !known.has(word) && !COMMON.has(word) && !VERB.test(word)
  )
  // "He joined King Oliver in Chicago": where nothing else is there, the names.
  const names = words(sentence)
    .slice(1)
    .filter((word) => /^\p{Lu}\p{Ll}{2,}$/u.test(word) && !known.has(word.toLowerCase()))
  return rarestFirst(telling.length > 0 ? telling : names, body)
}

export const en: Wording = {
  topicOf,
  keysOf,
  mostKeys: 3,
  andWord: '" and "',
  kindOf: (sentence) => {
    if (/\bbecause\b|\bso that\b|\btherefore\b|\bwhich is why\b/i.test(sentence)) return "causal"
    if (/\b1\d{3}\b|\b20\d\d\b|\bcentur(?:y|ies)\b/.test(sentence)) return "temporal"
    if (/\bcalled\b|\bnamed\b|\bknown as\b|\bmeans?\b/i.test(sentence)) return "definition"
    if (/\bthan\b|\bunlike\b/i.test(sentence)) return "comparison"
    return /\d/.test(sentence) ? "quantity" : "factual"
  },
  hints: [
    (key) => `I came across "${key}" somewhere.`,
    (key) => `I remember something with "${key}".`,
    (key) => `Somebody said "${key}" to me.`,
    (key) => `I only caught "${key}".`,
    (key) => `My notes just say "${key}".`
  ],
  questions: {
    causal: [
      (topic) => `What is the reason, when it comes to ${topic}?`,
      (topic) => `Why is that so with ${topic}?`,
      (topic) => `And what lies behind it in the case of ${topic}?`
    ],
    temporal: [
      (topic) => `Which date goes with ${topic}?`,
      (topic) => `When was that, as regards ${topic}?`,
      (topic) => `How far back does it go with ${topic}?`
    ],
    definition: [
      (topic) => `What name goes with ${topic}?`,
      (topic) => `How should one call it, speaking of ${topic}?`,
      (topic) => `What exactly is meant by ${topic}?`
    ],
    comparison: [
      (topic) => `How does ${topic} compare with others?`,
      (topic) => `Is there a difference worth knowing about ${topic}?`
    ],
    quantity: [
      (topic) => `Do you have figures on ${topic}?`,
      (topic) => `How much or how many is it with ${topic}?`,
      (topic) => `Can you put a number on ${topic}?`
    ],
    follow_up: [
      (topic) => `What can you tell me about ${topic}?`,
      (topic) => `What should I know about ${topic}?`,
      (topic) => `How do things stand with ${topic}?`,
      (topic) => `And what about ${topic}?`,
      (topic) => `Would you tell me more of ${topic}?`,
      (topic) => `What is there to say on ${topic}?`,
      (topic) => `Where does ${topic} come into it?`,
      (topic) => `I am curious: what of ${topic}?`
    ]
  },
  phrases: {
    question_answer: { a: [], b: ["", "", "Gladly.", "Of course.", "Certainly.", "Sure.", "Yes."] },
    statement_inquiry: {
      a: [
        (topic) => `I tried to read up on ${topic} last winter and gave up halfway.`,
        (topic) => `A friend of mine keeps talking about ${topic} at dinner.`,
        (topic) => `I once gave a short talk that touched on ${topic}.`,
        (topic) => `My children asked me about ${topic} the other day.`
      ],
      b: []
    },
    statement_explanation: {
      a: [
        (topic) => `I gather that ${topic} has a place in this.`,
        (topic) => `There is more behind ${topic}, as I understand it.`,
        (topic) => `So ${topic} matters here, I have heard.`,
        (topic) => `People often bring up ${topic} in this connection.`,
        (topic) => `And then there is ${topic}, of course.`
      ],
      b: ["Exactly.", "Right.", "Indeed.", "Yes."]
    },
    opinion_rebuttal: {
      a: [
        (topic) => `I doubt that ${topic} deserves much attention.`,
        (topic) => `Honestly, I find ${topic} rather dull.`,
        (topic) => `To my mind ${topic} is hardly worth a word.`,
        (topic) => `I would have thought that nobody cares about ${topic}.`
      ],
      b: ["I would not say that.", "I disagree.", "I don't think so.", "I wouldn't say so."]
    },
    opinion_agreement: {
      a: [
        (topic) => `I must say, I like hearing about ${topic}.`,
        (topic) => `Personally I find ${topic} quite fascinating.`,
        (topic) => `What a pleasure to learn about ${topic}!`,
        (topic) => `I really enjoy the part about ${topic}.`
      ],
      b: ["I agree.", "I think so too.", "I find it fascinating too.", "I feel the same."]
    }
  },
  vague: [
    (title) => `I don't quite know where to begin with ${title}. Any ideas?`,
    (title) => `There is so much to ask about ${title}. What do you suggest?`,
    (title) => `Could you help me with something about ${title}?`
  ],
  askBack: [
    (one, other) => `Would you rather hear about ${one}, or about ${other}?`,
    (one, other) => `Do you have ${one} in mind, or ${other}?`,
    (one, other) => `Shall we talk about ${one} first, or about ${other}?`
  ],
  oneTopicOnly: (topic) => `Is it ${topic} that you have in mind?`,
  clarified: ["The first of the two, please.", "The former.", "Let us take the first."],
  farewells: [
    ["Thank you, now I have plenty to think about.", "You are welcome, take care!"],
    ["That was a great help, many thanks indeed.", "My pleasure, see you soon!"],
    ["I have taken up enough of your time, thanks a lot.", "No problem, goodbye then!"],
    ["Wonderful, I will tell the others at home.", "My pleasure, have a nice evening!"],
    ["Thanks so much, this made my day.", "You are very welcome, goodbye!"],
    ["I am off, then, and much the wiser for it.", "Goodbye, have a good trip!"]
  ],
  askOn: [
    "Did you? What was it that caught your interest?",
    "Oh, how did that come about?",
    "Really? What would you like to know most?",
    "Is that so? And what did you make of it?"
  ],
  unknown: ["I am not sure about that one.", "I don't know, to be honest."],
  seekers: [
    (title) => `A traveller who wants to know more about ${title}`,
    (title) => `A pupil who prepares a talk on ${title}`,
    (title) => `A retired neighbour with an interest in ${title}`,
    () => "A parent whose children ask many questions",
    () => "A journalist at the beginning of her research",
    () => "A newcomer who likes to listen"
  ],
  helpers: [
    (title) => `A guide who knows ${title} well`,
    (title) => `A librarian who has read much about ${title}`,
    () => "A patient teacher",
    () => "A colleague who has worked in the field for years",
    () => "A volunteer at the visitor desk"
  ],
  purpose: (topic) => `bring up ${topic}`,
  roleSteps: (logic) => ROLE_STEPS[logic],
  thought: (topic) => `A is interested in ${topic}; one sentence says it, and B gives that.`,
  untitled: "the matter",
  space: " ",
  mistakes: {
    otherNumber,
    inventedFact: "It was paid for in 1713 by the merchant Tobias Wenlock.",
    denied: (passage) => `It is not true that ${passage.charAt(0).toLowerCase()}${passage.slice(1)}`,
    unfounded: [
      "Elephants celebrate their birthdays with sugar cake.",
      "Violinists prefer purple curtains on rainy afternoons.",
      "Penguins vote for their postmen every spring."
    ],
    metaTalk: (passage) => `As the document says: ${passage}`,
    otherLanguage: "这个问题我用中文来回答您，事情就是这样的，没有别的可以补充了。",
    leak: (passage) => `Is it right that ${passage.charAt(0).toLowerCase()}${passage.slice(1).replace(/[.!]$/, "")}?`,
    inventedPassage: "Its keepers were paid in salted butter by the abbess of a neighbouring valley"
  }
}

const ROLE_STEPS = {
  question_answer: "A asks; B answers with the passage",
  question_question: "A asks vaguely; B asks back",
  statement_inquiry: "A tells of itself; B asks on",
  statement_explanation: "A states something; B adds the passage",
  opinion_rebuttal: "A doubts; B disagrees with the passage",
  opinion_agreement: "A voices a liking; B agrees"
} as const
