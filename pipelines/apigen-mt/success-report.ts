import { type Cell, fromSql, measured, number, rateCells, rateColumns, type Sections, text } from "../report-cells.ts"
import { ATTEMPTS } from "./attempts-sql.ts"

/** The paper's success of phase 2 (APIGen-MT, fig. 4). It does not say whether it counts attempts or blueprints. */
const PAPER_SUCCESS = 0.67

export const success: Sections = fromSql(
  `SELECT
     (SELECT count(*) FROM trajectories) AS kept,
     (SELECT count(*) FROM failed_trajectories) AS failed,
     (SELECT count(*) FROM items WHERE phase = 'trajectories' AND outcome = 'accepted') AS accepted,
     (SELECT count(*) FROM items WHERE phase = 'trajectories' AND outcome <> 'failed') AS settled,
     (SELECT count(*) FROM items WHERE phase = 'trajectories' AND outcome = 'rejected' AND code = 'ORACLE_FAILED') AS oracle`,
  ([row]) => {
    const line = (measure: string, passed: number, of: number, paper: Cell): ReadonlyArray<Cell> => [
      measure,
      passed,
      of,
      ...rateCells(passed, of),
      paper
    ]
    const settled = number(row?.settled)
    return [
      {
        title: "Dialogues: success",
        note: "Per attempt and per blueprint; the paper does not say which of the two its figure counts. Items that failed (a model did not answer) are in neither. The oracle replays the ground truth through all gates before any call.",
        columns: ["measure", "passed", "of", ...rateColumns, "paper"],
        rows: [
          line("per attempt", number(row?.kept), number(row?.kept) + number(row?.failed), PAPER_SUCCESS),
          line("per blueprint", number(row?.accepted), settled, PAPER_SUCCESS),
          line("blueprints that the oracle passes", settled - number(row?.oracle), settled, null)
        ]
      }
    ]
  }
)

const BITS = ["reward", "r_state", "r_output", "r_output_strict", "r_policy", "r_nontrivial", "r_hygiene"]

export const gates: Sections = fromSql(
  `SELECT count(*) AS n, ${BITS.map((bit) => `sum(${bit}) AS ${bit}`).join(", ")} FROM ${ATTEMPTS(BITS.join(", "))}`,
  ([row]) => [
    {
      title: "Dialogues: gates",
      note: "Each check over all attempts, whatever the others say. The reward is tau-bench's: state and output, of a dialogue that came to its own end.",
      columns: ["check", "passed", "of", ...rateColumns],
      rows: BITS.map((bit) => [
        bit,
        number(row?.[bit]),
        number(row?.n),
        ...rateCells(number(row?.[bit]), number(row?.n))
      ])
    }
  ]
)

export const faults: Sections = fromSql(
  `SELECT fault_owner, fault_type, failure, count(*) AS n FROM failed_trajectories GROUP BY ALL ORDER BY n DESC, fault_owner, fault_type, failure`,
  (rows) => {
    const total = rows.reduce((sum, row) => sum + number(row.n), 0)
    return [
      {
        title: "Dialogues: whose fault",
        note: "Failed attempts by the first gate that turned them down, and by the labels of tau-bench's analyser and ours.",
        columns: ["owner", "type", "turned down by", "attempts", "share"],
        rows: rows.map((row) => [
          text(row.fault_owner),
          text(row.fault_type),
          text(row.failure),
          number(row.n),
          measured(number(row.n) / total)
        ])
      }
    ]
  }
)

export const disagreements: Sections = fromSql(
  `SELECT count(*) AS n,
     count(*) FILTER (r_state = 1 AND r_state_tolerant = 0) AS state_strict,
     count(*) FILTER (r_state = 0 AND r_state_tolerant = 1) AS state_tolerant,
     count(*) FILTER (r_output = 1 AND r_output_strict = 0) AS output_tolerant,
     count(*) FILTER (r_output = 0 AND r_output_strict = 1) AS output_strict
   FROM ${ATTEMPTS("r_state, r_state_tolerant, r_output, r_output_strict")}`,
  ([row]) => [
    {
      title: "Dialogues: strict and tolerant rewards that disagree",
      note: "A state that differs only in float noise or in the order of lists without order; an output found by tau-bench's rule alone (part of a number, asked, denied) or by ours alone.",
      columns: ["reward", "only tolerant passes", "only strict passes", "of"],
      rows: [
        ["state", number(row?.state_tolerant), number(row?.state_strict), number(row?.n)],
        ["output", number(row?.output_tolerant), number(row?.output_strict), number(row?.n)]
      ]
    }
  ]
)

export const spending: Sections = fromSql(
  `SELECT coalesce(phase, 'all') AS phase, sum(calls) AS calls, sum(prompt_tokens) AS prompt,
     sum(completion_tokens) AS completion, sum(cost_usd) AS cost,
     (SELECT count(*) FROM trajectories) AS dialogues
   FROM items GROUP BY ROLLUP (phase) ORDER BY grouping(phase), phase`,
  (rows) => [
    {
      title: "Dialogues: what one costs",
      note: "All that a phase, or the whole run, has spent, on failures too, for each dialogue that was kept.",
      columns: ["phase", "calls", "prompt tokens", "completion tokens", "USD"],
      rows: rows.map((row) => {
        const each = (value: unknown) =>
          number(row.dialogues) === 0 ? null : measured(number(value) / number(row.dialogues))
        return [text(row.phase), each(row.calls), each(row.prompt), each(row.completion), each(row.cost)]
      })
    }
  ]
)
