import { Effect } from "effect"
import { fromSql, measured, number, text } from "../../report-cells.ts"

const documents = fromSql(
  `SELECT lang, coalesce(domain, '(none)') AS domain, count(*) AS documents, sum(len(chunks)) AS chunks,
          sum(chunks_split) AS split, sum(length(text)) AS characters, sum(instruction_suspects) AS suspects
   FROM documents GROUP BY ALL ORDER BY lang, domain`,
  (rows) => [
    {
      title: "Documents by language and domain",
      note: "Split: chunks that exist only because a longer one was cut. Suspects: lines that look like instructions to a model; they are text like any other.",
      columns: ["language", "domain", "documents", "chunks", "split", "characters", "instruction suspects"],
      rows: rows.map((row) => [
        text(row.lang),
        text(row.domain),
        number(row.documents),
        number(row.chunks),
        number(row.split),
        number(row.characters),
        number(row.suspects)
      ])
    }
  ]
)

const licences = fromSql(
  `SELECT licence, count(*) AS documents, coalesce(sum(made), 0) AS dialogues
   FROM documents LEFT JOIN (SELECT doc_id, count(*) AS made FROM dialogues GROUP BY doc_id) USING (doc_id)
   GROUP BY licence ORDER BY licence`,
  (rows) => [
    {
      title: "Licences of the sources",
      note: "Each dialogue has that of its document. Rows of several licences may be used together only where each allows it.",
      columns: ["licence", "documents", "dialogues"],
      rows: rows.map((row) => [text(row.licence), number(row.documents), number(row.dialogues)])
    }
  ]
)

const splits = fromSql(
  `SELECT split, count(*) AS documents, coalesce(sum(made), 0) AS dialogues
   FROM documents LEFT JOIN (SELECT doc_id, count(*) AS made FROM dialogues GROUP BY doc_id) USING (doc_id)
   GROUP BY split ORDER BY documents DESC, split`,
  (rows) => {
    const all = rows.reduce((sum, row) => sum + number(row.documents), 0)
    return [
      {
        title: "Splits",
        note: "By source document, before anything is generated: no document is in two.",
        columns: ["split", "documents", "share", "dialogues"],
        rows: rows.map((row) => [
          text(row.split),
          number(row.documents),
          all === 0 ? null : measured(number(row.documents) / all),
          number(row.dialogues)
        ])
      }
    ]
  }
)

export const sourcesReport = Effect.map(Effect.all([documents, licences, splits]), (sections) => sections.flat())
