import { Effect } from "effect"
import { TableReader } from "../../../datasets/table-reader.ts"
import { type Cell, measured, number, type Sections, text } from "../../report-cells.ts"
import { DIALOGUE_METRICS, TURN_METRICS } from "../judge/scores.ts"
import { summaryOf } from "../judge/summary.ts"
import type { EvaluateConfig } from "./config.ts"

const MEASURES: ReadonlyArray<readonly [name: string, column: string]> = [
  ...[...TURN_METRICS, ...DIALOGUE_METRICS].map((metric) => [metric, `scores.${metric}`] as const),
  ["coverage", "coverage"],
  ["legacy coverage", "legacy_coverage"],
  ["fact recall", "fact_recall"]
]

/**
 * Each measure by level, variant, language and domain. The corpus mean is over what has a value; what has none is counted beside it,
 * never as zero. The rubric rewards words, so each score also stands at the length that all replies of its language have in the mean.
 */
export const evaluateReport = (config: EvaluateConfig): Sections =>
  Effect.gen(function* () {
    const reader = yield* TableReader
    const rows: Array<ReadonlyArray<Cell>> = []
    for (const [name, column] of MEASURES) {
      const groups = yield* reader.query(
        `WITH sized AS (
           SELECT *, ln(greatest(1, reply_characters)) AS size,
                  avg(ln(greatest(1, reply_characters))) OVER (PARTITION BY lang, level) AS usual
           FROM eval_scores)
         SELECT level, variant, lang, coalesce(domain, '(none)') AS domain, count(*) AS n,
                list(${column}) FILTER (${column} IS NOT NULL) AS found,
                regr_intercept(${column}, size) + regr_slope(${column}, size) * any_value(usual) AS at_usual
         FROM sized GROUP BY GROUPING SETS ((level, variant, lang, domain), (level, variant, lang))
         HAVING count(${column}) > 0 ORDER BY level, variant, lang, grouping(domain) DESC, domain`
      )
      for (const group of groups) {
        const values = (group.found as ReadonlyArray<unknown>).map(Number)
        const { deviation, high, low, mean, n } = summaryOf(values, `${name}/${text(group.variant)}`)
        rows.push([
          number(group.level),
          text(group.variant),
          text(group.lang),
          text(group.domain),
          name,
          n,
          number(group.n) - n,
          measured(mean),
          measured(deviation),
          measured(low),
          measured(high),
          Number.isFinite(Number(group.at_usual)) ? measured(group.at_usual) : null
        ])
      }
    }
    const [errors] = yield* reader.query(
      `SELECT sum(parse_errors) AS errors, string_agg(DISTINCT judge_model, ', ') AS judges FROM eval_scores`
    )
    return [
      {
        title: "Scores",
        note: `Judge: ${text(errors?.judges) || "not asked"}; ${number(errors?.errors)} scores could not be used and count nowhere. Interval: bootstrap of the mean. At usual length: the score expected of replies as long as all of their language. Coverage takes cosine above ${config.coverage.en}, in Chinese above ${config.coverage.zh}: languages cannot be compared.`,
        columns: [
          "level",
          "variant",
          "language",
          "domain",
          "measure",
          "n",
          "without",
          "mean",
          "deviation",
          "low 95 %",
          "high 95 %",
          "at usual length"
        ],
        rows
      }
    ]
  })
