import { Effect } from "effect"
import { TableReader } from "../../../datasets/table-reader.ts"
import { type Cell, measured, number, type Sections, text } from "../../report-cells.ts"
import type { R2sConfig } from "../config.ts"
import { DIALOGUE_METRICS, TURN_METRICS } from "../judge/scores.ts"
import { summaryOf } from "../judge/summary.ts"

const METRICS = [...TURN_METRICS, ...DIALOGUE_METRICS, "rating"] as const

/** Length at which scores are compared: the judge's rubric, as the paper has it, rewards words (section 5.1). */
const CHARACTERS = 100

/** What the judge thought of the kept dialogues, by language; nothing where it was off. */
export const judgeReport = (config: R2sConfig): Sections =>
  Effect.gen(function* () {
    const reader = yield* TableReader
    const sections = yield* Effect.forEach(METRICS, (metric) =>
      Effect.gen(function* () {
        const rows = yield* reader.query(
          `WITH scored AS (
             SELECT dialogue_lang AS lang, judge.${metric} AS score, ln(list_avg([length(r.b) FOR r IN rounds])) AS size
             FROM dialogues WHERE judge.${metric} IS NOT NULL)
           SELECT lang, list(score) AS scores, regr_slope(score, size) AS slope,
                  CASE WHEN ln(${CHARACTERS}) BETWEEN min(size) AND max(size)
                       THEN regr_intercept(score, size) + regr_slope(score, size) * ln(${CHARACTERS}) END AS at_length
           FROM scored GROUP BY lang ORDER BY lang`
        )
        return rows.map((row): ReadonlyArray<Cell> => {
          const { deviation, high, low, mean, n } = summaryOf(
            (row.scores as ReadonlyArray<unknown>).map(Number),
            metric
          )
          return [
            text(row.lang),
            metric,
            n,
            measured(mean),
            measured(deviation),
            measured(low),
            measured(high),
            finite(row.at_length)
          ]
        })
      })
    )
    const cells = sections.flat()
    if (cells.length === 0) return []
    const [models] = yield* reader.query(
      `SELECT string_agg(DISTINCT judge.model, ', ') AS judges, sum(judge.parse_errors) AS errors, count(judge) AS n,
              count(*) FILTER (list_contains([m.model FOR m IN provenance.models IF m.role IN ('writer', 'planner', 'finder')], judge.model)) AS own
       FROM dialogues`
    )
    const own = number(models?.own)
    return [
      {
        title: "What the judge says",
        note: [
          `Kept dialogues, judged by ${text(models?.judges)}; ${number(models?.errors)} scores could not be used and count nowhere. Interval: bootstrap of the mean. At ${CHARACTERS} characters: the score expected of replies of that length, where there are shorter and longer ones.`,
          ...(own > 0
            ? [`Beware: ${own} of ${number(models?.n)} were judged by a model that wrote them, which inflates scores.`]
            : []),
          ...(config.judge.scale === "metrics"
            ? [`Gated: loyalty, consistency, coherence, understanding, helpfulness; so these means are of what passed.`]
            : [])
        ].join(" "),
        columns: [
          "language",
          "metric",
          "n",
          "mean",
          "deviation",
          "low 95 %",
          "high 95 %",
          `at ${CHARACTERS} characters`
        ],
        rows: cells
      }
    ]
  })

const finite = (value: unknown): number | null => (Number.isFinite(Number(value)) ? measured(value) : null)
