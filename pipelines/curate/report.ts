import { Effect } from "effect"
import { aloneShare } from "../../stages/filters/alone-share.ts"
import { fromSql, measured, number, type Sections } from "../report-cells.ts"
import type { CurateConfig } from "./config.ts"
import { FILTERS } from "./filter-phase.ts"

const byStep = fromSql(
  `SELECT step, code, count(*) AS n, count(partner) AS with_partner, min(similarity) AS least, median(similarity) AS middle
   FROM removals GROUP BY ALL ORDER BY n DESC, step, code`,
  (rows) => [
    {
      title: "Rows removed",
      note: "Each removed row once, by the first step that removed it. A partner is the row that stays in its place; similarities are to it, or to the row by way of which it belongs to it (`evidence.to`). `removals` names them, with spans and sources.",
      columns: ["step", "reason", "rows", "with a partner", "least similarity", "median similarity"],
      rows: rows.map((row) => [
        String(row.step),
        String(row.code),
        number(row.n),
        number(row.with_partner),
        measured(row.least),
        measured(row.middle)
      ])
    }
  ]
)

/** The cascade, and what each filter would have removed alone: those that it saw are known, for the others the audit stands. */
const byFilter = fromSql(
  `WITH seen AS (SELECT * FROM judgements WHERE provenance.phase = '${FILTERS}'),
        total AS (SELECT count(*) AS n FROM items WHERE phase = '${FILTERS}' AND outcome <> 'failed')
   SELECT filter, (SELECT n FROM total) AS subjects,
          count(*) FILTER (NOT extra) AS judged, count(*) FILTER (NOT extra AND verdict = 'unsure') AS unsure,
          count(*) FILTER (NOT extra AND verdict = 'reject') AS rejected,
          count(*) FILTER (extra AND verdict <> 'failed') AS audited,
          count(*) FILTER (extra AND verdict = 'reject') AS audited_rejected,
          count(*) FILTER (verdict = 'failed') AS failed, any_value(model.id) AS model, any_value(model.backend) AS backend
   FROM seen GROUP BY filter ORDER BY judged DESC, filter`,
  (rows) =>
    rows.length === 0
      ? []
      : [
          {
            title: "Filters",
            note: "A filter sees what those before it in the cascade let through. Alone: the share of all rows that it would have removed had it run by itself, with the 95 % interval; rows that others kept from it are estimated from the audit. The backend `lexical` is word lists and statistics, no trained model.",
            columns: [
              "filter",
              "model",
              "backend",
              "saw",
              "rejected",
              "unsure",
              "audited",
              "alone",
              "low 95 %",
              "high 95 %",
              "failed"
            ],
            rows: rows.map((row) => {
              const alone = aloneShare({
                subjects: number(row.subjects),
                known: number(row.rejected),
                unseen: number(row.subjects) - number(row.judged),
                audited: number(row.audited),
                auditedRejected: number(row.audited_rejected)
              })
              return [
                String(row.filter),
                row.model === null ? "rules" : String(row.model),
                row.backend === null ? null : String(row.backend),
                number(row.judged),
                number(row.rejected),
                number(row.unsure),
                number(row.audited),
                measured(alone.share),
                measured(alone.low),
                measured(alone.high),
                number(row.failed)
              ]
            })
          }
        ]
)

const splitsOf = ({ table }: CurateConfig) =>
  fromSql(
    `SELECT split, count(*) AS n, sum(count(*)) OVER () AS total FROM ${table} GROUP BY split ORDER BY n DESC, split`,
    (rows) =>
      rows.length === 0 || rows.every((row) => row.split === null)
        ? []
        : [
            {
              title: "Splits",
              columns: ["split", "rows", "share"],
              rows: rows.map((row) => [String(row.split), number(row.n), measured(number(row.n) / number(row.total))])
            }
          ]
  )

/** What was removed and why, filter by filter, and how the rest was divided. */
export const curateReport = (config: CurateConfig): Sections =>
  Effect.map(Effect.all([byStep, byFilter, splitsOf(config)]), (parts) => parts.flat())
