import { fromSql, number, rateCells, rateColumns, text } from "../../report-cells.ts"

/** Which mistakes of the simulated models were caught, and by which code; nothing where real models spoke. */
export const plantedReport = fromSql(
  `WITH kept AS (SELECT unnest(planted) AS mistake, NULL AS code FROM candidates),
        turned_down AS (
          SELECT unnest(from_json(coalesce(evidence -> '$.dialogue.planted', evidence -> '$.planted'), '["VARCHAR"]')) AS mistake, code
          FROM rejected WHERE phase = 'dialogues' AND evidence IS NOT NULL)
   SELECT mistake, count(*) AS n, count(code) AS caught,
          coalesce(string_agg(DISTINCT code, ', ' ORDER BY code), '') AS codes
   FROM (FROM kept UNION ALL FROM turned_down) GROUP BY mistake ORDER BY mistake`,
  (rows) =>
    rows.length === 0
      ? []
      : [
          {
            title: "Planted mistakes",
            note: "Mistakes that the simulated models make on purpose, and the codes that dialogues with them were turned down by. The interval is Wilson's.",
            columns: ["mistake", "planted", "caught", ...rateColumns, "by"],
            rows: rows.map((row) => [
              text(row.mistake),
              number(row.n),
              number(row.caught),
              ...rateCells(number(row.caught), number(row.n)),
              text(row.codes)
            ])
          }
        ]
)
