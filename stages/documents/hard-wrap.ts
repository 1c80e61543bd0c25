import { isWide } from "./line-joint.ts"

/** A line of a plain text. `start` and `end` are positions in it, without the line break. */
export interface TextLine {
  readonly text: string
  readonly start: number
  readonly end: number
  /** White space before its first character. */
  readonly indent: number
  /** Where the text of a list item begins; else the indent. */
  readonly textIndent: number
  readonly isItem: boolean
  /** Columns, of which wide characters take two. */
  readonly columns: number
}

/** No letter before a full stop: a line may begin with an initial. */
const ITEM = /^\s*(?:[-*+•‣▪●◦·–]|\d{1,3}[.)]|\((?:\d{1,3}|[a-z]|[ivx]{1,5})\)|[a-z]\))\s+(?=\S)/

export const textLine = (text: string, start: number, end: number): TextLine => {
  const indent = text.length - text.trimStart().length
  const item = ITEM.exec(text)?.[0].length
  return {
    text,
    start,
    end,
    indent,
    textIndent: item ?? indent,
    isItem: item !== undefined,
    columns: columnsOf(text.trimEnd())
  }
}

const columnsOf = (text: string): number => {
  let columns = 0
  for (const character of text) columns += isWide(character) ? 2 : 1
  return columns
}

/** Columns between which people and programs wrap. */
const NARROWEST = 35
const WIDEST = 130
/** Share of lines from which a width counts as that of the file: a long address may stick out. */
const WITHIN = 0.95
/** Columns that a line may have left and yet count as full: people wrap less exactly than programs. */
const SLACK = 5
/** Shares of lines that are full, and that end within a sentence. Verse and lists fail the first, a sentence a line the second. */
const FULL = 0.75
const MID_SENTENCE = 0.5

/** Share of the lines that must stand at an indent, for them to speak for the file. */
const LEAST_SHARE = 0.15

/** How a file is wrapped. */
export interface Wrapping {
  /** Columns that its full lines have. */
  readonly width: number
  /** White space before the lines of its prose. */
  readonly indent: number
}

/**
 * How a file is wrapped; null where it is not, and each of its lines is one. Lines are judged by what could have stood on
 * them: in a wrapped file the first word of the next line would not have fitted. Each indent is asked by itself, since prose may stand
 * among code.
 */
export const wrappingOf = (lines: ReadonlyArray<TextLine>): Wrapping | null => {
  const byIndent = new Map<number, Array<Pair>>()
  let all = 0
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1]
    if (next === undefined || !isProsePair(line, next)) continue
    const pairs = byIndent.get(next.indent) ?? []
    pairs.push([line, next])
    byIndent.set(next.indent, pairs)
    all++
  }
  const asked = [...byIndent].filter(([, pairs]) => pairs.length >= LEAST_SHARE * all)
  for (const [indent, pairs] of asked.sort(([, left], [, right]) => right.length - left.length)) {
    const width = widthOf(pairs)
    if (width !== null) return { width, indent }
  }
  return null
}

type Pair = readonly [line: TextLine, next: TextLine]

const widthOf = (pairs: ReadonlyArray<Pair>): number | null => {
  const columns = pairs.map(([line]) => line.columns).sort((left, right) => left - right)
  const width = columns[Math.min(columns.length - 1, Math.floor(columns.length * WITHIN))] ?? 0
  if (width < NARROWEST || width > WIDEST) return null
  const full = pairs.filter(([line, next]) => isFull(line, next, width, SLACK)).length
  const midSentence = pairs.filter(([line]) => !SENTENCE_END.test(line.text.trimEnd().slice(-3))).length
  return full >= FULL * pairs.length && midSentence >= MID_SENTENCE * pairs.length ? width : null
}

/**
 * Whether two lines of a wrapped file belong to one paragraph. A line that ends well before the width, although the next word would have
 * fitted, ends on purpose: a heading, an address, verse. An indent begins a paragraph; only its first line may have one of its own. What
 * stands further in than the prose may be code, and must be full to be joined.
 */
export const joinsNext = (line: TextLine, next: TextLine, { indent, width }: Wrapping, isFirst: boolean): boolean => {
  if (!isProsePair(line, next) || next.indent > line.textIndent + 1) return false
  const isDedent = !line.isItem && next.indent < line.indent
  if (isDedent && !isFirst) return false
  return isFull(line, next, width, isDedent || next.indent !== indent ? SLACK : width * RAGGED)
}

/** Share of the width that a line of a paragraph may leave empty. */
const RAGGED = 0.25

const SENTENCE_END = /[.!?:;。！？；：…]["'”’」』）)\]]*$/u

/** White space within a line as wide as this lays out columns. */
const COLUMNS = /\S(?: {3,}|\t+)\S/

const isProsePair = (line: TextLine, next: TextLine): boolean =>
  line.text.trim() !== "" &&
  next.text.trim() !== "" &&
  !next.isItem &&
  !COLUMNS.test(line.text) &&
  !COLUMNS.test(next.text)

/** Whether the next word would have passed the width, or come near it. */
const isFull = (line: TextLine, next: TextLine, width: number, slack: number): boolean =>
  line.columns + 1 + columnsOf(firstWord(next.text)) > width - slack

/** Up to the next space; of Chinese and Japanese, up to the next character that may begin a line. */
const firstWord = (text: string): string => {
  const word = /^\s*(\S{0,200})/u.exec(text)?.[1] ?? ""
  const [first = "", second = ""] = Array.from(word.slice(0, 4))
  return isWide(first) ? (isWide(second) && /\p{P}/u.test(second) ? first + second : first) : word
}
