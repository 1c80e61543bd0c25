import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import type { getDocumentProxy } from "unpdf"

/** A line of a PDF's text layer, with its place on the page in points from the lower left. */
export interface PdfLine {
  /** Position in the text layer, without the line break. */
  readonly start: number
  readonly end: number
  /** From 0. */
  readonly page: number
  readonly left: number
  readonly right: number
  /** Of its foot. */
  readonly y: number
  /** Height of its letters. */
  readonly size: number
  /** Positions in the text layer after a gap that is no space between words: where the cells of a table begin, but the first. */
  readonly cells: ReadonlyArray<number>
}

export interface TextLayer {
  /** Lines end with `\n`, pages with `\f`. */
  readonly text: string
  readonly lines: ReadonlyArray<PdfLine>
  readonly pages: number
  /** Character maps that the file needs and that are not there: what is written with them is missing. */
  readonly missingMaps: ReadonlyArray<string>
}

/** Characters of a text layer that are still read: some pages name the same text millions of times. */
const MOST_CHARACTERS = 50_000_000

/**
 * The text layer of a PDF, in the order in which the file has it. Scripts in it are not run, nothing is fetched. Throws what pdf.js throws:
 * the file is no PDF, is damaged, or asks for a password. Null where the layer has more characters than are read.
 */
export const pdfTextLayer = async (bytes: Uint8Array): Promise<TextLayer | null> => {
  const pdf = await import("unpdf")
  const missingMaps = new Set<string>()
  // pdf.js takes the bytes for itself, and takes no Buffer.
  const document = await pdf.getDocumentProxy(new Uint8Array(bytes), {
    verbosity: 0,
    useSystemFonts: false,
    disableFontFace: true,
    isOffscreenCanvasSupported: false,
    stopAtErrors: false,
    BinaryDataFactory: binaryData(missingMaps)
  })
  try {
    const pieces: Array<string> = []
    const lines: Array<PdfLine> = []
    let length = 0
    const write = (text: string) => {
      pieces.push(text)
      length += text.length
    }
    for (let page = 0; page < document.numPages; page++) {
      if (page > 0) write("\f")
      const content = await (await document.getPage(page + 1)).getTextContent({ disableNormalization: true })
      let line: PdfLine | null = null
      for (const item of content.items) {
        if (!("str" in item)) continue
        if (item.str !== "") {
          if (line !== null && isApart(line, item) && !/\s$/.test(pieces.at(-1) ?? "")) write(" ")
          const start = length
          write(item.str.replace(PRESENTED, (shape) => shape.normalize("NFKC")))
          line = extended(line, item, { page, start, end: length })
        }
        if (!item.hasEOL) continue
        if (line !== null) lines.push(line)
        line = null
        write("\n")
      }
      if (line !== null) lines.push(line)
      if (length > MOST_CHARACTERS) return null
    }
    return { text: pieces.join(""), lines, pages: document.numPages, missingMaps: [...missingMaps] }
  } finally {
    await document.loadingTask.destroy()
  }
}

type Document = Awaited<ReturnType<typeof getDocumentProxy>>
type Page = Awaited<ReturnType<Document["getPage"]>>
type Item = Extract<Awaited<ReturnType<Page["getTextContent"]>>["items"][number], { readonly str: string }>

/**
 * Shapes that typesetting writes for letters: ligatures, radicals for whole characters, Arabic letters by their place in a word. Nothing else
 * is normalised: pdf.js would write a micro sign as mu.
 */
const PRESENTED = /[\u2e80-\u2fd5\ufb00-\ufb06\ufb1d-\ufdff\ufe70-\ufefc]/g

/** In heights of a line: justified lines have narrower gaps. */
const CELL_GAP = 1.1

const placeOf = ({ transform, width }: Item) => {
  const [, , c, d, x, y] = transform.map(Number)
  return { left: x ?? 0, right: (x ?? 0) + width, y: y ?? 0, size: Math.hypot(c ?? 0, d ?? 0) }
}

const isWhite = ({ str }: Item): boolean => str.trim() === ""

/** Whether an item of the same line stands away from what is there, and so is no part of the last word. */
const isApart = (line: PdfLine, item: Item): boolean => {
  const { left, size } = placeOf(item)
  return !isWhite(item) && item.dir !== "rtl" && Math.abs(left - line.right) > CELL_GAP * Math.max(size, line.size)
}

const extended = (
  line: PdfLine | null,
  item: Item,
  at: { readonly page: number; readonly start: number; readonly end: number }
): PdfLine => {
  const { left, right, size, y } = placeOf(item)
  const { end } = at
  if (line === null) return { ...at, left, right, y, size, cells: [] }
  // The white space between words is an item too, of no size worth having.
  if (isWhite(item)) return { ...line, end }
  return {
    ...line,
    end,
    left: Math.min(line.left, left),
    right: Math.max(line.right, right),
    size: Math.max(line.size, size),
    cells: isApart(line, item) && left > line.right ? [...line.cells, at.start] : line.cells
  }
}

/**
 * How pdf.js gets data of its own: the maps of East Asian character sets, which older files name and do not hold. They are not shipped; they
 * are used where pdfjs-dist is installed beside us. A function since pdf.js calls it with `new`.
 */
const binaryData = (missingMaps: Set<string>) =>
  function factory() {
    return {
      fetch: async ({ filename, kind }: { readonly filename: string; readonly kind: string }): Promise<Uint8Array> => {
        const folder = kind === "cMapUrl" ? characterMaps() : null
        if (folder !== null && /^[A-Za-z0-9-]+\.bcmap$/.test(filename)) {
          return new Uint8Array(await readFile(join(folder, filename)))
        }
        if (kind === "cMapUrl") missingMaps.add(filename.replace(/\.bcmap$/, ""))
        throw new Error(`${kind} ${filename} is not shipped`)
      }
    }
  }

const characterMaps = (): string | null => {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json")), "cmaps")
  } catch {
    return null
  }
}
