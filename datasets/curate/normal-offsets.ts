import { normalText } from "./words.ts"

/** A character with what may be composed with it: marks, vowels and finals of Hangul, half-width voicing marks. */
const COMPOSED = /[\s\S][\p{M}\u{1160}-\u{11ff}\u{ff9e}\u{ff9f}]*/gu

/**
 * Where a stretch of `normalText(text)` stands in `text`, in UTF-16 code units. A stretch that begins or ends within one
 * character of the text takes the whole character.
 */
export const normalOffsets = (
  text: string
): ((start: number, end: number) => readonly [start: number, end: number]) => {
  const starts: Array<number> = []
  const ends: Array<number> = []
  for (const { 0: character, index } of text.matchAll(COMPOSED)) {
    for (let unit = normalText(character).length; unit > 0; unit--) {
      starts.push(index)
      ends.push(index + character.length)
    }
  }
  // Something was composed across characters: rather the whole than a wrong place.
  if (starts.length !== normalText(text).length) return () => [0, text.length]
  return (start, end) => [starts[start] as number, ends[end - 1] as number]
}
