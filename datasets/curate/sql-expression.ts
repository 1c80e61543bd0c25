import type { DuckDBConnection } from "@duckdb/node-api"
import { Effect } from "effect"
import { z } from "zod"
import { sqlText } from "../../schemas/duckdb-types.ts"
import { type DatasetError, datasetError } from "../dataset-error.ts"
import { type DuckError, rowsOn } from "../duck.ts"

const Parsed = z.object({
  error: z.boolean(),
  error_message: z.string().optional(),
  statements: z
    .array(
      z.object({
        node: z.object({
          select_list: z.array(z.unknown()).optional(),
          from_table: z.object({ type: z.string() }).optional()
        })
      })
    )
    .optional()
})

/**
 * An expression that a user wrote, in brackets, fit to stand in a SELECT. Fails where it is not exactly one expression: a half
 * bracket, a list, or a statement would say something else than what it seems to. Fails too where its value for a row does not follow from
 * that row alone (aggregates, windows, subqueries, random numbers, the time): there would be other rows, or others with each run.
 */
export const sqlExpression = (
  on: DuckDBConnection,
  what: string,
  expression: string
): Effect.Effect<string, DatasetError> =>
  Effect.gen(function* () {
    // On a line of its own: a comment at its end must not swallow the bracket.
    const sql = `(${expression}\n)`
    const [row] = yield* rowsOn(
      "read an expression",
      on,
      `SELECT json_serialize_sql(${sqlText(`SELECT ${sql}`)})::VARCHAR AS parsed`
    ).pipe(Effect.mapError((error) => wrongExpression(what, expression, error.message)))
    const parsed = Parsed.parse(JSON.parse(String(row?.parsed)))
    const node = parsed.statements?.[0]?.node
    if (parsed.error) return yield* Effect.fail(wrongExpression(what, expression, parsed.error_message ?? "no SQL"))
    const [selected, ...others] = node?.select_list ?? []
    if (parsed.statements?.length !== 1 || others.length > 0 || node?.from_table?.type !== "EMPTY") {
      return yield* Effect.fail(wrongExpression(what, expression, "it is not one expression"))
    }
    const { clock, forbidden, functions } = partsOf(selected)
    const unfit = forbidden ?? clock ?? (yield* unfitFunction(on, functions))
    if (unfit === undefined) return sql
    return yield* Effect.fail(
      wrongExpression(
        what,
        expression,
        `${unfit} has no place here: the value of a row must follow from that row alone`
      )
    )
  })

/** DuckDB's classes of nodes whose value does not follow from one row, or that are no value. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  SUBQUERY: "a subquery",
  WINDOW: "a window function",
  STAR: "a star",
  PARAMETER: "a parameter",
  POSITIONAL_REFERENCE: "a position"
}

/** Functions that are called without brackets, and so look like columns. */
const CLOCKS = new Set(["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"])

interface ExpressionParts {
  readonly forbidden?: string
  readonly clock?: string
  readonly functions: ReadonlyArray<string>
}

/** All that an expression is made of, as `json_serialize_sql` tells it. */
const partsOf = (expression: unknown): ExpressionParts => {
  const functions = new Set<string>()
  let forbidden: string | undefined
  let clock: string | undefined
  const left = [expression]
  while (left.length > 0) {
    const node = left.pop()
    if (typeof node !== "object" || node === null) continue
    if (!Array.isArray(node)) {
      const { class: kind, column_names: names, function_name: name } = node as Record<string, unknown>
      forbidden ??= Object.hasOwn(FORBIDDEN, String(kind)) ? FORBIDDEN[String(kind)] : undefined
      if (typeof name === "string") functions.add(name.toLowerCase())
      const only = Array.isArray(names) && names.length === 1 ? String(names[0]).toLowerCase() : ""
      if (CLOCKS.has(only)) clock ??= only
    }
    left.push(...Object.values(node))
  }
  return {
    ...(forbidden === undefined ? {} : { forbidden }),
    ...(clock === undefined ? {} : { clock }),
    functions: [...functions].sort()
  }
}

/** The first function that gives one value for many rows, many for one, or another each time; undefined where there is none. */
const unfitFunction = (on: DuckDBConnection, functions: ReadonlyArray<string>) =>
  functions.length === 0
    ? Effect.succeed(undefined)
    : Effect.map(
        rowsOn(
          "read an expression",
          on,
          `SELECT function_name AS name FROM duckdb_functions() WHERE lower(function_name) IN (${functions.map(sqlText).join(", ")})
           GROUP BY ALL HAVING count(*) FILTER (function_type IN ('scalar', 'macro')) = 0
             OR count(*) FILTER (stability <> 'CONSISTENT' OR contains(macro_definition, 'current_timestamp')) > 0
           ORDER BY name LIMIT 1`
        ).pipe(Effect.mapError(statementError("read an expression"))),
        ([row]) => (row === undefined ? undefined : `the function ${row.name}`)
      )

const wrongExpression = (what: string, expression: string, why: string): DatasetError =>
  datasetError("sql", what, `${what}: ${expression}: ${why}`, "Give one SQL expression over the columns of the rows.")

/** DuckDB's own words on a statement that was built from expressions. */
export const statementError =
  (what: string) =>
  (error: DuckError): DatasetError =>
    datasetError(
      "sql",
      what,
      `${what}: ${error.message}`,
      "Look at the expressions: they stand over the columns of the rows.",
      error
    )
