export interface Section {
  readonly start: number
  readonly end: number
}

/** A section is closed at the first fit place after so many characters. A parser's time grows faster than the section. */
const SECTION = 100_000

const FENCE = /^ {0,3}(`{3,}|~{3,})/
/** A heading, or a line that begins with a letter: after an empty line it continues no list and no indented code. */
const BEGINNING = /^(?:#{1,6}[ \t]|\p{L})/u
/** HTML that goes on over empty lines, and what ends it. */
const RAW = /<(!--|(?:pre|script|style|textarea)\b)/i

/** An outermost list item: it begins anew wherever it stands. */
const BULLET = /^[-*+][ \t]/

/**
 * Where a large Markdown text may be cut: before a heading or a paragraph that follows an empty line, and before an outermost list item,
 * but not in fenced code, comments and raw HTML. A text of up to 100,000 characters is one section.
 */
export const markdownSections = (text: string, most = SECTION): ReadonlyArray<Section> => {
  const sections: Array<Section> = []
  let start = 0
  /** What ends the fenced code or the raw HTML that a line is in. */
  let within: string | null = null
  let isFenced = false
  let isAfterEmpty = false
  for (let from = 0; from < text.length && text.length - start > most; ) {
    const to = text.indexOf("\n", from)
    const line = text.slice(from, to < 0 ? text.length : to)
    const isFit = within === null && ((isAfterEmpty && BEGINNING.test(line)) || BULLET.test(line))
    if (isFit && from - start >= most) {
      sections.push({ start, end: from })
      start = from
    }
    if (within === null) {
      const fence = FENCE.exec(line)?.[1]
      isFenced = fence !== undefined
      within = fence ?? rawEnd(line)
    } else if (isFenced ? FENCE.exec(line)?.[1]?.startsWith(within) : line.toLowerCase().includes(within)) {
      within = null
    }
    isAfterEmpty = line.trim() === ""
    from = to < 0 ? text.length : to + 1
  }
  return [...sections, { start, end: text.length }]
}

/** What ends the raw HTML that begins in a line and does not end in it. */
const rawEnd = (line: string): string | null => {
  const found = RAW.exec(line)
  if (found === null) return null
  const name = (found[1] ?? "").toLowerCase()
  const end = name === "!--" ? "-->" : `</${name}`
  return line.toLowerCase().includes(end, found.index) ? null : end
}

/** Names that links and footnotes may refer to, anywhere in the text, as the parser compares them. */
export const definedNames = (
  text: string
): { readonly links: ReadonlyArray<string>; readonly footnotes: ReadonlyArray<string> } => {
  const links = new Set<string>()
  const footnotes = new Set<string>()
  for (const [, name = ""] of text.matchAll(DEFINITION)) {
    if (name.startsWith("^")) footnotes.add(normalised(name.slice(1)))
    else links.add(normalised(name))
  }
  return { links: [...links], footnotes: [...footnotes] }
}

const DEFINITION = /^ {0,3}\[([^[\]\n]{1,999})\]:/gm

const normalised = (name: string): string =>
  name
    .replace(/[\t ]+/g, " ")
    .trim()
    .toLowerCase()
    .toUpperCase()
