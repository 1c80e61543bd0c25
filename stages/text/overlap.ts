import { normalise } from "./normalise.ts"
import { isUnspaced, tokens, words } from "./words.ts"

/** How long a run of equal tokens must be to count as copied. */
export interface OverlapLimits {
  /** Words in a row. */
  readonly words: number
  /** Characters in a row, where most of the run is in a script without spaces. */
  readonly characters: number
}

/** A stretch that a text shares with another. */
export interface SharedRun {
  /** As the text has it, white space and all. */
  readonly text: string
  readonly start: number
  readonly end: number
  /** How many tokens. */
  readonly tokens: number
}

const gram = (parts: ReadonlyArray<string>, from: number, size: number): string =>
  parts.slice(from, from + size).join(" ")

/** All runs of words and of characters of some texts, made once and asked often. */
export interface OverlapIndex {
  readonly limits: OverlapLimits
  readonly byWords: ReadonlySet<string>
  readonly byCharacters: ReadonlySet<string>
}

export const overlapIndex = (texts: ReadonlyArray<string>, limits: OverlapLimits): OverlapIndex => {
  const grams = (size: number) =>
    new Set(
      texts.flatMap((text) => {
        const parts = words(normalise(text))
        return Array.from({ length: Math.max(0, parts.length - size + 1) }, (_, from) => gram(parts, from, size))
      })
    )
  return { limits, byWords: grams(limits.words), byCharacters: grams(limits.characters) }
}

/**
 * The stretches of a text that one of the index's texts has too, word for word: case, width, quotes and punctuation aside.
 * Overlapping runs are one. Linear in the text.
 */
export const sharedRuns = (text: string, index: OverlapIndex): ReadonlyArray<SharedRun> => {
  const spans = tokens(text)
  const parts = spans.map((span) => normalise(span.text))
  const unspaced = parts.map((part) => (isUnspaced(part) ? 1 : 0))
  const covered: Array<[from: number, to: number]> = []
  const { byCharacters, byWords, limits } = index

  for (let from = 0; from < parts.length; from++) {
    const characters = unspaced.slice(from, from + limits.words).reduce<number>((sum, one) => sum + one, 0)
    const size = characters * 2 > limits.words ? limits.characters : limits.words
    if (from + size > parts.length) continue
    if (!(size === limits.characters ? byCharacters : byWords).has(gram(parts, from, size))) continue
    const last = covered.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], from + size)
    else covered.push([from, from + size])
  }
  return covered.map(([from, to]) => {
    const start = (spans[from] as { start: number }).start
    const end = (spans[to - 1] as { end: number }).end
    return { text: text.slice(start, end), start, end, tokens: to - from }
  })
}
