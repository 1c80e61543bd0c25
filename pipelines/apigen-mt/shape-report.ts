import { Effect } from "effect"
import { TableReader } from "../../datasets/table-reader.ts"
import { fromSql, measured, number, rateCells, rateColumns, round, type Sections, text } from "../report-cells.ts"
import { MAX_EMPTY_DIFF_SHARE } from "./config.ts"
import { nearDuplicateRate } from "./near-duplicates.ts"

/** Column, words, the paper's average (APIGen-MT, fig. 4). */
const SIZES = [
  ["n_agent_turns", "agent turns (calls and replies)", 12],
  ["n_user_turns", "human turns", 6],
  ["n_tool_calls", "tool calls", 7],
  ["n_writes", "writes", null]
] as const

/** The paper's longest trajectory has 29 turns. */
const PAPER_LONGEST = 29

export const sizes: Sections = fromSql(
  SIZES.map(
    ([column]) =>
      `SELECT '${column}' AS measure, avg(${column}) AS mean, median(${column}) AS median, quantile_cont(${column}, 0.05) AS p5,
         quantile_cont(${column}, 0.95) AS p95, max(${column}) AS longest FROM trajectories`
  ).join(" UNION ALL "),
  (rows) => [
    {
      title: "Dialogues: size",
      note: `Of those kept. The paper's averages stand beside; its longest has ${PAPER_LONGEST} turns.`,
      columns: ["measure", "mean", "median", "p5", "p95", "max", "paper's mean", "paper's max"],
      rows: SIZES.map(([column, words, paper]) => {
        const row = rows.find((one) => one.measure === column)
        return [
          words,
          ...[row?.mean, row?.median, row?.p5, row?.p95, row?.longest].map(measured),
          paper,
          column === "n_agent_turns" ? PAPER_LONGEST : null
        ]
      })
    }
  ]
)

/** Each call of each kept dialogue, with its place and whether the tool refused. */
const CALLS = `
  said AS (SELECT trajectory_id, unnest(messages) AS m FROM trajectories),
  calls AS (SELECT trajectory_id, m.index AS place, unnest(m.tool_calls) AS c FROM said WHERE m.role = 'assistant'),
  answers AS (SELECT trajectory_id, m.tool_call_id AS id, m.is_error AS is_error FROM said WHERE m.role = 'tool'),
  done AS (
    SELECT calls.trajectory_id, calls.place, calls.c.name AS name, coalesce(answers.is_error, false) AS is_error
    FROM calls LEFT JOIN answers ON answers.trajectory_id = calls.trajectory_id AND answers.id = calls.c.id)`

export const shares: Sections = fromSql(
  `WITH ${CALLS},
   pairs AS (SELECT name || ' > ' || lead(name) OVER (PARTITION BY trajectory_id ORDER BY place) AS pair FROM done),
   bigrams AS (SELECT pair, count(*) AS n FROM pairs WHERE pair IS NOT NULL GROUP BY pair),
   weights AS (SELECT n / sum(n) OVER () AS p FROM bigrams)
   SELECT
     (SELECT count(*) FROM done) AS calls,
     (SELECT count(*) FROM done WHERE is_error) AS errors,
     (SELECT count(*) FROM done WHERE name = 'think') AS thoughts,
     (SELECT count(*) FROM trajectories) AS dialogues,
     (SELECT count(*) FROM trajectories WHERE termination = 'transfer') AS transfers,
     (SELECT count(*) FROM trajectories WHERE task_kind IN ('info', 'refusal', 'transfer')) AS empties,
     (SELECT count(*) FROM bigrams) AS bigrams,
     (SELECT -sum(p * log2(p)) FROM weights) AS entropy`,
  ([row]) => {
    const share = (measure: string, part: unknown, whole: unknown, most: number | null = null) => [
      measure,
      number(part),
      number(whole),
      ...rateCells(number(part), number(whole)),
      most
    ]
    return [
      {
        title: "Dialogues: shares",
        note: "Of the calls, or of the dialogues, that were kept.",
        columns: ["measure", "count", "of", ...rateColumns, "at most"],
        rows: [
          share("calls that the tool refused", row?.errors, row?.calls),
          share("calls of think", row?.thoughts, row?.calls),
          share("dialogues that end in a transfer", row?.transfers, row?.dialogues),
          share("dialogues that change nothing", row?.empties, row?.dialogues, MAX_EMPTY_DIFF_SHARE)
        ]
      },
      {
        title: "Dialogues: variety of calls",
        note: "Entropy in bits over pairs of tools called one after the other: 0 where all dialogues run alike.",
        columns: ["different pairs", "entropy"],
        rows: [[number(row?.bigrams), measured(row?.entropy)]]
      }
    ]
  }
)

export const calls: Sections = fromSql(
  `WITH ${CALLS} SELECT name, count(*) AS n, count(*) FILTER (is_error) AS errors FROM done GROUP BY name ORDER BY n DESC, name`,
  (rows) => {
    const total = rows.reduce((sum, row) => sum + number(row.n), 0)
    return [
      {
        title: "Dialogues: calls per tool",
        columns: ["tool", "calls", "share", "refused", "share refused"],
        rows: rows.map((row) => [
          text(row.name),
          number(row.n),
          round(number(row.n) / total),
          number(row.errors),
          round(number(row.errors) / number(row.n))
        ])
      }
    ]
  }
)

/** Instructions that are compared, in order of their ids: enough for a share, and bounded. */
const COMPARED = 2000

export const duplicates: Sections = TableReader.use((reader) =>
  reader.query(
    `SELECT DISTINCT blueprint_id, instruction FROM blueprints
     WHERE blueprint_id IN (SELECT blueprint_id FROM trajectories) ORDER BY blueprint_id LIMIT ${COMPARED}`
  )
).pipe(
  Effect.map((rows) => {
    const { duplicates, of } = nearDuplicateRate(rows.map((row) => text(row.instruction)))
    return [
      {
        title: "Dialogues: instructions that are nearly alike",
        note: `Instructions of kept dialogues that share at least 60 % of their word 3-grams with an earlier one; of the first ${COMPARED}.`,
        columns: ["nearly alike", "of", ...rateColumns],
        rows: [[duplicates, of, ...rateCells(duplicates, of)]]
      }
    ]
  })
)
