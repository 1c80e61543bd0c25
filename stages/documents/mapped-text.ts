/** From `at` in the text on, characters come one for one from `from` in the original, up to the next entry. UTF-16 code units. */
export interface MapStep {
  readonly at: number
  readonly from: number
}

/**
 * A text that knows where in its original each character was. Entries ascend in `at`, the first is at 0, and no two could be one; an
 * empty text has none. Positions in the original never decrease. A character that stands for others (a space for a line break,
 * `é` for `&eacute;`) is at the first of them: so a map says where to look, and only for what was copied also what is there.
 */
export interface MappedText {
  readonly text: string
  readonly map: ReadonlyArray<MapStep>
}

/** `text.slice(start, end)` is replaced. Edits ascend and do not overlap. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly with: string
}

export const EMPTY: MappedText = { text: "", map: [] }

/** `original.slice(start, end)`, as it is. */
export const verbatim = (original: string, start = 0, end = original.length): MappedText =>
  end <= start ? EMPTY : { text: original.slice(start, end), map: [{ at: 0, from: start }] }

/** Where in the original the character at `position` was. By halves: a map may be long. */
export const originalAt = (map: ReadonlyArray<MapStep>, position: number): number => {
  const step = map[stepAt(map, position)]
  return step === undefined ? position : step.from + position - step.at
}

/** Index of the entry that holds a position; 0 before the first. */
const stepAt = (map: ReadonlyArray<MapStep>, position: number): number => {
  let [low, high] = [0, map.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((map[middle] as MapStep).at <= position) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** Puts pieces one after the other. What is appended last must come from no earlier place than what was before. Linear. */
export const appender = () => {
  const pieces: Array<string> = []
  const map: Array<MapStep> = []
  let length = 0
  const step = (at: number, from: number) => {
    const last = map.at(-1)
    if (last === undefined || last.from + at - last.at !== from) map.push({ at, from })
  }
  return {
    /** `source.slice(start, end)` with its map. */
    slice: (source: MappedText, start = 0, end = source.text.length) => {
      if (end <= start) return
      const first = stepAt(source.map, start)
      step(length, originalAt(source.map, start))
      for (let index = first + 1; index < source.map.length; index++) {
        const { at, from } = source.map[index] as MapStep
        if (at >= end) break
        if (at > start) step(length + at - start, from)
      }
      pieces.push(source.text.slice(start, end))
      length += end - start
    },
    /** A text that stands for `from` up to `to` of the original. What is longer than that stays at its last character. */
    standIn: (text: string, from: number, to: number) => {
      const room = Math.max(1, to - from)
      for (let index = 0; index < text.length; index++) step(length + index, from + Math.min(index, room - 1))
      pieces.push(text)
      length += text.length
    },
    done: (): MappedText => ({ text: pieces.join(""), map })
  }
}

export const slice = (source: MappedText, start: number, end = source.text.length): MappedText => {
  const whole = appender()
  whole.slice(source, start, end)
  return whole.done()
}

export const concat = (parts: ReadonlyArray<MappedText>): MappedText => {
  const whole = appender()
  for (const part of parts) whole.slice(part)
  return whole.done()
}

/** The text with these edits made: what stands in the place of something is where that was. Linear. */
export const edited = (source: MappedText, edits: ReadonlyArray<Edit>): MappedText => {
  if (edits.length === 0) return source
  const whole = appender()
  let kept = 0
  for (const { end, start, with: text } of edits) {
    if (start < kept || end < start) throw new Error(`edits overlap or descend at ${start} to ${end}`)
    whole.slice(source, kept, start)
    const from = originalAt(source.map, start)
    whole.standIn(text, from, end > start ? originalAt(source.map, end - 1) + 1 : from)
    kept = end
  }
  whole.slice(source, kept)
  return whole.done()
}

/** Each match of a global pattern replaced by what `with` makes of it; null leaves it as it is. */
export const replaced = (
  source: MappedText,
  pattern: RegExp,
  by: (found: string, start: number) => string | null
): MappedText => {
  const edits: Array<Edit> = []
  for (const match of source.text.matchAll(pattern)) {
    const text = by(match[0], match.index)
    if (text !== null && text !== match[0]) {
      edits.push({ start: match.index, end: match.index + match[0].length, with: text })
    }
  }
  return edited(source, edits)
}
