import { fromSql, number, text } from "../../report-cells.ts"

/** Turned down for what they are, not for what went wrong: too short, too thin, or there already. */
const SKIPPED = "('E_TOO_SHORT', 'S_THIN_DOCUMENT', 'DUPLICATE_DOCUMENT')"

/** Where every document and every dialogue went: the columns add up, or the books would not balance. */
export const accountsReport = fromSql(
  `WITH told AS (
     SELECT phase, CASE WHEN phase IN ('documents', 'chunks') THEN 'document' ELSE 'dialogue' END AS what, outcome, code,
            CASE WHEN outcome = 'failed' THEN 'failed'
                 WHEN outcome = 'rejected' AND code IN ${SKIPPED} THEN 'skipped: ' || code
                 WHEN outcome = 'rejected' THEN 'rejected: ' || code
                 WHEN phase = 'chunks' THEN 'used'
                 WHEN phase = 'select' THEN 'kept' END AS went
     FROM items)
   SELECT what, went, count(*) AS n FROM told
   -- What the first phase of each accepts is accounted for by the second.
   WHERE went IS NOT NULL AND NOT (outcome = 'accepted' AND phase IN ('documents', 'dialogues'))
   GROUP BY what, went ORDER BY what DESC, went IN ('used', 'kept') DESC, n DESC, went`,
  (rows) => {
    const total = (what: string) =>
      rows.filter((row) => text(row.what) === what).reduce((sum, row) => sum + number(row.n), 0)
    return [
      {
        title: "Where everything went",
        note: "Documents in = used + skipped + rejected + failed. Dialogues begun = kept + rejected by each code + failed; a document makes one a chunk.",
        columns: ["what", "went", "number", "of"],
        rows: rows.map((row) => [text(row.what), text(row.went), number(row.n), total(text(row.what))])
      }
    ]
  }
)
