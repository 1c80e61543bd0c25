import { folded } from "./words.ts"

/*
 * People who know that words are looked for write them otherwise: "1d10t", "i d i o t", "st*pid", "傻 逼". What is here undoes the
 * plain ones, so that lists of words are matched word by word.
 */

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/gu
const LEET: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i"
}

/** Three or more single letters, each set off from the next by one sign: "i d i o t", "i.d.i.o.t". */
const SPACED_OUT = /(?<![\p{L}\p{N}])\p{L}(?:[ .\-_*]\p{L}(?![\p{L}\p{N}])){2,30}/gu
/** What stands between two Han characters and is none. */
const BETWEEN_HAN = /(?<=\p{sc=Han})[\s*._\-·|/+]{1,3}(?=\p{sc=Han})/gu
const WORD = /[\p{L}\p{M}\p{N}@$!*']+/gu

export interface Undisguised {
  /** Words in lower case, one space between and round them: a phrase is found with spaces round it, so only at word borders. */
  readonly words: string
  /** The text in lower case, with nothing between its Han characters: their words have no borders to look at. */
  readonly han: string
}

export const undisguised = (text: string): Undisguised => {
  const plain = folded(text).replace(INVISIBLE, "")
  const together = plain.replace(SPACED_OUT, (letters) => letters.replace(/[^\p{L}]/gu, ""))
  const words = Array.from(together.matchAll(WORD), ([word]) => unleeted(word)).filter((word) => word !== "")
  return { words: ` ${words.join(" ")} `, han: plain.replace(BETWEEN_HAN, "") }
}

/** Digits and signs as the letters that they stand for, in words that have a letter; a letter said three times or more, once. */
const unleeted = (word: string): string => {
  const bare = trimmed(word)
  const letters = /\p{L}/u.test(bare) ? bare.replace(/[013457@$!]/g, (sign) => LEET[sign] as string) : bare
  return letters.replace(/(\p{L})\1{2,}/gu, "$1")
}

const EDGE = new Set("!*'")

/** A word without the signs round it that are punctuation. By hand: a pattern for the end of it would be quadratic. */
const trimmed = (word: string): string => {
  let [start, end] = [0, word.length]
  while (start < end && EDGE.has(word[start] as string)) start++
  while (end > start && EDGE.has(word[end - 1] as string)) end--
  return word.slice(start, end)
}
