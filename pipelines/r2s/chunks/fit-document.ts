import type { Finding } from "../../../stages/filters/filter.ts"
import type { R2sConfig } from "../config.ts"
import { isCjkText } from "./script.ts"
import { tellingSentences } from "./telling-sentences.ts"

/** As much of a text has enough sentences, if all of it has. */
const START = 20_000

/**
 * What makes a cleaned document useless by itself: too few characters for its script, or too few telling sentences for eight rounds that
 * rest on different ones. Null where it is fit. Such documents are skipped and counted, never padded.
 */
export const unfitness = (
  text: string,
  { minDocument, minSentences }: Pick<R2sConfig, "minDocument" | "minSentences">
): Finding | null => {
  const isCjk = isCjkText(text)
  const least = isCjk ? minDocument.cjk : minDocument.latin
  const characters = text.length >= 2 * least ? text.length : Array.from(text).length
  if (characters < least) {
    return {
      code: "E_TOO_SHORT",
      reason: `It has ${characters} characters after cleaning; a document in ${isCjk ? "Chinese, Japanese or Korean" : "an alphabet"} needs ${least} (minDocument.${isCjk ? "cjk" : "latin"}). Join it with what belongs to it, or lower the minimum.`,
      evidence: { characters, least, script: isCjk ? "cjk" : "latin" }
    }
  }
  if (text.length > START && tellingSentences(text.slice(0, START)).length > minSentences) return null
  const sentences = tellingSentences(text).length
  if (sentences >= minSentences) return null
  return {
    code: "S_THIN_DOCUMENT",
    reason: `It has ${sentences} sentences that an answer could rest on (headings and bare marks are none); a dialogue needs ${minSentences} (minSentences). Join it with what belongs to it, or lower the minimum.`,
    evidence: { sentences, least: minSentences, characters }
  }
}
