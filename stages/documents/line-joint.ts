const WIDE = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\u3001-\u303f\uff01-\uffef]/u
const WIDE_MARK = /[\u3001-\u3003\u3008-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]/u
/** Marks that Chinese and Latin texts share. */
const SHARED_MARK = /[\u2018\u2019\u201c\u201d\u2026\u2014\u00b7]/u

/** Before the first of them in Unicode: most characters of most texts need no pattern. */
const FIRST_WIDE = "\u2e80"

/** Whether a character belongs to a script that is written without spaces between words. */
export const isWide = (character: string): boolean => character >= FIRST_WIDE && WIDE.test(character)

/**
 * What goes between two lines of one paragraph: nothing between Chinese or Japanese characters and beside their marks, nor where
 * one side is white space already; else a space. Korean has spaces between its words.
 */
export const lineJoint = (before: string, after: string): "" | " " => {
  const left = lastCharacter(before)
  const right = firstCharacter(after)
  if (left === "" || right === "" || /\s/.test(left) || /\s/.test(right)) return ""
  if (WIDE_MARK.test(left) || WIDE_MARK.test(right)) return ""
  if (isWide(left)) return isWide(right) || SHARED_MARK.test(right) ? "" : " "
  return isWide(right) && SHARED_MARK.test(left) ? "" : " "
}

const firstCharacter = (text: string): string => Array.from(text.slice(0, 2))[0] ?? ""
const lastCharacter = (text: string): string => Array.from(text.slice(-2)).at(-1) ?? ""
