import { sentences } from "../../../stages/text/sentences.ts"
import { sizeOf } from "../../../stages/text/words.ts"
import type { Range } from "./range.ts"

/** A sentence of a text: `text.slice(start, end)`, trimmed. */
export interface Told extends Range {
  /** A line of its own that looks like a heading: it stays with what follows. */
  readonly isHeading: boolean
  /** Whether an answer could rest on it. */
  readonly isTelling: boolean
}

/** A line that is longer is no heading, in characters. */
const HEADING = 80
/** A heading of fewer words tells nothing; a character of a script without spaces counts as half a word. */
const TELLING_WORDS = 6

/** What a sentence ends with, and what joins a line to the next, with whatever closes after it. A colon announces, as a heading does. */
const ENDED = /[.!?。！？；｡…,，、;][\p{Pe}\p{Pf}"']*$/u
const BULLET = /^[-*•·‣◦▪–—]\s/u
const NUMBERED =
  /^(?:\(?(?:\d{1,3}|\p{L})[.)）]|\d{1,3}(?:\.\d{1,3}){1,4}\.?(?=\s)|[一二三四五六七八九十]{1,3}[、.])\s*/u

/**
 * The sentences of a text, in order. Not telling are those without a letter (bare list markers, rules, page numbers) and headings of
 * fewer than six words: a line of its own, of at most 80 characters, without a mark at its end, that is neither an item of a list nor
 * a row of a table. Items and rows tell something however short they are. A numbered line is a heading where it stands alone between
 * empty lines. Linear.
 */
export const told = (text: string): ReadonlyArray<Told> =>
  sentences(text).map(({ end, start }): Told => {
    const isHeading = end - start <= HEADING && isHeadingLine(text, { start, end })
    const line = text.slice(start, end)
    return {
      start,
      end,
      isHeading,
      isTelling: isHeading ? isLong(line) : /\p{L}/u.test(line.replace(NUMBERED, ""))
    }
  })

/** The sentences that an answer could rest on. */
export const tellingSentences = (text: string): ReadonlyArray<Range> => told(text).filter(({ isTelling }) => isTelling)

const isLong = (line: string): boolean => {
  const { characters, words } = sizeOf(line.replace(NUMBERED, ""))
  return words + characters / 2 >= TELLING_WORDS
}

const isHeadingLine = (text: string, { end, start }: Range): boolean => {
  const line = text.slice(start, end)
  const before = breaksBefore(text, start)
  if (before === 0 || ENDED.test(line) || BULLET.test(line) || line.includes("|")) return false
  const bare = line.replace(NUMBERED, "")
  if (!/\p{L}/u.test(bare)) return false
  // "Height: 30 cm" is a fact. "1. Salt" is one of a list, "1. Introduction" between empty lines is not.
  if (/[:：]\s*\S/u.test(bare)) return false
  return bare === line || (before > 1 && breaksAfter(text, end) > 1)
}

/** Line breaks before a position with nothing else between, at most 2; the text's beginning counts as both. */
const breaksBefore = (text: string, position: number): number => {
  let breaks = 0
  for (let at = position - 1; breaks < 2; at--) {
    if (at < 0) return 2
    const character = text.charAt(at)
    if (character === "\n") breaks++
    else if (character.trim() !== "") return breaks
  }
  return breaks
}

const breaksAfter = (text: string, position: number): number => {
  let breaks = 0
  for (let at = position; breaks < 2; at++) {
    if (at >= text.length) return 2
    const character = text.charAt(at)
    if (character === "\n") breaks++
    else if (character.trim() !== "") return breaks
  }
  return breaks
}
