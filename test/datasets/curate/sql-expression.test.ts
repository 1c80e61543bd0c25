import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { sqlExpression } from "../../../datasets/curate/sql-expression.ts"
import { Duck, onConnection } from "../../../datasets/duck.ts"
import { duckLayer } from "../../support/sample-dataset.ts"

const read = (expression: string) =>
  Effect.gen(function* () {
    const on = yield* Duck.use((duck) => duck.connection)
    const sql = yield* sqlExpression(on, "it", expression)
    const result = yield* onConnection("compute it", on, (to) =>
      to.runAndReadAll(`SELECT CAST(${sql} AS VARCHAR) AS value FROM (VALUES (2, 'it''s'), (3, NULL)) one (n, text)`)
    )
    return result.getRowObjectsJson().map(({ value }) => value)
  }).pipe(Effect.scoped, Effect.provide(duckLayer))

describe("an expression over a row", () => {
  const fit: ReadonlyArray<readonly [expression: string, values: ReadonlyArray<string | null>]> = [
    ["n > 2 -- of them; all", ["false", "true"]],
    ["text = 'it''s' /* not; so */", ["true", null]],
    ["NULL", [null, null]],
    ["{'n': n, 'text': text}", ["{'n': 2, 'text': 'it\\'s'}", "{'n': 3, 'text': NULL}"]],
    ["list_sum([x * 2 for x in [n, 1]])", ["6", "8"]],
    ["CASE WHEN n IN (2, 4) THEN 'nan'::DOUBLE END", ["nan", null]]
  ]
  for (const [expression, values] of fit) {
    it.effect(`is ${expression}`, () =>
      Effect.map(read(expression), (found) => assert.deepStrictEqual(found, [...values]))
    )
  }

  const unfit: ReadonlyArray<readonly [expression: string, why: RegExp]> = [
    ["n); DROP TABLE one; --", /syntax error/],
    ["n; SELECT 1", /syntax error/],
    ["count(*) > 1", /the function count_star has no place here/],
    ["sum(n) FILTER (n > 2)", /the function sum has no place here/],
    ["unnest([n, n])", /the function unnest has no place here/],
    ["row_number() OVER () = 1", /a window function has no place here/],
    ["n IN (SELECT 1)", /a subquery has no place here/],
    ["EXISTS (FROM one)", /a subquery has no place here/],
    ["COLUMNS(*)", /a star has no place here/],
    ["$1", /a parameter has no place here/],
    ["random() < 0.5", /the function random has no place here/],
    ["n + length(uuid()::VARCHAR)", /the function uuid has no place here/],
    ["now() > DATE '2020-01-01'", /the function now has no place here/],
    ["Current_Date > DATE '2020-01-01'", /current_date has no place here/],
    ["ago(INTERVAL 1 DAY) IS NULL", /the function ago has no place here/]
  ]
  for (const [expression, why] of unfit) {
    it.effect(`is not ${expression}: its value would not follow from the row`, () =>
      Effect.map(Effect.flip(read(expression)), (error) => {
        assert.strictEqual(error._tag, "DatasetError")
        assert.match(error.message, why)
      })
    )
  }
})
