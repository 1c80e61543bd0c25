import type { LanguagePack, WorkedExample } from "./language-pack.ts"

const CLOCK: WorkedExample = {
  title: "The tower clock of Vellmark",
  document:
    "The tower clock of Vellmark was made in 1694 by the locksmith Henrik Tamm. It has a single hand, because the town thought minutes a luxury. Its weights are two hollowed millstones, each of 140 kilograms, and they sink eleven metres in a day. A warden winds the clock every morning at six. After the great frost of 1740 the iron wheels were replaced by bronze ones, and the clock has since lost less than four minutes a week. The bell beneath the clock is older: it was cast in 1588 and came from a monastery.",
  characters: { a: "A retired watchmaker on a weekend trip", b: "A volunteer at the town's visitor desk" },
  rounds: [
    {
      a: "We get to Vellmark on Friday, and I'd love some cogwheels. What can you tell me about clocks?",
      b: "Gladly! Are you after the works of our tower clock, or after its history?",
      logic_type: "question_question",
      search: "what the visitor wants to know of the clock",
      found: null,
      free_text: "The wish is vague: works and history are both in the text, so B asks which.",
      progress: "start",
      role_steps: "A asks vaguely; B asks back which side of the clock is meant",
      purpose: "pin down the interest",
      question_logic: "clarification"
    },
    {
      a: "The works, please. What drives it?",
      b: "Two hollowed millstones serve as its weights. They are 140 kilograms each, and in a day they sink eleven metres.",
      logic_type: "question_answer",
      search: "what drives the tower clock",
      found: "Its weights are two hollowed millstones, each of 140 kilograms, and they sink eleven metres in a day",
      free_text: "The text names the weights, how heavy they are and how far they sink. B tells all three.",
      progress: "continue",
      role_steps: "A names the works; B describes the weights",
      purpose: "tell how the clock is driven",
      question_logic: "factual"
    },
    {
      a: "Stones that sink have to be hauled up again. Somebody must be at it every night.",
      b: "Every day, yes, but not at night: a warden winds the clock at six in the morning.",
      logic_type: "statement_explanation",
      search: "when the clock is wound",
      found: "A warden winds the clock every morning at six",
      free_text: "A states that it is wound; the text says by whom and when, and it is not at night.",
      progress: "deepen",
      role_steps: "A concludes that it must be wound; B adds who does it and when",
      purpose: "extend what A worked out",
      question_logic: null
    },
    {
      a: "Well, I doubt that such a relic keeps time.",
      b: "I wouldn't say that. Bronze wheels took the place of the iron ones after the frost of 1740, and since then it has lost less than four minutes a week.",
      logic_type: "opinion_rebuttal",
      search: "how exact the clock is",
      found:
        "After the great frost of 1740 the iron wheels were replaced by bronze ones, and the clock has since lost less than four minutes a week",
      free_text: "A's doubt can be answered with the figure for the loss in a week, and with the new wheels.",
      progress: "deepen",
      role_steps: "A doubts it; B disagrees with the figure",
      purpose: "correct an impression",
      question_logic: null
    },
    {
      a: "I mended clocks myself for half my life.",
      b: "How fine! Which part of the trade did you like most?",
      logic_type: "statement_inquiry",
      search: "what A did with clocks",
      found: null,
      free_text: "A tells of itself. B shows interest and asks on; nothing of the text is needed.",
      progress: "continue",
      role_steps: "A tells of its trade; B asks for more",
      purpose: "let A tell of itself",
      question_logic: null
    },
    {
      a: "Striking trains, always the striking. How old is the bell up there?",
      b: "Older than the clock: it was cast in 1588, and it came from a monastery.",
      logic_type: "question_answer",
      search: "age of the bell",
      found: "The bell beneath the clock is older: it was cast in 1588 and came from a monastery",
      free_text: "The text gives the year of the bell and where it is from.",
      progress: "deepen",
      role_steps: "A asks about the bell; B tells its age and origin",
      purpose: "lead from the clock to its bell",
      question_logic: "temporal"
    },
    {
      a: "And is it true that one of its hands is missing?",
      b: "Nothing is missing. It has a single hand, because the town thought minutes a luxury.",
      logic_type: "question_answer",
      search: "hands of the clock",
      found: "It has a single hand, because the town thought minutes a luxury",
      free_text: "The question takes for granted that a hand is lost. The text gives another reason.",
      progress: "continue",
      role_steps: "A asks about a missing hand; B puts it right with the reason",
      purpose: "clear up a mistake",
      question_logic: "causal"
    },
    {
      a: "Minutes a luxury, how sensible! You have made my weekend.",
      b: "That's kind of you. Safe travels to Vellmark!",
      logic_type: "opinion_agreement",
      search: "farewell",
      found: null,
      free_text: "A is pleased and says goodbye. B is friendly and adds nothing new.",
      progress: "end",
      role_steps: "A is pleased and takes its leave; B wishes it well",
      purpose: "close the talk",
      question_logic: null
    }
  ]
}

