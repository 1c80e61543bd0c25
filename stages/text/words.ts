import type { TextSpan } from "./sentences.ts"

/** Scripts that put no spaces between words: each of their characters counts as a token. */
const UNSPACED = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`
const SPACED = String.raw`[[\p{L}\p{M}\p{N}]--[${UNSPACED}]]`
const TOKEN = new RegExp(`[${UNSPACED}]|${SPACED}+(?:['’]${SPACED}+)*`, "gv")
const UNSPACED_TOKEN = new RegExp(`^[${UNSPACED}]`, "v")

/** Whether a token is a character of a script without spaces between words. */
export const isUnspaced = (token: string): boolean => UNSPACED_TOKEN.test(token)

/**
 * Words with their places: runs of letters and digits, apostrophes inside; in Chinese, Japanese, Thai and the like single
 * characters, since no dictionary is the same everywhere. Punctuation is left out, case stays.
 */
export const tokens = (text: string): ReadonlyArray<TextSpan> =>
  [...text.matchAll(TOKEN)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length
  }))

/** `tokens` without their places. */
export const words = (text: string): ReadonlyArray<string> => text.match(TOKEN) ?? []

export interface TextSize {
  /** Words of scripts with spaces. */
  readonly words: number
  /** Characters of scripts without. */
  readonly characters: number
}

/** How long a text is, in both measures: "买 2 本 books" is two words and two characters. */
export const sizeOf = (text: string): TextSize => {
  const all = words(text)
  const characters = all.filter(isUnspaced).length
  return { words: all.length - characters, characters }
}

/** Share of different tokens that two texts have in common (Jaccard), 0 to 1; 0 where both are empty. */
export const jaccard = (left: ReadonlyArray<string>, right: ReadonlyArray<string>): number => {
  const [a, b] = [new Set(left), new Set(right)]
  let shared = 0
  for (const token of a) if (b.has(token)) shared++
  const either = a.size + b.size - shared
  return either === 0 ? 0 : shared / either
}
