import { lineJoint } from "./line-joint.ts"
import { appender, type MappedText, originalAt } from "./mapped-text.ts"

type Part =
  | { readonly is: "text"; readonly piece: MappedText }
  /** A line break of the source within a paragraph: a space, or nothing between Chinese characters. */
  | { readonly is: "soft" }
  /** A space in the place of a line break within a table cell. */
  | { readonly is: "space" }
  /** Between the cells of a row whose end is not reached yet; afterwards a `joint` or a `paragraph`. */
  | { readonly is: "cell" }
  | { readonly is: "joint" }
  | { readonly is: "line" }
  | { readonly is: "paragraph" }

const SOFT: Part = { is: "soft" }
const SPACE: Part = { is: "space" }
const CELL: Part = { is: "cell" }
const JOINT: Part = { is: "joint" }
const LINE: Part = { is: "line" }
const PARAGRAPH: Part = { is: "paragraph" }

/**
 * A document as it is walked through: pieces of text, and what separates them. Of several separators in a row the strongest counts, and
 * those before the first and after the last text do not.
 */
export const blocks = () => {
  const parts: Array<Part> = []
  return {
    text: (piece: MappedText) => {
      if (piece.text !== "") parts.push({ is: "text", piece })
    },
    soft: () => void parts.push(SOFT),
    line: () => void parts.push(LINE),
    paragraph: () => void parts.push(PARAGRAPH),
    cell: () => void parts.push(CELL),
    /** A place to come back to. */
    mark: (): number => parts.length,
    /** Takes back all that came after a place. */
    dropFrom: (mark: number) => {
      parts.length = mark
    },
    /** The text alone that came after a place, on one line. */
    textFrom: (mark: number): string =>
      parts
        .slice(mark)
        .map((part) => (part.is === "text" ? part.piece.text : " "))
        .join(""),
    /**
     * The end of a table row that began at `mark`. Its cells are joined by " | "; but where a cell has paragraphs, or the row holds a
     * table (`isLayout`), the table only lays out a page, and its cells are paragraphs.
     */
    endRow: (mark: number, isLayout: boolean) => {
      const row = parts.splice(mark)
      const apart = isLayout || betweenTexts(row).some((group) => group.includes(PARAGRAPH) && !group.includes(CELL))
      for (const part of row) {
        if (apart) parts.push(part.is === "cell" ? PARAGRAPH : part)
        else if (part.is === "cell") parts.push(JOINT)
        else parts.push(part.is === "line" || part.is === "paragraph" ? SPACE : part)
      }
    },
    done: (): MappedText => written(parts)
  }
}
export type Blocks = ReturnType<typeof blocks>

const isText = (part: Part): part is Extract<Part, { is: "text" }> => part.is === "text"

const isBlank = (text: string): boolean => !/\S/.test(text)

/** What stands between each text that shows and the next. */
const betweenTexts = (parts: ReadonlyArray<Part>): ReadonlyArray<ReadonlyArray<Part>> => {
  const groups: Array<Array<Part>> = []
  let group: Array<Part> | null = null
  for (const part of parts) {
    if (!isText(part)) group?.push(part)
    else if (!isBlank(part.piece.text)) {
      if (group !== null) groups.push(group)
      group = []
    }
  }
  return groups
}

const written = (parts: ReadonlyArray<Part>): MappedText => {
  const whole = appender()
  let last: MappedText | null = null
  let between: Array<Part> = []
  for (const part of parts) {
    if (!isText(part)) {
      between.push(part)
      continue
    }
    const { piece } = part
    // White space beside a separator that shows is the source's layout.
    if (isBlank(piece.text) && (last === null || between.some(({ is }) => is !== "soft"))) continue
    if (last !== null) {
      const before = originalAt(last.map, last.text.length - 1) + 1
      whole.standIn(separator(between, last.text, piece.text), before, originalAt(piece.map, 0))
    }
    whole.slice(piece)
    last = piece
    between = []
  }
  return whole.done()
}

const separator = (between: ReadonlyArray<Part>, before: string, after: string): string => {
  const has = (part: Part) => between.includes(part)
  const cells = between.filter((part) => part === JOINT || part === CELL).length
  if (has(PARAGRAPH)) return "\n\n"
  if (has(LINE)) return "\n"
  if (cells > 0) return ` |${" |".repeat(cells - 1)} `
  if (has(SPACE)) return " "
  return has(SOFT) ? lineJoint(before, after) : ""
}
