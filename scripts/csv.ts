/** Rows as CSV (RFC 4180): fields with commas, quotes or line breaks are quoted. Lists and structs are JSON text. */
export const toCsv = (rows: ReadonlyArray<ReadonlyArray<unknown>>): string =>
  rows.map((row) => row.map(field).join(",")).join("\n")

const field = (value: unknown): string => {
  if (value === null || value === undefined) return ""
  const text = typeof value === "object" ? JSON.stringify(value) : String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
