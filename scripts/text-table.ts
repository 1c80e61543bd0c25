/** Cells as text in aligned columns; numbers to the right. */
export const textTable = (
  columns: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<unknown>>,
  options: { readonly maxCell?: number } = {}
): string => {
  const maxCell = options.maxCell ?? 60
  const cells = rows.map((row) => row.map((value) => cellText(value, maxCell)))
  const numeric = columns.map((_, index) => rows.length > 0 && rows.every((row) => isNumeric(row[index])))
  const widths = columns.map((name, index) => Math.max(width(name), ...cells.map((row) => width(row[index] ?? ""))))
  const line = (row: ReadonlyArray<string>) =>
    row
      .map((text, index) => {
        const gap = " ".repeat(Math.max(0, (widths[index] ?? 0) - width(text)))
        return numeric[index] ? gap + text : text + gap
      })
      .join("  ")
      .trimEnd()
  return [line(columns), line(widths.map((size) => "-".repeat(size))), ...cells.map(line)].join("\n")
}

const isNumeric = (value: unknown): boolean =>
  typeof value === "number" ||
  typeof value === "bigint" ||
  value === null ||
  (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value))

/** Terminal columns of a text: wide characters (CJK, emoji) take two. */
const width = (text: string): number => {
  let columns = 0
  for (const character of text) {
    const code = character.codePointAt(0) as number
    columns += code >= 0x1100 && (code <= 0x115f || (code >= 0x2e80 && code <= 0xffe6) || code >= 0x1f300) ? 2 : 1
  }
  return columns
}

/** One line of printable text: control characters would let data draw on the user's terminal. */
const cellText = (value: unknown, maxCell: number): string => {
  if (value === null || value === undefined) return ""
  const text = typeof value === "string" ? value : typeof value === "object" ? JSON.stringify(value) : String(value)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ")
  return clean.length > maxCell ? `${clean.slice(0, maxCell - 1)}…` : clean
}
