import { parse, postprocess, preprocess } from "micromark"
import { frontmatter } from "micromark-extension-frontmatter"
import { gfm } from "micromark-extension-gfm"
import { decodeString } from "micromark-util-decode-string"
import { blocks } from "./blocks.ts"
import type { Extraction, Unreadable } from "./extraction.ts"
import { frontMatterTitle } from "./front-matter.ts"
import { walkHtml } from "./html.ts"
import { appender, EMPTY, type MappedText, verbatim } from "./mapped-text.ts"
import { tooCostly } from "./markdown-cost.ts"
import { definedNames, markdownSections, type Section } from "./markdown-sections.ts"

/** Left out with all that they hold. Code blocks are no prose; labels of images and addresses of links are no text of the document. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "codeFenced",
  "codeIndented",
  "definition",
  "gfmFootnoteCall",
  "gfmFootnoteDefinitionLabel",
  "image",
  "reference",
  "resource",
  "tableDelimiterRow",
  "taskListCheck",
  "toml",
  "yaml"
])

/** Copied as they stand. */
const COPIED: ReadonlySet<string> = new Set([
  "autolinkEmail",
  "autolinkProtocol",
  "characterEscapeValue",
  "codeTextData",
  "data",
  "literalAutolink"
])

/** Tokens of a section take a hundred times its size in memory, and a table more than proportionate time. */
const MOST_SECTION = 2_000_000

/**
 * The text of Markdown (CommonMark with GitHub's tables, footnotes and task lists): headings, paragraphs, list items as lines, ordered ones
 * with their number, table cells joined by " | ", block quotes, inline code, the text of links, and the text of HTML within. The title is
 * `title` of the front matter, else the first level-1 heading.
 */
export const markdownText = (original: string): Extraction | Unreadable => {
  const costly = tooCostly(original)
  if (costly !== null) return { code: "E_FORMAT", reason: costly }
  const sections = markdownSections(original)
  if (sections.some(({ end, start }) => end - start > MOST_SECTION)) {
    return {
      code: "E_TOO_LARGE",
      reason: "it has a single table or paragraph of over 2 million characters. Split it, or save the file as .txt."
    }
  }
  const found = blocks()
  let title: string | null = null
  let heading: string | null = null
  let html: ReturnType<typeof appender> | null = null
  /** The number of a list item, until its text comes. */
  let number: MappedText = EMPTY
  let leftOut = 0
  let lists = 0
  let mark = 0
  let isFirstCell = true
  let isTop = false

  const say = (piece: MappedText) => {
    found.text(number)
    number = EMPTY
    found.text(piece)
  }
  const boundary = () => (lists > 0 ? found.line() : found.paragraph())

  for (const [phase, token, offset] of eventsOf(original, sections)) {
    const [from, to] = [offset + token.start.offset, offset + token.end.offset]
    const { type } = token
    const isEnter = phase === "enter"
    if (LEFT_OUT.has(type)) {
      if (isEnter && (type === "yaml" || type === "toml")) title = frontMatterTitle(original.slice(from, to))
      leftOut += isEnter ? 1 : -1
      continue
    }
    if (leftOut > 0) continue
    switch (type) {
      case "listOrdered":
      case "listUnordered":
        boundary()
        lists += isEnter ? 1 : -1
        break
      case "listItemPrefix":
        if (isEnter) {
          found.line()
          number = /^\d/.test(original.slice(from, to)) ? verbatim(original, from, to) : EMPTY
        }
        break
      case "paragraph":
        boundary()
        break
      case "table":
      case "thematicBreak":
      case "blockQuote":
      case "gfmFootnoteDefinition":
        found.paragraph()
        break
      case "atxHeading":
      case "setextHeading":
        found.paragraph()
        if (isEnter) {
          mark = found.mark()
          isTop = type === "atxHeading" ? /^#(?!#)/.test(original.slice(from, from + 2)) : false
        } else if (isTop && heading === null) heading = found.textFrom(mark)
        break
      case "setextHeadingLine":
        if (isEnter) isTop = original.charAt(from) === "="
        break
      case "tableRow":
        if (isEnter) {
          found.line()
          mark = found.mark()
          isFirstCell = true
        } else found.endRow(mark, false)
        break
      case "tableHeader":
      case "tableData":
        if (isEnter) {
          if (!isFirstCell) found.cell()
          isFirstCell = false
        }
        break
      case "hardBreakEscape":
      case "hardBreakTrailing":
        found.line()
        break
      case "lineEnding":
        // The token holds the marks of quotes that begin the next line.
        if (html !== null && isEnter) html.slice(verbatim(original, from, from + 1))
        else found.soft()
        break
      case "characterReference":
        if (isEnter) say(decoded(original, from, to))
        break
      case "htmlText":
        if (isEnter && /^<br\b/i.test(original.slice(from, to))) found.line()
        break
      case "htmlFlow":
        if (isEnter) html = appender()
        else if (html !== null) {
          boundary()
          const walked = walkHtml(html.done(), found, { isXml: false, withChrome: false })
          heading ??= walked?.heading ?? null
          boundary()
          html = null
        }
        break
      case "htmlFlowData":
        if (isEnter) html?.slice(verbatim(original, from, to))
        break
      default:
        if (isEnter && COPIED.has(type)) say(verbatim(original, from, to))
    }
  }
  return { title: title ?? heading, text: found.done() }
}

interface Token {
  /** Extensions have types of their own. */
  readonly type: string
  readonly start: { readonly offset: number }
  readonly end: { readonly offset: number }
}

/** Section by section, so that the tokens of a large file are never all in memory. */
function* eventsOf(
  original: string,
  sections: ReadonlyArray<Section>
): Generator<readonly [phase: "enter" | "exit", token: Token, offset: number]> {
  const names = sections.length > 1 ? definedNames(original) : { links: [], footnotes: [] }
  for (const { end, start } of sections) {
    const parser = parse({ extensions: [gfm(), frontmatter(["yaml", "toml"])] })
    // What one section defines, all may refer to.
    parser.defined = [...names.links]
    parser.gfmFootnotes = [...names.footnotes]
    const events = postprocess(parser.document().write(preprocess()(original.slice(start, end), undefined, true)))
    for (const [phase, token] of events) yield [phase, token, start]
  }
}

/** What a character reference stands for: `&eacute;`, `&#233;`. */
const decoded = (original: string, from: number, to: number): MappedText => {
  const whole = appender()
  whole.standIn(decodeString(original.slice(from, to)), from, to)
  return whole.done()
}
