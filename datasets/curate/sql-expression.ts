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
 * bracket, a list, or a statement would say something else than what it seems to.
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
    if (parsed.statements?.length === 1 && node?.select_list?.length === 1 && node.from_table?.type === "EMPTY")
      return sql
    return yield* Effect.fail(wrongExpression(what, expression, "it is not one expression"))
  })

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
