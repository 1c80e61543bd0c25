import type { Range } from "./range.ts"
import type { Told } from "./telling-sentences.ts"

/** How far back a place for a cut is looked for among characters that belong together. */
const LOOK_BACK = 32
/** Share of the maximum by which an end of a paragraph may be further from the middle than the end of a sentence. */
const NEAR = 0.1
/** Headings in a row that stay with what follows, in characters: a list without marks looks like hundreds of them. */
const HEADINGS = 240
const BREAK = /[\s，、：；]/u
/** Never the first character of a part: the rest of a pair, marks, joiners and what selects a variant. */
const JOINED = /^(?:\p{M}|\u200d|[\ufe00-\ufe0f]|[\udc00-\udfff]|\p{Emoji_Modifier})/u

/**
 * A range that is longer than `max` as the fewest parts of about equal length that are not, cut at the ends of sentences, of
 * paragraphs where one is near, and not after a heading. A sentence that is itself longer than `max` is cut at a space or a comma, else between two characters, never inside a
 * surrogate pair. The parts come one after another without a gap. Linear.
 */
export const splitRange = (
  text: string,
  { end, start }: Range,
  sentences: ReadonlyArray<Told>,
  max: number
): ReadonlyArray<Range> => {
  const cuts = possibleCuts(text, { start, end }, sentences, max)
  const parts: Array<Range> = []
  let from = start
  let first = 0
  while (end - from > max) {
    const pieces = Math.ceil((end - from) / max)
    const wanted = from + (end - from) / pieces
    // Before it, the rest would need one part more.
    const least = end - (pieces - 1) * max
    let best = -1
    const distance = (cut: number) => Math.abs(cut - wanted) - (endsParagraph(text, cut) ? max * NEAR : 0)
    while ((cuts[first] ?? end) <= from) first++
    for (let at = first; (cuts[at] ?? end) <= from + max; at++) {
      const cut = cuts[at] ?? end
      // Too early is better the later it is, and worse than any place from `least` on.
      if (best < least || distance(cut) < distance(best)) best = cut
    }
    if (best <= from) throw new Error(`splitRange: no cut within ${max} characters from ${from}`)
    parts.push({ start: from, end: best })
    from = best
  }
  return [...parts, { start: from, end }]
}

const endsParagraph = (text: string, at: number): boolean => text.endsWith("\n\n", at)

/** Where parts may end, ascending; no two of them, or of them and the ends of the range, are more than `max` apart. */
const possibleCuts = (
  text: string,
  { end, start }: Range,
  sentences: ReadonlyArray<Told>,
  max: number
): ReadonlyArray<number> => {
  const cuts: Array<number> = []
  let unit = start
  const close = (to: number) => {
    for (let at = unit; to - at > max; ) {
      at = cutWithin(text, at, to, max)
      cuts.push(at)
    }
    if (to < end) cuts.push(to)
    unit = to
  }
  for (let at = firstAfter(sentences, start); ; at++) {
    const border = sentences[at]?.start ?? end
    if (border >= end) break
    const next = Math.min(sentences[at + 1]?.start ?? end, end)
    const isAfterHeading = sentences[at - 1]?.isHeading === true && border - unit <= HEADINGS
    if (isAfterHeading && next - unit <= max) continue
    close(border)
  }
  close(end)
  return cuts
}

/** A place near the middle, thirds... of a unit that is too long, after a space or a comma where there is one. */
const cutWithin = (text: string, from: number, to: number, max: number): number => {
  const wanted = from + Math.ceil((to - from) / Math.ceil((to - from) / max))
  const lowest = from + Math.ceil((wanted - from) / 2)
  for (let at = wanted; at > lowest; at--) if (BREAK.test(text.charAt(at - 1)) && !isJoined(text, at)) return at
  for (let at = wanted; at > wanted - LOOK_BACK; at--) if (!isJoined(text, at)) return at
  // Nothing but marks: a pair of surrogates must stay whole all the same.
  return /[\udc00-\udfff]/.test(text.charAt(wanted)) ? wanted - 1 : wanted
}

const isJoined = (text: string, at: number): boolean =>
  JOINED.test(text.slice(at, at + 2)) || text.charAt(at - 1) === "\u200d"

/** The first sentence that begins after a position. */
const firstAfter = (sentences: ReadonlyArray<Told>, position: number): number => {
  let [low, high] = [0, sentences.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sentences[middle] as Told).start <= position) low = middle + 1
    else high = middle
  }
  return low
}
