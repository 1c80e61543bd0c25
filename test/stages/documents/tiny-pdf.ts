/** A line of text at a place on the page, in points from the lower left. */
export interface Placed {
  readonly x: number
  readonly y: number
  readonly text: string
  /** Of the letters; 12 where nothing is said. */
  readonly size?: number
}

const escaped = (text: string) => text.replace(/[\\()]/g, "\\$&")

const contentOf = (lines: ReadonlyArray<Placed>) =>
  `BT\n${lines.map(({ size = 12, text, x, y }) => `/F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${escaped(text)}) Tj`).join("\n")}\nET`

const HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"

/** A font of which only the name of a character map stands in the file, as older Chinese files have it. */
export const SONG =
  "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>] >>"

/** The smallest PDF that holds these lines, a list a page. Letters are of Latin 1. */
export const tinyPdf = (
  pages: ReadonlyArray<ReadonlyArray<Placed>>,
  options: { readonly font?: string; readonly trailer?: string } = {}
): Uint8Array => {
  const kids = pages.map((_, index) => `${4 + 2 * index} 0 R`).join(" ")
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`,
    options.font ?? HELVETICA,
    ...pages.flatMap((lines, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * index} 0 R >>`,
      `<< /Length ${contentOf(lines).length} >>\nstream\n${contentOf(lines)}\nendstream`
    ])
  ]
  let file = "%PDF-1.4\n"
  const offsets = objects.map((body, index) => {
    const offset = file.length
    file += `${index + 1} 0 obj\n${body}\nendobj\n`
    return offset
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("")
  const start = file.length
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${options.trailer ?? ""} >>\nstartxref\n${start}\n%%EOF\n`
  return new Uint8Array(Buffer.from(file, "latin1"))
}

/** Lines of a column, one below the other. */
export const column = (lines: ReadonlyArray<string>, top: number, left = 72, size = 12): ReadonlyArray<Placed> =>
  lines.map((text, index) => ({ x: left, y: top - index * size * 1.2, text, size }))
