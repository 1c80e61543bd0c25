import { sentences, type TextSpan } from "../text/sentences.ts"
import { isUnspaced, words } from "../text/words.ts"

/** Said for politeness, with at most a name or two more words after it. */
const COURTESY =
  /^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|thanks?|thank you|many thanks|you(?:'re| are) (?:very |most )?welcome|no problem|my pleasure|gladly|bye|goodbye|see you|take care|have a (?:nice|good|great|lovely|safe) (?:day|evening|night|time|trip|journey|stay|weekend)|sorry|i(?:'m| am) sorry|i apologi[sz]e|glad to help|happy to help|(?:您|你)好|大家好|早上好|下午好|晚上好|谢谢|多谢|感谢|不客气|不用谢|不用客气|再见|拜拜|没问题|对不起|抱歉|不好意思)/iu

/** Nothing but a word of agreement. */
const INTERJECTION =
  /^(?:yes|no|yeah|sure(?: thing)?|sounds good|of course|certainly|absolutely|okay|ok|great|right|exactly|indeed|i see|well|good|perfect|understood|got it|是的|好的|好|对|当然|没错|是|不是|嗯|明白了?|知道了|原来如此|可以)[\s\p{P}]*$/iu

/** Offers, wishes, and what the speaker does not know: about the talk, not about the world. */
const OFFER =
  /^(?:i(?:'m| am) not (?:entirely |quite |really )?sure|i (?:do not|don't) (?:quite )?(?:know|understand)|我不(?:太)?(?:确定|知道|明白|清楚)|let me know|feel free|please (?:let me|feel free|don't hesitate)|i(?:'d| would) be (?:happy|glad) to|i(?:'ll| will) be (?:happy|glad) to|i(?:'m| am) (?:happy|glad|here) to|i can help|i hope (?:this|that|you)|if you (?:have|need) any|enjoy\b|anything else|如果(?:您|你)?(?:还)?有(?:任何|其他|别的|什么)?(?:其他)?(?:问题|疑问|需要)|请?随时|很高兴|希望(?:这|对|您|你)|祝(?:您|你)|(?:还)?有什么(?:可以|能|需要)|让我(?:来)?帮)/iu

