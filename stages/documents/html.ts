import { Parser } from "htmlparser2"
import { type Blocks, blocks } from "./blocks.ts"
import type { Extraction, Unreadable } from "./extraction.ts"
import { blockKind, isChrome, isCodeBlock, NEVER_TEXT } from "./html-elements.ts"
import { edited, type MappedText, slice, verbatim } from "./mapped-text.ts"

/** Deeper than any page that a person wrote; a parser's time grows with it. */
const MOST_NESTED = 5_000

/**
 * The text of a page: headings, paragraphs, list items as lines, table cells joined by " | "; code blocks, navigation, scripts, asides,
 * forms, and the page's own header and footers are left out. Where that leaves nothing (a page that is one form), only what is never text
 * is left out. The title is that of the page, else its first level-1 heading.
 */
export const htmlText = (original: string, isXml = false): Extraction | Unreadable => {
  const source = verbatim(original)
  for (const withChrome of [false, true]) {
    const found = blocks()
    const walked = walkHtml(source, found, { isXml, withChrome })
    if (walked === null) {
      return {
        code: "E_FORMAT",
        reason: `it nests more than ${MOST_NESTED} elements. Is it HTML? Save it as text, or take it out.`
      }
    }
    const text = found.done()
    if (/\S/.test(text.text) || withChrome) return { title: walked.title ?? walked.heading, text }
  }
  throw new Error("html: neither pass ended")
}

interface Frame {
  readonly name: string
  /** Where its text begins among the blocks. */
  readonly mark: number
  readonly isSkipped: boolean
  readonly isPreformatted: boolean
  readonly isInList: boolean
  readonly isInArticle: boolean
  readonly isInCodeBlock: boolean
  /** Of a row: cells so far. */
  cells: number
  /** Of a row: it holds a table. Of preformatted text: it holds code. */
  holds: boolean
}

const OUTERMOST: Frame = {
  name: "",
  mark: 0,
  isSkipped: false,
  isPreformatted: false,
  isInList: false,
  isInArticle: false,
  isInCodeBlock: false,
  cells: 0,
  holds: false
}

/**
 * Walks through HTML and adds its text to `found`. The source may be a page or a piece of another document. Null where it is nested
 * beyond reason. `title` is the page's, `heading` its first of level 1.
 */
export const walkHtml = (
  source: MappedText,
  found: Blocks,
  options: { readonly isXml: boolean; readonly withChrome: boolean }
): { readonly title: string | null; readonly heading: string | null } | null => {
  const frames: Array<Frame> = [OUTERMOST]
  const top = (): Frame => frames.at(-1) ?? OUTERMOST
  const nearest = (name: string) => frames.findLast((frame) => frame.name === name)
  const title: Array<string> = []
  let heading: string | null = null
  let isTooDeep = false

  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        const outer = top()
        const isSkipped =
          outer.isSkipped ||
          NEVER_TEXT.has(name) ||
          isHidden(attributes) ||
          (!options.withChrome && isChrome(name, attributes, outer.isInArticle))
        if (!isSkipped) separate(name, outer)
        const frame: Frame = {
          name,
          mark: found.mark(),
          isSkipped,
          isPreformatted: outer.isPreformatted || name === "pre",
          isInList: outer.isInList ? name !== "table" : name === "ul" || name === "ol" || name === "dl",
          isInArticle: outer.isInArticle || name === "article" || name === "main" || name === "section",
          isInCodeBlock: outer.isInCodeBlock || isCodeBlock(attributes),
          cells: 0,
          holds: false
        }
        frames.push(frame)
        if (frames.length > MOST_NESTED) {
          isTooDeep = true
          parser.pause()
        }
        if (isSkipped) return
        if (name === "pre") frame.holds = frame.isInCodeBlock
        if (name === "code" || name === "samp" || name === "kbd") {
          const pre = frame.isPreformatted ? nearest("pre") : undefined
          if (pre !== undefined) pre.holds = true
        }
        if (name === "table") {
          const row = nearest("tr")
          if (row !== undefined) row.holds = true
        }
        if (name === "td" || name === "th") {
          const row = nearest("tr")
          if (row !== undefined && row.cells++ > 0) found.cell()
        }
      },
      onclosetag: (name) => {
        const frame = frames.pop()
        if (frame === undefined || frame.isSkipped) return
        if (name === "pre" && frame.holds) found.dropFrom(frame.mark)
        if (name === "tr") found.endRow(frame.mark, frame.holds)
        if (name === "h1" && heading === null) heading = textOrNull(found.textFrom(frame.mark))
        if (name !== "td" && name !== "th" && name !== "br") separate(name, top())
      },
      ontext: (data) => {
        const start = parser.startIndex
        const end = parser.endIndex + 1
        if (top().name === "title" && nearest("svg") === undefined) title.push(data)
        if (top().isSkipped) return
        addText(found, pieceOf(source, start, end, data), top().isPreformatted)
      }
    },
    { recognizeSelfClosing: options.isXml, recognizeCDATA: options.isXml }
  )

  const separate = (name: string, outer: Frame) => {
    const kind = blockKind(name)
    if (kind === null) return
    if (kind === "heading" || (kind === "block" && !outer.isInList)) found.paragraph()
    else found.line()
  }

  parser.write(source.text)
  if (isTooDeep) return null
  parser.end()
  return { title: textOrNull(title.join("")), heading }
}

const textOrNull = (text: string): string | null => (/\S/.test(text) ? text : null)

const isHidden = (attributes: Readonly<Record<string, string>>): boolean =>
  attributes.hidden !== undefined ||
  attributes["aria-hidden"] === "true" ||
  /\bdisplay\s*:\s*none\b/i.test(attributes.style ?? "")

/**
 * What the parser decoded, with its way back: as it stands there, or standing for an entity. The second character of an entity comes with no
 * place of its own, after the first.
 */
const pieceOf = (source: MappedText, start: number, end: number, data: string): MappedText => {
  const own = end > start ? slice(source, start, end) : slice(source, start - 1, start)
  return own.text === data && end > start ? own : edited(own, [{ start: 0, end: own.text.length, with: data }])
}

const WHITE = /[ \t\n\r\f]+/g
const BREAK = /\r\n?|\n/g

/** Line breaks end lines in preformatted text, and are white space elsewhere. */
const addText = (found: Blocks, piece: MappedText, isPreformatted: boolean) => {
  let from = 0
  for (const match of piece.text.matchAll(isPreformatted ? BREAK : WHITE)) {
    if (!/[\n\r]/.test(match[0])) continue
    found.text(slice(piece, from, match.index))
    if (isPreformatted) found.line()
    else found.soft()
    from = match.index + match[0].length
  }
  found.text(slice(piece, from))
}
