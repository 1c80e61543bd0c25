import { fromSql, measured, number, type Sections, text } from "../report-cells.ts"
import { ATTEMPTS } from "./attempts-sql.ts"

/** What is put right in an agent's replies: a dialogue with such a mistake may be kept with a good conscience. */
const PUT_RIGHT: ReadonlySet<string> = new Set(["parallel_calls", "text_with_call", "duplicate_call_id", "stop_marker"])

export const planted: Sections = fromSql(
  `WITH attempts AS ${ATTEMPTS("planted")}, mistakes AS (SELECT failure, unnest(planted) AS p FROM attempts)
   SELECT p.party AS party, p.code AS code, failure, count(*) AS n FROM mistakes GROUP BY ALL ORDER BY party, code, failure`,
  (rows) => {
    const kinds = [...new Set(rows.map((row) => `${text(row.party)} ${text(row.code)}`))]
    return [
      {
        title: "Dialogues: planted mistakes, by the gate that turned the attempt down",
        note: "Mistakes that simulated models made on purpose and that entered a dialogue; none with real models. Those that are put right on the way in (several calls at once, text beside a call, an id used twice, the end marker) need no gate.",
        columns: ["party", "mistake", "made", "turned down", "put right", "slipped through", "gates"],
        rows: kinds.map((kind) => {
          const own = rows.filter((row) => `${text(row.party)} ${text(row.code)}` === kind)
          const [party, code] = kind.split(" ")
          const made = own.reduce((sum, row) => sum + number(row.n), 0)
          const kept = own.filter((row) => row.failure === "accepted").reduce((sum, row) => sum + number(row.n), 0)
          const gates = own
            .filter((row) => row.failure !== "accepted")
            .map((row) => `${text(row.failure)} ${number(row.n)}`)
          const right = PUT_RIGHT.has(code ?? "") ? kept : 0
          return [party ?? "", code ?? "", made, made - kept, right, kept - right, gates.join(", ")]
        })
      }
    ]
  }
)

export const bestOfN: Sections = fromSql(
  `WITH attempts AS ${ATTEMPTS("user_candidates")}, turns AS (SELECT unnest(user_candidates) AS t FROM attempts),
   candidates AS (
     SELECT unnest(t.candidates) AS c, unnest(range(len(t.candidates))) = t.chosen AS sent FROM turns)
   SELECT coalesce(c.planted, '-') AS planted, coalesce(c.dropped, '-') AS dropped, count(*) AS n,
     count(*) FILTER (sent) AS sent, avg(c.score) AS score
   FROM candidates GROUP BY ALL ORDER BY planted, dropped`,
  (rows) => [
    {
      title: "Human turns: candidates",
      note: "What became of the candidates for the human's lines: dropped by a filter, scored by the critic (mean score), sent. `planted`: what a simulated human got wrong on purpose.",
      columns: ["planted", "dropped by", "candidates", "sent", "mean score"],
      rows: rows.map((row) => [
        text(row.planted),
        text(row.dropped),
        number(row.n),
        number(row.sent),
        measured(row.score)
      ])
    }
  ]
)

const COUNTS = [
  "parallel_calls",
  "dropped_calls",
  "text_with_call",
  "unknown_tool",
  "duplicate_call_id",
  "non_object_arguments",
  "agent_stop_marker",
  "inline_reasoning",
  "long_message"
]

export const putRight: Sections = fromSql(
  `SELECT ${COUNTS.map((count) => `sum(counts.${count}) AS ${count}`).join(", ")} FROM ${ATTEMPTS("counts")}`,
  ([row]) => [
    {
      title: "Agent replies: what had to be put right",
      note: "Over all attempts. Calls to unknown tools and arguments that are no object get an error as their answer; the others are corrected.",
      columns: ["irregularity", "times"],
      rows: COUNTS.map((count) => [count, number(row?.[count])])
    }
  ]
)