/** What somebody will do, can do or wants done; a request. It becomes true by being done, and nothing said before entails it. */
const INTENT =
  /^(?:(?:also|and|so|then|now|well|okay|ok|sure|great|hi|hello|yes|no|of course|certainly|alright|next|first|finally|one more thing|one last thing|in that case|to be sure[^,]{0,60}|if you[^,]{1,80}|once you[^,]{1,80}|好的?|另外|那么?|请稍[等候]|为了?确[保认][^，]{0,30})[\s,!.:，！。：]+){0,3}(?:please\b|let me\b|let's\b|let us\b|here(?:'s| is) what i\b|(?:i(?:'ll|'d|'m going to)|i (?:will|shall|can|could|would|want|need|am going to|plan|have to|must|should|suggest|recommend))\b(?! (?:see|confirm|tell you) )|(?:would|could|can|will) you\b|tell me\b|请(?!问)|麻烦|帮我|让我|我(?:会|将|可以|来|想|要|需要|建议|马上|这就))/iu

const OPINION =
  /\b(?:i(?: really| personally| also| do)? (?:think|feel|believe|guess|suppose|like|love|enjoy|prefer|wish|find|agree|disagree|doubt)|i (?:would|wouldn't|would not|don't|do not) (?:say|think|like|love|agree|mind)|i'd (?:say|love|like|rather)|in my (?:opinion|view|mind)|to my mind|if you ask me|personally|(?:that|this|it) (?:sounds|seems|looks) (?:good|great|nice|lovely|wonderful|interesting|fun|like fun)|(?:that|this|it)(?:'s| is) (?:a )?(?:good|great|nice|lovely|wonderful|interesting|amazing|fascinating|beautiful|terrible|sad|impressive)(?: \w+)?(?=[\s\p{P}]*$)|what an? |how (?:nice|lovely|wonderful|interesting|sad|exciting))|(?:我|个人)(?:也|还|真|很|倒)?(?:觉得|认为|感觉|喜欢|爱|相信|猜|希望|同意|建议)|在我看来|依我看|我的看法|真(?:是)?(?:太)?(?:好|棒|有趣|有意思|美|可惜)|太(?:好|棒|有趣|美|可惜)了/iu

const QUESTION = /[?？]["'”’」』)）\s]*$|[吗呢][。.!！]?$/u

/** Words that only soften: what they stand with is general knowledge, not a statement of the source. */
const HEDGE =
  /\b(?:generally|usually|typically|often|commonly|probably|likely|perhaps|maybe|possibly|presumably|may|might|could|seems?|appears?|tends? to|in general|as a rule|as far as i know|i(?:'m| am) not (?:entirely )?(?:sure|certain))\b|一般(?:来说|而言)?|通常|往往|可能|也许|或许|大概|大约|据我所知|似乎|好像|多半|应该是|不太确定/iu

const UNKNOWN =
  /\b(?:(?:do|does|did)(?:n't| not) (?:know|say|mention|state|specify|have (?:any |that |this |the |enough )?(?:\w+ )?(?:information|details?|data)|contain|tell|provide|give|cover|find)|(?:can|could)(?:n't|not| not) (?:find|say|tell|answer|confirm|determine)|(?:is|are|was|were)(?:n't| not) (?:\w+ )?(?:mentioned|stated|specified|known|recorded|given|available|clear|sure|certain|covered|provided)|i(?:'m| am) not (?:\w+ )?(?:sure|certain|aware)|(?:no|not enough|insufficient) (?:\w+ )?(?:information|details?|records?|mention|data)|unknown|unable to (?:find|say|answer|tell|determine))\b|(?:不|并不)(?:太)?(?:知道|清楚|确定|了解)|(?:没有|未|没|并未|并没有)(?:\p{Script=Han}{0,4})(?:提到|提及|说明|记载|相关信息|相关资料|信息|找到|涉及|给出|写)|无法(?:回答|确定|得知|判断|告知|找到)|找不到|不得而知|(?:尚)?不明/iu

/** More than a digit or a quoted title would be: but those, names and figures make any sentence one about the world. */
const STATES_FACT = /\p{N}|[《「『“"]|(?<=\p{L}[\s,;:]\s?)\p{Lu}\p{Ll}/u

const sizeAfter = (text: string, prefix: RegExp): number | null => {
  const match = prefix.exec(text)
  return match === null
    ? null
    : words(text.slice(match[0].length)).reduce((sum, word) => sum + (isUnspaced(word) ? 0.5 : 1), 0)
}

/** As a whole, or each of its clauses: "My pleasure, have a nice evening!" */
const isCourtesy = (sentence: string): boolean =>
  isCourteousClause(sentence) || sentence.split(/[,，]\s*/u).every(isCourteousClause)

const isCourteousClause = (clause: string): boolean => {
  const rest = sizeAfter(clause, COURTESY)
  return (rest !== null && rest <= 3) || INTERJECTION.test(clause) || OFFER.test(clause)
}

/**
 * The sentences of a reply that state something about the world (R2S, section 3.2, step 2): greetings, thanks, offers, questions and
 * pure opinion are left out, and so are
 * intents and requests ("I will cancel order 7", "please send it"), figures and all: rules look at these. An opinion with a number, a quoted title or a name in it is a claim. English and Chinese; in other
 * languages only questions are left out.
 */
export const claimsOf = (text: string): ReadonlyArray<TextSpan> =>
  sentences(text).filter(
    ({ text: sentence }) =>
      words(sentence).length > 0 &&
      !asksQuestion(sentence) &&
      !INTENT.test(sentence) &&
      !(isCourtesy(sentence) && !/\p{N}/u.test(sentence)) &&
      !(OPINION.test(sentence) && !statesFact(sentence))
  )

/** Whether a sentence ends as a question does. */
export const asksQuestion = (sentence: string): boolean => QUESTION.test(sentence)

/** Whether a sentence holds a number, a quoted title, or a capital within it that is not I's. */
export const statesFact = (sentence: string): boolean => STATES_FACT.test(sentence)

/** Whether a text says that it is speaking in general, or is not certain. English and Chinese. */
export const isHedged = (text: string): boolean => HEDGE.test(text)

/** Whether a text says that something is not known, or not in its source. English and Chinese. */
export const saysUnknown = (text: string): boolean => UNKNOWN.test(text)
