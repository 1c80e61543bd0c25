/** From `at` in the text on, characters come one for one from `from` in the original, up to the next entry. */
export interface MapStep {
  readonly at: number
  readonly from: number
}

/** A text that knows where in the original each of its characters was. */
export interface Mapped {
  readonly text: string
  readonly map: ReadonlyArray<MapStep>
}

/** From `start` up to `end`, in UTF-16 code units. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** The text of these ranges, which ascend and do not overlap, one after another. The map goes with it. Linear. */
export const keptOf = ({ map, text }: Mapped, ranges: ReadonlyArray<Range>): Mapped => {
  const parts: Array<string> = []
  const steps: Array<MapStep> = []
  let length = 0
  let next = 0
  let step: MapStep = { at: 0, from: 0 }
  const add = (at: number, from: number) => {
    const last = steps.at(-1)
    if (last === undefined || last.from + at - last.at !== from) steps.push({ at, from })
  }
  for (const { end, start } of ranges) {
    for (; next < map.length && (map[next] as MapStep).at <= start; next++) step = map[next] as MapStep
    add(length, step.from + start - step.at)
    for (; next < map.length && (map[next] as MapStep).at < end; next++) {
      step = map[next] as MapStep
      add(length + step.at - start, step.from)
    }
    parts.push(text.slice(start, end))
    length += end - start
  }
  return { text: parts.join(""), map: steps }
}
