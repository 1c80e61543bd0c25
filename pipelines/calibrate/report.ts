import { Effect } from "effect"
import { type TableReadError, TableReader } from "../../datasets/table-reader.ts"
import type { Rate } from "../../stages/interval.ts"
import type { ReportSection } from "../pipeline.ts"
import { type DefectFigures, FEW, type Figures, figures, tellsApart } from "./figures.ts"

type Cell = string | number | null

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

/** Share and its 95 % interval (Wilson). */
const rateCells = ({ high, low, rate }: Rate): ReadonlyArray<Cell> => [
  rate === null ? null : round(rate, 4),
  round(low, 4),
  round(high, 4)
]

/** The judge that tells spoilt rows from clean ones best: by recall less false alarms (Youden's J, 1950). */
const bestOf = ({ recall }: DefectFigures, alarms: ReadonlyMap<string, Rate>) => {
  const ranked = [...recall]
    .map(([judge, rate]) => ({ judge, rate, gain: (rate.rate ?? 0) - (alarms.get(judge)?.rate ?? 0) }))
    .toSorted((left, right) => right.gain - left.gain)
  return ranked.find(({ judge, rate }) => tellsApart(rate, alarms.get(judge) ?? rate)) ?? null
}

const alarmsOf = ({ judges }: Figures): ReadonlyMap<string, Rate> =>
  new Map(judges.map(({ falseAlarms, judge }) => [judge, falseAlarms]))

const byDefect = (made: Figures): ReportSection => ({
  title: "Planted defects: what is caught",
  note: `Share of the planted rows that at least one judge rejects: rules alone, then all judges with at most ${FEW * 100} % false alarms. Intervals are at 95 % (Wilson). The last line is the price: clean rows that are rejected all the same.`,
  columns: [
    "family",
    "defect",
    "rows",
    "by rules",
    "low",
    "high",
    "by trusted",
    "low",
    "high",
    "best judge",
    "its recall"
  ],
  rows: [
    ...made.defects.map((one) => {
      const best = bestOf(one, alarmsOf(made))
      return [
        one.family,
        one.defect,
        one.planted,
        ...rateCells(one.byRules),
        ...rateCells(one.byTrusted),
        best?.judge ?? null,
        best === null ? null : round(best.rate.rate ?? 0, 4)
      ]
    }),
    [
      "(clean)",
      "false alarms",
      made.falseAlarms.byTrusted.trials,
      ...rateCells(made.falseAlarms.byRules),
      ...rateCells(made.falseAlarms.byTrusted),
      null,
      null
    ]
  ]
})

const byJudge = ({ judges }: Figures): ReportSection => ({
  title: "Judges: false alarms on clean rows",
  note: "Clean rows are those that the dataset kept. A judge that already decided about them then looks better here than it is. The number is its column in the matrix below.",
  columns: ["no.", "judge", "kind", "model", "clean rows", "rejected", "false alarms", "low", "high", "unsure"],
  rows: judges.map(({ falseAlarms, judge, kind, model, unsure }, index) => [
    index + 1,
    judge,
    kind,
    model,
    falseAlarms.trials,
    falseAlarms.successes,
    ...rateCells(falseAlarms),
    unsure.rate === null ? null : round(unsure.rate, 4)
  ])
})

const matrix = ({ defects, judges }: Figures): ReportSection => ({
  title: "Recall: each judge on each defect",
  note: "Share of the planted rows that a judge rejects alone; a dot where it rejects none, in brackets where it rejects clean rows about as often, empty where it was not asked. Columns are numbered as above.",
  columns: ["defect", ...judges.map((_, index) => String(index + 1))],
  rows: defects.map(({ defect, recall }) => [
    defect,
    ...judges.map(({ falseAlarms, judge }): Cell => {
      const rate = recall.get(judge)
      if (rate === undefined) return null
      if (rate.successes === 0) return "."
      const share = round(rate.rate ?? 0, 3)
      return tellsApart(rate, falseAlarms) ? share : `(${share})`
    })
  ])
})

