import { lineJoint } from "./line-joint.ts"
import { appender, type MappedText, verbatim } from "./mapped-text.ts"
import { runningLines } from "./pdf-running-lines.ts"
import type { PdfLine, TextLayer } from "./pdf-text-layer.ts"

/** Of a line's height, or of the usual distance between lines: more is the end of a paragraph. */
const SAME_LINE = 0.4
const GAP = 1.35
const ROW_GAP = 3
/** Share by which the letters of one paragraph may differ in size. */
const SAME_SIZE = 0.12
/** In heights of a line. */
const INDENT = 0.8
/** Shares of a column's width: a last line of a paragraph is shorter than the first, a line that stands for itself shorter than the second. */
const LAST_LINE = 0.9
const OWN_LINE = 0.65

const SENTENCE_END = /[.!?:。！？：…]["'”’」』）)\]]*\s*$/u
const ITEM = /^\s*(?:[•‣▪●◦·–-]|\(?\d{1,3}[.)]|\(?[a-z]\))\s/

/** What leads to a page number in a table of contents. */
const LEADERS = /(?:\. ?){4,}\s*\S{1,6}\s*$/

interface Line extends PdfLine {
  readonly text: string
  /** Whether it is a row of a table: it has cells, and so has the line before it or after it. */
  readonly isRow: boolean
}

/**
 * Lines of a text layer as paragraphs. Where one ends is told by the place of lines on the page: a gap, another size of letters, an indent, a
 * short line that ends a sentence. Over columns and pages a paragraph goes on unless a sentence has ended.
 */
export const pdfParagraphs = (layer: TextLayer): MappedText => {
  const dropped = runningLines(layer)
  const kept = layer.lines.filter((line) => !dropped.has(line) && layer.text.slice(line.start, line.end).trim() !== "")
  const lines = kept.map((line, index): Line => {
    const beside = [kept[index - 1], kept[index + 1]]
    const isRow = line.cells.length > 0 && beside.some((other) => (other?.cells.length ?? 0) > 0)
    return { ...line, text: layer.text.slice(line.start, line.end), isRow }
  })
  const pitch = usualPitch(lines)
  const rights = columnRights(lines)
  const compounds = hyphenatedWords(lines)
  const whole = appender()
  const source = verbatim(layer.text)
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1]
    const how = next === undefined ? "end" : between(line, next, pitch, rights)
    const wordEnd = next !== undefined && how === "join" ? brokenWordEnd(line, next, compounds) : null
    let from = line.start
    for (const cell of line.isRow ? line.cells : []) {
      const end = from + layer.text.slice(from, cell).trimEnd().length
      whole.slice(source, from, end)
      whole.standIn(" | ", end, cell)
      from = cell
    }
    whole.slice(source, from, wordEnd ?? line.end)
    if (next !== undefined && wordEnd === null) {
      const separator = how === "paragraph" ? "\n\n" : how === "line" ? "\n" : joint(line, next)
      whole.standIn(separator, line.end, next.start)
    }
  }
  return whole.done()
}

const joint = (before: Line, after: Line): string =>
  /[\p{L}\p{N}][-\u2010]\s*$/u.test(before.text.slice(-4))
    ? ""
    : lineJoint(before.text.trimEnd(), after.text.trimStart())

const between = (
  line: Line,
  next: Line,
  pitch: number,
  rights: ReadonlyMap<string, number>
): "join" | "line" | "paragraph" => {
  const ends = SENTENCE_END.test(line.text.slice(-8))
  if (Math.abs(line.size - next.size) > SAME_SIZE * Math.max(line.size, next.size)) return "paragraph"
  const drop = line.y - next.y
  const isOwn = line.isRow || next.isRow || ITEM.test(next.text)
  if (line.page !== next.page || drop < -SAME_LINE * line.size) return ends || isOwn ? "paragraph" : "join"
  if (Math.abs(drop) <= SAME_LINE * line.size) return "join"
  // Rows stand wider apart than lines.
  if (line.isRow && next.isRow && drop <= ROW_GAP * line.size) return "line"
  if (drop > GAP * Math.max(pitch, line.size)) return "paragraph"
  if (isOwn || LEADERS.test(line.text.slice(-30))) return "line"
  const width = (rights.get(columnOf(line)) ?? line.right) - line.left
  const filled = width <= 0 ? 1 : (line.right - line.left) / width
  if (ends && (filled < LAST_LINE || next.left - line.left > INDENT * line.size)) return "paragraph"
  return filled < OWN_LINE ? "line" : "join"
}

/** The distance that lines of one page mostly have. */
const usualPitch = (lines: ReadonlyArray<Line>): number => {
  const counts = new Map<number, number>()
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1]
    const drop = next === undefined || next.page !== line.page ? 0 : line.y - next.y
    if (drop <= SAME_LINE * line.size || drop > 3 * line.size) continue
    const rounded = Math.round(drop * 2) / 2
    counts.set(rounded, (counts.get(rounded) ?? 0) + 1)
  }
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0])[0]
}

const COLUMN_GRAIN = 40

/** Lines of a page whose left ends are near one another. */
const columnOf = ({ left, page }: PdfLine): string => `${page}:${Math.round(left / COLUMN_GRAIN)}`

const columnRights = (lines: ReadonlyArray<Line>): ReadonlyMap<string, number> => {
  const rights = new Map<string, number>()
  for (const line of lines) rights.set(columnOf(line), Math.max(line.right, rights.get(columnOf(line)) ?? line.right))
  return rights
}

/** Letters of a word that are looked at: longer ones are none. */
const WORD_LENGTH = 60

/** Compounds that stand within a line somewhere: their hyphen is a part of the word. */
const hyphenatedWords = (lines: ReadonlyArray<Line>): ReadonlySet<string> => {
  const found = new Set<string>()
  for (const { text } of lines) {
    for (const [word] of text.matchAll(/[\p{L}\u2010-]+/gu)) {
      if (word.length <= WORD_LENGTH && /\p{L}[-\u2010]\p{L}/u.test(word)) found.add(plain(word))
    }
  }
  return found
}

const plain = (word: string): string => word.toLowerCase().replaceAll("\u2010", "-")

/**
 * Where the word ends that was broken at the end of a line, before the hyphen; null where there is none. A capital or a digit after the
 * hyphen, or the same compound within another line, says that it belongs there.
 */
const brokenWordEnd = (line: Line, next: Line, compounds: ReadonlySet<string>): number | null => {
  const tail = /(\p{L}+(?:[-\u2010]\p{L}+)*)([-\u2010\u00ad])\s*$/u.exec(line.text.slice(-WORD_LENGTH))
  const head = /^\s*(\p{Ll}\p{L}*)/u.exec(next.text.slice(0, WORD_LENGTH))?.[1]
  const [, word, hyphen] = tail ?? []
  if (tail === null || word === undefined || head === undefined) return null
  if (hyphen !== "\u00ad" && compounds.has(plain(`${word}-${head}`))) return null
  const start = line.text.length - Math.min(WORD_LENGTH, line.text.length)
  return line.start + start + tail.index + word.length
}
