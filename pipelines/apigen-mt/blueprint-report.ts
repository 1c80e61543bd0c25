import { Effect } from "effect"
import {
  type Cell,
  fromSql,
  number,
  type Row,
  rateCells,
  rateColumns,
  round,
  type Sections,
  text
} from "../report-cells.ts"
import { MAX_EMPTY_DIFF_SHARE } from "./config.ts"
import { agreement, reviewers } from "./reviewer-report.ts"

/** The paper's success of phase 1 with and without the feedback loop (APIGen-MT, fig. 4). */
const PAPER_WITH_LOOP = 0.7
const PAPER_FIRST_TRY = 0.28

const success: Sections = fromSql(
  `SELECT
     (SELECT count(*) FROM items WHERE phase = 'blueprints' AND outcome <> 'failed') AS started,
     (SELECT count(*) FROM items WHERE phase = 'blueprints' AND outcome = 'accepted') AS accepted,
     (SELECT count(*) FROM blueprint_attempts WHERE round = 0 AND coalesce(code, '') <> 'JUDGE_ERROR') AS first_tries,
     (SELECT count(*) FROM blueprint_attempts WHERE round = 0 AND passed) AS first_passed`,
  ([row]) => [
    {
      title: "Blueprints: success",
      note: "With the feedback loop, per started blueprint; without it, per first try. Items that failed (no quorum, no answer) are in neither. The interval is Wilson's.",
      columns: ["measure", "passed", "of", ...rateColumns, "paper"],
      rows: [
        [
          "per started blueprint",
          number(row?.accepted),
          number(row?.started),
          ...rateCells(number(row?.accepted), number(row?.started)),
          PAPER_WITH_LOOP
        ],
        [
          "per first try",
          number(row?.first_passed),
          number(row?.first_tries),
          ...rateCells(number(row?.first_passed), number(row?.first_tries)),
          PAPER_FIRST_TRY
        ]
      ]
    }
  ]
)

/** Checks in their order; each sees only what the ones before let through. */
const CHECKS = ["format", "execution", "policy", "review"]

const checks: Sections = fromSql(
  `SELECT coalesce(failed_at, 'passed') AS failed_at, count(*) AS n
   FROM blueprint_attempts WHERE coalesce(code, '') <> 'JUDGE_ERROR' GROUP BY ALL`,
  (rows) => {
    const turnedDown = new Map(rows.map((row) => [text(row.failed_at), number(row.n)]))
    let reached = rows.reduce((sum, row) => sum + number(row.n), 0)
    const lines = CHECKS.map((check): ReadonlyArray<Cell> => {
      const trials = reached
      reached -= turnedDown.get(check) ?? 0
      return [check, trials, reached, ...rateCells(reached, trials)]
    })
    return [
      {
        title: "Blueprints: checks",
        note: "All rounds of all blueprints. A round that one check turns down does not reach the next.",
        columns: ["check", "reached it", "passed it", ...rateColumns],
        rows: lines
      }
    ]
  }
)

const rounds: Sections = fromSql(
  `SELECT round, count(*) AS tried, count(*) FILTER (WHERE passed) AS passed,
          sum(count(*) FILTER (WHERE passed)) OVER (ORDER BY round) AS so_far,
          (SELECT count(*) FROM items WHERE phase = 'blueprints' AND outcome <> 'failed') AS started
   FROM blueprint_attempts GROUP BY round ORDER BY round`,
  (rows) => [
    {
      title: "Blueprints: feedback rounds",
      note: "Round 0 is the first try. The last column is the share of started blueprints accepted by then.",
      columns: ["round", "tried", "passed", ...rateColumns, "accepted by then"],
      rows: rows.map((row) => [
        number(row.round),
        number(row.tried),
        number(row.passed),
        ...rateCells(number(row.passed), number(row.tried)),
        number(row.started) === 0 ? null : round(number(row.so_far) / number(row.started))
      ])
    }
  ]
)

const policyTests: Sections = fromSql(
  `SELECT v.rule_id AS rule, count(*) AS findings, count(DISTINCT item) AS blueprints
   FROM (SELECT item, unnest(policy_violations) AS v FROM blueprint_attempts) GROUP BY rule ORDER BY findings DESC, rule`,
  (rows) =>
    rows.length === 0
      ? []
      : [
          {
            title: "Blueprints: policy tests that found something",
            columns: ["test", "findings", "blueprints"],
            rows: rows.map((row) => [text(row.rule), number(row.findings), number(row.blueprints)])
          }
        ]
)