const pairs = (made: Figures): ReportSection => ({
  title: "Recall with intervals",
  note: "Pairs of defect and judge in which it rejects spoilt rows more often than clean ones, the intervals of both lying apart.",
  columns: ["defect", "judge", "caught", "of", "recall", "low", "high", "unsure", "false alarms"],
  rows: made.defects.flatMap(({ defect, recall, unsure }) =>
    [...recall]
      .map(([judge, rate]) => ({ judge, rate, alarms: alarmsOf(made).get(judge) ?? rate }))
      .filter(({ alarms, rate }) => tellsApart(rate, alarms))
      .toSorted((left, right) => right.rate.successes - left.rate.successes)
      .map(({ alarms, judge, rate }) => [
        defect,
        judge,
        rate.successes,
        rate.trials,
        ...rateCells(rate),
        round(unsure.get(judge)?.rate ?? 0, 4),
        alarms.rate === null ? null : round(alarms.rate, 4)
      ])
  )
})

const alarms = Effect.map(
  TableReader.use((reader) =>
    reader.query(
      `SELECT judge, code, count(*) AS n, min(key) AS key, arg_min(reasons[1], key) AS reason
       FROM (SELECT *, unnest(codes) AS code FROM trials WHERE defect IS NULL AND verdict = 'reject')
       GROUP BY judge, code ORDER BY n DESC, judge, code`
    )
  ),
  (rows): ReportSection => ({
    title: "False alarms: why",
    note: "Clean rows by the code they are rejected with, and one of each to look at.",
    columns: ["judge", "code", "rows", "for example", "which is"],
    rows: rows.map((one) => [
      String(one.judge),
      String(one.code),
      Number(one.n),
      String(one.key),
      one.reason === null ? null : String(one.reason)
    ])
  })
)

/** Calls are in the ledger by the stage that made them: a filter's name, or the method's own word. */
const cost = Effect.gen(function* () {
  const reader = yield* TableReader
  const stages = yield* reader.query(
    `SELECT stage, role, count(DISTINCT item) AS rows, count(*) AS calls, sum(prompt_tokens + completion_tokens) AS tokens,
       sum(cost_usd) AS usd, avg(milliseconds) AS ms
     FROM calls WHERE phase = 'trials' GROUP BY stage, role ORDER BY stage, role`
  )
  const [all] = yield* reader.query(
    `SELECT count(*) AS rows, avg(calls) AS calls, avg(prompt_tokens + completion_tokens) AS tokens, avg(cost_usd) AS usd,
       quantile_cont(milliseconds, 0.5) AS ms
     FROM items WHERE phase = 'trials' AND outcome = 'accepted'`
  )
  const section: ReportSection = {
    title: "Cost of judging a row",
    note: "Paid model calls by stage and role, for each row that was put to it; milliseconds are the mean of one call. The last line is all judges together, rules and local models included, with the median of the time that a row took.",
    columns: ["stage", "role", "rows", "calls", "tokens", "USD", "milliseconds"],
    rows: [
      ...stages.map((one): ReadonlyArray<Cell> => {
        const each = (value: unknown, digits: number) => round(Number(value) / Number(one.rows), digits)
        return [
          String(one.stage),
          String(one.role),
          Number(one.rows),
          each(one.calls, 2),
          each(one.tokens, 0),
          each(one.usd, 6),
          round(Number(one.ms), 1)
        ]
      }),
      [
        "(all)",
        "(all)",
        Number(all?.rows ?? 0),
        round(Number(all?.calls ?? 0), 2),
        round(Number(all?.tokens ?? 0), 0),
        round(Number(all?.usd ?? 0), 6),
        round(Number(all?.ms ?? 0), 1)
      ]
    ]
  }
  return section
})

export const report: Effect.Effect<ReadonlyArray<ReportSection>, TableReadError, TableReader> = Effect.gen(
  function* () {
    const made = yield* figures
    return [byDefect(made), byJudge(made), matrix(made), pairs(made), yield* alarms, yield* cost]
  }
)