const LANTERN: WorkedExample = {
  title: "Sand lantern",
  document:
    "The sand lantern is a beetle of the Orrin dunes, nine millimetres long and grey as flint. Only the larva shines: a green light at its tail draws midges, which it eats. The light needs no heat and costs the larva a fifth of its food. A larva lives three years in the sand, the grown beetle eleven days. The fishermen of Orrin called the shining dunes the low stars and steered by them. Street lamps have driven the beetle from the northern shore, where it was last counted in 2003. On the southern shore 4,100 larvae were counted in 2019. Since then the lamps there are switched off from May to August.",
  characters: { a: "A teacher who plans a night walk", b: "A ranger who knows the dunes" },
  rounds: [
    {
      a: "I'm told the beetles in your dunes glow like little lamps.",
      b: "It is only the young ones that do. The larva carries a green light at its tail, and it draws the midges that it eats.",
      logic_type: "statement_explanation",
      search: "which sand lanterns shine",
      found: "Only the larva shines: a green light at its tail draws midges, which it eats",
      free_text: "A's statement holds for the larva alone. The text says what the light is for.",
      progress: "start",
      role_steps: "A states what it heard; B says which of them shine, and what for",
      purpose: "make the picture precise",
      question_logic: null
    },
    {
      a: "Does a light like that take much out of so small an animal?",
      b: "Quite a lot: a fifth of its food goes into it, even though the light needs no heat.",
      logic_type: "question_answer",
      search: "cost of the light",
      found: "The light needs no heat and costs the larva a fifth of its food",
      free_text: "The text gives the share of the food. It also says that no heat is needed.",
      progress: "deepen",
      role_steps: "A asks what the light costs; B gives the share",
      purpose: "tell what the light costs",
      question_logic: "quantity"
    },
    {
      a: "A fifth! It can hardly live long at that price, poor thing.",
      b: "There I have to contradict you. The larva lives three years in the sand; it is the grown beetle that has only eleven days.",
      logic_type: "opinion_rebuttal",
      search: "how long a sand lantern lives",
      found: "A larva lives three years in the sand, the grown beetle eleven days",
      free_text: "A believes in a short life. The text has two figures, and the one for the larva speaks against A.",
      progress: "deepen",
      role_steps: "A pities it; B contradicts with both ages",
      purpose: "correct a guess",
      question_logic: null
    },
    {
      a: "Where should I bring my class?",
      b: "Do you mean where most of them are, or where it is easiest to walk?",
      logic_type: "question_question",
      search: "which place A means",
      found: null,
      free_text: "It is not clear what matters to A. B asks back.",
      progress: "continue",
      role_steps: "A asks where to go; B asks what matters",
      purpose: "pin down the wish",
      question_logic: "clarification"
    },
    {
      a: "Where most of them are.",
      b: "Then come to the southern shore. In 2019 we counted 4,100 larvae there.",
      logic_type: "question_answer",
      search: "number of larvae on the shores",
      found: "On the southern shore 4,100 larvae were counted in 2019",
      free_text: "After the answer to B's question the count of the southern shore is what is wanted.",
      progress: "continue",
      role_steps: "A says what it meant; B names the shore and the count",
      purpose: "answer the question that was cleared up",
      question_logic: "follow_up"
    },
    {
      a: "We went to the northern one last spring and saw nothing at all.",
      b: "What a pity. How late in the evening were you there?",
      logic_type: "statement_inquiry",
      search: "what A saw in the north",
      found: null,
      free_text: "A tells what it did. B asks for more before it explains.",
      progress: "continue",
      role_steps: "A tells of a walk; B asks about it",
      purpose: "hear what A saw",
      question_logic: null
    },
    {
      a: "Until midnight. Is there no hope for the north?",
      b: "Street lamps have driven the beetle away there, and the last count was in 2003. That is all I can say.",
      logic_type: "question_answer",
      search: "sand lanterns on the northern shore",
      found: "Street lamps have driven the beetle from the northern shore, where it was last counted in 2003",
      free_text: "The text tells why they are gone and when they were last counted, and nothing of the future.",
      progress: "deepen",
      role_steps: "A asks about the north; B tells the cause, and that it knows no more",
      purpose: "tell why they are gone",
      question_logic: "causal"
    },
    {
      a: "South it is, then. My pupils will be thrilled!",
      b: "Bring warm jackets, and have a lovely night.",
      logic_type: "opinion_agreement",
      search: "farewell",
      found: null,
      free_text: "A has decided and is glad. B closes kindly.",
      progress: "end",
      role_steps: "A is glad and closes; B wishes a good night",
      purpose: "close the talk",
      question_logic: null
    }
  ]
}

const SOURCE = "(?:document|passage|text|article|excerpt|reference|source text|source material|paragraph)"

export const en: LanguagePack = {
  tag: "en",
  name: "English",
  examples: [CLOCK, LANTERN],
  metaTalk: new RegExp(
    [
      `\\b(?:the|this|that|your|our|my|a) (?:(?:provided|given) )?${SOURCE}s? (?:above|below|provided|given|says?|states?|mentions?|describes?|explains?|notes?|(?:does not|doesn't) (?:say|state|mention|specify))\\b`,
      `\\b(?:according to|based on|as (?:mentioned|stated|described|noted) in) (?:the|this|your) (?:(?:provided|given) )?${SOURCE}s?\\b`,
      "\\b(?:mentioned|stated|described) above\\b",
      // "The text" alone may be the one on the Rosetta Stone; "the document" is what the prompt calls it.
      "\\bthe (?:document|excerpt|reference text|source text|source material)s?\\b"
    ].join("|"),
    "iu"
  ),
  nothingFound:
    /^[\s\p{P}]*(?:none|null|n\/a|nothing|not (?:found|available|mentioned|needed|applicable)|no (?:direct |relevant |such )?(?:information|passage|text|evidence|mention)(?: (?:is )?(?:found|available|given|needed))?)[\s\p{P}]*$/iu,
  placeholder:
    /^[\s\p{P}]*(?:x{2,}|x\.x|\[[^\]]{0,40}\]|<[^>]{0,40}>|todo|tbd|n\/a|placeholder|lorem ipsum\b.{0,200})?[\s\p{P}]*$/iu
}
