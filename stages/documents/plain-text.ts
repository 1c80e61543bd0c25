import { withoutControls } from "./clean-text.ts"
import type { Extraction } from "./extraction.ts"
import { joinsNext, type TextLine, textLine, wrappingOf } from "./hard-wrap.ts"
import { lineJoint } from "./line-joint.ts"
import { type Edit, edited, verbatim } from "./mapped-text.ts"

/** A line of one repeated mark: the underline of a heading, a rule between sections. */
const RULE = /^[ \t]*([=\-~^"'`#*+_.:])(?:[ \t]*\1){3,}[ \t]*$/

/**
 * The text of a plain file. Lines of one paragraph are joined where the file is hard-wrapped, that is where its lines end because the next
 * word would not have fitted (hard-wrap.ts); lines of lists, tables and verse stay lines. Lines of one repeated mark become paragraph
 * breaks. It names no title.
 */
export const plainText = (original: string): Extraction => {
  const source = withoutControls(verbatim(original))
  const lines: Array<TextLine> = []
  let start = 0
  for (const line of source.text.split("\n")) {
    lines.push(textLine(RULE.test(line) ? "" : line, start, start + line.length))
    start += line.length + 1
  }
  const wrapping = wrappingOf(lines)
  const edits: Array<Edit> = []
  let isFirst = true
  for (const [index, line] of lines.entries()) {
    // A rule: its characters go, its line stays empty.
    if (line.text === "" && line.end > line.start) edits.push({ start: line.start, end: line.end, with: "" })
    const next = lines[index + 1]
    isFirst = wrapping === null || next === undefined || !joinsNext(line, next, wrapping, isFirst)
    if (isFirst || next === undefined) continue
    const [from, to] = [line.start + line.text.trimEnd().length, next.start + next.indent]
    edits.push({ start: from, end: to, with: lineJointOf(line.text.trimEnd(), next.text.trimStart()) })
  }
  return { title: null, text: edited(source, edits) }
}

/** A word that was broken after its own hyphen goes on without a space. */
const lineJointOf = (before: string, after: string): string =>
  /[\p{L}\p{N}]-$/u.test(before.slice(-3)) && /^[\p{L}\p{N}]/u.test(after) ? "" : lineJoint(before, after)
