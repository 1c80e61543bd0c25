import { Effect } from "effect"
import type { ReportSection } from "../schemas/report.ts"
import { TableReader } from "./table-reader.ts"

const number = (value: unknown): number => (value === null || value === undefined ? 0 : Number(value))
const round = (value: number, digits: number): number => Number(value.toFixed(digits))

/** Where items ended, per phase: the funnel that each method's own sections refine. */
const funnel = Effect.gen(function* () {
  const reader = yield* TableReader
  const rows = yield* reader.query(`
    WITH ended AS (
      SELECT phase, outcome, coalesce(stage, '') AS stage, coalesce(code, '') AS code, count(*) AS n
      FROM items GROUP BY ALL)
    SELECT *, sum(n) OVER (PARTITION BY phase) AS of FROM ended ORDER BY phase, outcome, n DESC, stage, code`)
  const section: ReportSection = {
    title: "Where items ended",
    note: "Every planned item is in exactly one line of its phase.",
    columns: ["phase", "outcome", "stage", "reason", "items", "share"],
    rows: rows.map((row) => [
      String(row.phase),
      String(row.outcome),
      String(row.stage),
      String(row.code),
      number(row.n),
      round(number(row.n) / number(row.of), 4)
    ])
  }
  return section
})

/** What the run cost, per role and model. */
const spend = Effect.gen(function* () {
  const reader = yield* TableReader
  const rows = yield* reader.query(`
    SELECT role, provider, model, count(*) AS calls, sum(prompt_tokens) AS prompt, sum(cached_tokens) AS cached,
           sum(completion_tokens) AS completion, sum(cost_usd) AS usd, quantile_cont(milliseconds, 0.5) AS p50,
           quantile_cont(milliseconds, 0.95) AS p95
    FROM calls GROUP BY role, provider, model ORDER BY role, provider, model`)
  const section: ReportSection = {
    title: "Model calls in the ledger",
    note: "Each call is counted once, however often a resumed run read it again. Milliseconds are from sending to the last byte.",
    columns: [
      "role",
      "provider",
      "model",
      "calls",
      "prompt tokens",
      "of them cached",
      "completion tokens",
      "USD",
      "ms p50",
      "ms p95"
    ],
    rows: rows.map((row) => [
      String(row.role),
      String(row.provider),
      String(row.model),
      number(row.calls),
      number(row.prompt),
      number(row.cached),
      number(row.completion),
      round(number(row.usd), 6),
      round(number(row.p50), 1),
      round(number(row.p95), 1)
    ])
  }
  return section
})

/** Per item: how much work an outcome took. */
const effort = Effect.gen(function* () {
  const reader = yield* TableReader
  const rows = yield* reader.query(`
    SELECT phase, outcome, count(*) AS n, avg(calls) AS calls, avg(prompt_tokens + completion_tokens) AS tokens,
           avg(cost_usd) AS usd, avg(milliseconds) AS ms
    FROM items GROUP BY ALL ORDER BY phase, outcome`)
  const section: ReportSection = {
    title: "Cost of an item",
    note: "Means. Accepted rows also pay for the rejected ones: divide the total by the accepted rows for the price of a row.",
    columns: ["phase", "outcome", "items", "calls", "tokens", "USD", "milliseconds"],
    rows: rows.map((row) => [
      String(row.phase),
      String(row.outcome),
      number(row.n),
      round(number(row.calls), 1),
      round(number(row.tokens), 0),
      round(number(row.usd), 6),
      round(number(row.ms), 1)
    ])
  }
  return section
})

/** The sections that every dataset has. */
export const commonSections = Effect.all([funnel, effort, spend])
