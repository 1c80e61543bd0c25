import { DuckDBInstance } from "@duckdb/node-api"
import { Effect, Layer, Stream } from "effect"
import { TableReader } from "../../datasets/table-reader.ts"
import { duckType, sqlName } from "../../schemas/duckdb-types.ts"
import { rowCodec } from "../../schemas/row-codec.ts"
import type { Table } from "../../schemas/table.ts"

/** A TableReader whose SQL runs over these rows, each table with the column types that it has on disk; `sql` makes others. */
export const reportReader = (
  tables: ReadonlyArray<{ readonly table: Table; readonly rows: ReadonlyArray<unknown> }>,
  sql: ReadonlyArray<string>
): Layer.Layer<TableReader> =>
  Layer.effect(
    TableReader,
    Effect.gen(function* () {
      const connection = yield* Effect.acquireRelease(
        Effect.promise(async () => (await DuckDBInstance.create(":memory:")).connect()),
        (open) => Effect.sync(() => open.closeSync())
      )
      const run = (statement: string) => Effect.promise(() => connection.run(statement))
      for (const { rows, table } of tables) {
        const codec = rowCodec(table)
        yield* run("CREATE OR REPLACE TEMP TABLE lines (line VARCHAR)")
        yield* Effect.promise(async () => {
          const appender = await connection.createAppender("lines")
          for (const row of rows) {
            appender.appendVarchar(codec.encode(row))
            appender.endRow()
          }
          appender.closeSync()
        })
        yield* run(
          `CREATE TABLE ${sqlName(table.name)} AS SELECT unnest(CAST(line::JSON AS ${duckType(codec.columns)})) FROM lines`
        )
      }
      for (const statement of sql) yield* run(statement)
      return TableReader.of({
        rows: () => Stream.empty,
        query: (asked) => Effect.promise(async () => (await connection.runAndReadAll(asked)).getRowObjectsJson())
      })
    })
  )
