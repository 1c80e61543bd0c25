import { appender, type MappedText } from "../../../stages/documents/mapped-text.ts"
import { trimmedLine } from "./line-trim.ts"
import type { Range } from "./range.ts"

/**
 * The text without these lines (as `trimmedLine` gives them), its map with it. A paragraph that is gone takes its empty line along. A
 * text that has none of them stays as it is, byte for byte.
 */
export const withoutLines = (mapped: MappedText, lines: ReadonlySet<string>): MappedText => {
  if (lines.size === 0) return mapped
  const { text } = mapped
  const kept: Array<Range> = []
  let isOther = false
  let isAfterBlank = true
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf("\n", start)
    const end = found === -1 ? text.length : found
    const line = trimmedLine(text.slice(start, end))
    if (lines.has(line)) isOther = true
    else if (line !== "" || !isAfterBlank) {
      // With its line break: all but the last line of what is left keep theirs.
      kept.push({ start, end: Math.min(end + 1, text.length) })
      isAfterBlank = line === ""
    }
    start = end + 1
  }
  return isOther ? keptOf(mapped, withoutLastBreaks(text, kept)) : mapped
}

const withoutLastBreaks = (text: string, ranges: ReadonlyArray<Range>): ReadonlyArray<Range> => {
  const left = [...ranges]
  for (let last = left.pop(); last !== undefined; last = left.pop()) {
    let { end } = last
    while (end > last.start && text[end - 1] === "\n") end--
    if (end > last.start) return [...left, { start: last.start, end }]
  }
  return []
}

/** The text of these ranges, which ascend and do not overlap, one after another, with its map. Linear. */
export const keptOf = (mapped: MappedText, ranges: ReadonlyArray<Range>): MappedText => {
  const kept = appender()
  for (const { end, start } of ranges) kept.slice(mapped, start, end)
  return kept.done()
}
