import { isCjk, lettersIn, scriptOf } from "../../../stages/text/scripts.ts"

const SAMPLE = 2_000

/** Whether a language (BCP 47) is written in Chinese, Japanese or Korean characters. */
export const isCjkLanguage = (tag: string): boolean => {
  const script = scriptOf(tag)
  return script !== null && isCjk(script)
}

/** Whether most letters at the beginning of a text are Chinese, Japanese or Korean. */
export const isCjkText = (text: string): boolean => {
  const start = text.slice(0, SAMPLE)
  const letters = start.match(/\p{L}/gu)?.length ?? 0
  const cjk = start.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu)?.length ?? 0
  return cjk * 2 > letters
}

/**
 * Share of a text that is in the script of a language, 0 to 1, by letters; one of Chinese, Japanese or Korean weighs as much as
 * three others, since few of them make a word. Null where the tag or its script is unknown, or the text has no letters.
 */
export const scriptShare = (text: string, tag: string): number | null => {
  const script = scriptOf(tag)
  if (script === null) return null
  const { letters, matching } = lettersIn(text, script)
  if (letters === 0) return null
  const weighed = matching * (isCjk(script) ? 3 : 1)
  return weighed / (weighed + letters - matching)
}
