import type { PdfLine, TextLayer } from "./pdf-text-layer.ts"

/** Lines from the top and from the foot of a page that may be running ones. */
const AT_EITHER_END = 2
/** A line is running when it is on so many pages, and on this share of them: left and right pages may differ. */
const FEWEST_PAGES = 3
const SHARE = 0.4

/** A page number by itself is one from two pages on, however many there are: the first pages of chapters often have no other line. */
const PAGE_NUMBER = /^(?:page |seite |第 ?)?[-–— ]*#[-–— ]*(?:页|頁|(?: ?(?:of|\/|von) ?#))?$/i

/** Heads and feet that are the same on many pages, their numbers apart, and page numbers. */
export const runningLines = ({ lines, pages, text }: TextLayer): ReadonlySet<PdfLine> => {
  const byPage = new Map<number, Array<PdfLine>>()
  for (const line of lines) {
    if (text.slice(line.start, line.end).trim() === "") continue
    const page = byPage.get(line.page) ?? []
    page.push(line)
    byPage.set(line.page, page)
  }
  const outer = [...byPage.values()].flatMap((page) => {
    const sorted = page.toSorted((left, right) => right.y - left.y)
    return [...new Set([...sorted.slice(0, AT_EITHER_END), ...sorted.slice(-AT_EITHER_END)])]
  })
  const sayings = new Map<string, Set<number>>()
  for (const line of outer) {
    const saying = sayingOf(text, line)
    sayings.set(saying, (sayings.get(saying) ?? new Set()).add(line.page))
  }
  return new Set(
    outer.filter((line) => {
      const saying = sayingOf(text, line)
      const on = sayings.get(saying)?.size ?? 0
      return PAGE_NUMBER.test(saying) ? on >= 2 : on >= FEWEST_PAGES && on >= SHARE * pages
    })
  )
}

const ROMAN = /^[ivxlc]{1,8}$/i

const sayingOf = (text: string, { end, start }: PdfLine): string => {
  const saying = text.slice(start, end).trim().replace(/\s+/g, " ").replace(/\d+/g, "#")
  return ROMAN.test(saying) ? "#" : saying
}