const kinds: Sections = fromSql(
  `SELECT task_kind, count(*) AS n, avg(n_writes) AS writes, avg(len(outputs)) AS outputs,
          count(*) FILTER (WHERE diff_patch IS NULL) AS unchanged, sum(count(*)) OVER () AS of
   FROM blueprints GROUP BY task_kind ORDER BY n DESC, task_kind`,
  (rows) => {
    const total = number(rows[0]?.of)
    const unchanged = rows.reduce((sum, row) => sum + number(row.unchanged), 0)
    return [
      {
        title: "Blueprints: kinds of task",
        note: `${total === 0 ? "No blueprint was accepted." : `${((100 * unchanged) / total).toFixed(1)} % leave the database as it was`}; doing nothing passes those, so at most ${100 * MAX_EMPTY_DIFF_SHARE} % are planned.`,
        columns: ["kind", "accepted", "share", "mean writes", "mean outputs"],
        rows: rows.map((row) => [
          text(row.task_kind),
          number(row.n),
          round(number(row.n) / total),
          round(number(row.writes)),
          round(number(row.outputs))
        ])
      }
    ]
  }
)

const tools: Sections = fromSql(
  `SELECT action.name AS tool, count(*) AS n, count(DISTINCT blueprint_id) AS blueprints, sum(count(*)) OVER () AS of
   FROM (SELECT blueprint_id, unnest(actions) AS action FROM blueprints) GROUP BY tool ORDER BY n DESC, tool`,
  (rows) => [
    {
      title: "Blueprints: calls of the ground truth, per tool",
      columns: ["tool", "calls", "share", "blueprints"],
      rows: rows.map((row) => [
        text(row.tool),
        number(row.n),
        round(number(row.n) / number(row.of)),
        number(row.blueprints)
      ])
    }
  ]
)

const planted: Sections = fromSql(
  `SELECT mistake, count(*) AS n, ${CHECKS.map((check) => `count(*) FILTER (WHERE failed_at = '${check}') AS at_${check}`).join(", ")},
          count(*) FILTER (WHERE passed) AS slipped, count(*) FILTER (WHERE passed OR failed_at IS NOT NULL) AS judged
   FROM (SELECT unnest(planted) AS mistake, failed_at, passed FROM blueprint_attempts)
   GROUP BY mistake ORDER BY n DESC, mistake`,
  (rows) => {
    if (rows.length === 0) return []
    const line = (name: string, some: ReadonlyArray<Row>): ReadonlyArray<Cell> => {
      const sum = (column: string) => some.reduce((total, row) => total + number(row[column]), 0)
      const caught = sum("judged") - sum("slipped")
      return [
        name,
        sum("n"),
        ...CHECKS.map((check) => sum(`at_${check}`)),
        sum("slipped"),
        ...rateCells(caught, sum("judged"))
      ]
    }
    return [
      {
        title: "Blueprints: mistakes that the simulated generator planted",
        note: "How many of each kind were caught, by which check, and how many slipped through into a blueprint. A mistake may be caught for another reason than itself.",
        columns: [
          "mistake",
          "planted",
          ...CHECKS.map((check) => `caught by ${check}`),
          "slipped",
          "caught",
          "low 95 %",
          "high 95 %"
        ],
        rows: [...rows.map((row) => line(text(row.mistake), [row])), line("all", rows)]
      }
    ]
  }
)

const slipped: Sections = fromSql(
  `SELECT mistake, count(*) AS n, count(*) FILTER (WHERE blueprint_id IN (SELECT blueprint_id FROM trajectories)) AS kept
   FROM (SELECT unnest(planted) AS mistake, blueprint_id FROM blueprints) GROUP BY mistake ORDER BY n DESC, mistake`,
  (rows) =>
    rows.length === 0
      ? []
      : [
          {
            title: "Blueprints: what became of the mistakes that slipped through",
            note: "A blueprint with a mistake can still be stopped by the second phase, where a dialogue has to arrive at its ground truth.",
            columns: ["mistake", "slipped", "without a kept dialogue", "in the dataset"],
            rows: rows.map((row) => [
              text(row.mistake),
              number(row.n),
              number(row.n) - number(row.kept),
              number(row.kept)
            ])
          }
        ]
)

/** What the report says of the first phase (spec, done-means 24, 25, 27), all of it from SQL over the dataset's tables. */
export const blueprintSections: Sections = Effect.map(
  Effect.all([success, checks, rounds, policyTests, agreement, reviewers, kinds, tools, planted, slipped]),
  (parts) => parts.flat()
)
