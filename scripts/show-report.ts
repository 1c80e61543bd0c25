import type { PhaseBooks, Report } from "../schemas/report.ts"
import { printable } from "./printable.ts"
import { textTable } from "./text-table.ts"

export const showBooks = (books: ReadonlyArray<PhaseBooks>): string =>
  textTable(
    ["phase", "planned", "accepted", "rejected", "failed", "pending"],
    books.map((one) => [one.phase, one.planned, one.accepted, one.rejected, one.failed, one.pending])
  )

/** The whole report as text for a terminal. */
export const showReport = (report: Report): string =>
  [
    printable(`${report.name}: ${report.pipeline}, run ${report.run}`),
    "",
    `Books (${report.balanced ? "balanced" : "NOT BALANCED"})`,
    showBooks(report.books),
    "",
    "Tables",
    textTable(
      ["table", "rows", "bytes"],
      report.tables.map((one) => [one.table, one.rows, one.bytes])
    ),
    ...report.sections.flatMap((section) => [
      "",
      section.title,
      ...(section.note === undefined ? [] : [section.note]),
      section.rows.length === 0 ? "(nothing to show)" : textTable(section.columns, section.rows, { maxCell: 90 })
    ])
  ].join("\n")
