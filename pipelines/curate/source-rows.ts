import { basename } from "node:path"
import { Effect, Stream } from "effect"
import { openCatalogue } from "../../datasets/catalogue.ts"
import { sqlExpression, statementError } from "../../datasets/curate/sql-expression.ts"
import type { DatasetError } from "../../datasets/dataset-error.ts"
import { Duck } from "../../datasets/duck.ts"
import type { DatasetFolder } from "../../datasets/folder.ts"
import { withProvenance } from "../../datasets/house-tables.ts"
import { partsInForce } from "../../datasets/in-force.ts"
import { sqlName } from "../../schemas/duckdb-types.ts"
import { rowCodec } from "../../schemas/row-codec.ts"
import type { Table } from "../../schemas/table.ts"
import { PlanError } from "../pipeline.ts"
import type { CurateConfig } from "./config.ts"

/** A row as it lies in its source. */
export interface SourceRow {
  /** Position among the rows of all sources, from 0. */
  readonly index: number
  /** `SOURCE/ROW`: the folder's name and the row's position in its table. */
  readonly key: string
  /** JSON text of the stored row, its provenance included. */
  readonly line: string
}

/** Folders by the name that stands in keys: that of the folder, numbered where another has it already. */
export const sourceFolders = (sources: ReadonlyArray<string>): ReadonlyArray<DatasetFolder> => {
  const seen = new Set<string>()
  return sources.map((path) => {
    const own = basename(path)
    let name = own
    for (let times = 2; seen.has(name); times++) name = `${own}-${times}`
    seen.add(name)
    return { name, path }
  })
}

/** All rows, source by source, in the order of their table. */
export const sourceRows = (
  config: Pick<CurateConfig, "sources">,
  table: Table
): Stream.Stream<SourceRow, PlanError, Duck> => {
  const { columns } = rowCodec(withProvenance(table))
  // A step may read the rows several times: each time they are counted anew.
  return Stream.suspend(() => {
    let index = 0
    return Stream.fromIterable(sourceFolders(config.sources)).pipe(
      Stream.flatMap((folder) => {
        let row = 0
        return Stream.unwrap(
          Effect.map(openCatalogue(folder), (catalogue) => catalogue.lines(table.name, columns))
        ).pipe(Stream.map((line): SourceRow => ({ index: index++, key: `${folder.name}/${row++}`, line })))
      }),
      Stream.mapError(planError)
    )
  })
}

/** The keys of all rows, in the order of `sourceRows`. Reads the commits alone. */
export const sourceKeys = (
  config: Pick<CurateConfig, "sources">,
  table: Table
): Effect.Effect<ReadonlyArray<string>, PlanError, Duck> =>
  Effect.forEach(sourceFolders(config.sources), (folder) =>
    Effect.map(rowCount(folder, table), (rows) => Array.from({ length: rows }, (_, row) => `${folder.name}/${row}`))
  ).pipe(Effect.map((keys) => keys.flat()))

/** The rows that there are to begin with: those of which `where` is true. Their indexes are those of `sourceRows`. */
export const wantedRows = (
  config: Pick<CurateConfig, "sources" | "where">,
  table: Table
): Stream.Stream<SourceRow, PlanError, Duck> =>
  config.where === null
    ? sourceRows(config, table)
    : Stream.unwrap(
        Effect.map(sourceValues(config, table, config.where, "BOOLEAN"), (wanted) =>
          sourceRows(config, table).pipe(Stream.filter(({ index }) => wanted[index] === "true"))
        )
      )

/**
 * The value of a SQL expression for each row, as text, in the order of `sourceRows`. Equal values share one string. Fails where it cannot
 * be taken as `type`: what is true or not, or a number, is no text.
 */
export const sourceValues = (
  config: Pick<CurateConfig, "sources">,
  table: Table,
  expression: string,
  type: "VARCHAR" | "BOOLEAN" | "DOUBLE" = "VARCHAR"
): Effect.Effect<ReadonlyArray<string | null>, PlanError, Duck> =>
  Effect.gen(function* () {
    const duck = yield* Duck
    const checked = yield* Effect.scoped(
      Effect.gen(function* () {
        const on = yield* duck.connection.pipe(Effect.mapError(statementError("read an expression")))
        return yield* sqlExpression(on, "expression", expression)
      })
    ).pipe(Effect.mapError(planError))
    const known = new Map<string, string>()
    const values: Array<string | null> = []
    for (const folder of sourceFolders(config.sources)) {
      const catalogue = yield* openCatalogue(folder)
      const before = values.length
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { rows } = yield* catalogue.stream(
            `SELECT CAST(CAST(${checked} AS ${type}) AS VARCHAR) AS value FROM ${sqlName(table.name)}`
          )
          yield* Stream.runForEach(rows, ({ value }) =>
            Effect.sync(() => {
              if (value === null || value === undefined) return void values.push(null)
              const text = String(value)
              const shared = known.get(text) ?? text
              known.set(shared, shared)
              values.push(shared)
            })
          )
        })
      ).pipe(Effect.mapError((error) => expressionError(expression, error)))
      // A function may hide an aggregate. Values that are not one for each row would be taken for those of other rows.
      const rows = yield* rowCount(folder, table)
      if (values.length - before !== rows) {
        return yield* new PlanError({
          phase: "select",
          message: `The expression ${JSON.stringify(expression)} gives ${values.length - before} values for the ${rows} rows of ${folder.path}. Give one SQL expression over the columns of a row.`
        })
      }
    }
    return values
  })

/** Rows of the table, by what the commits say. */
const rowCount = (folder: DatasetFolder, table: Table) =>
  openCatalogue(folder).pipe(
    Effect.flatMap(({ phases }) => phases),
    Effect.map((phases) =>
      phases
        .flatMap((phase) => partsInForce(phase))
        .reduce((sum, part) => (part.table === table.name ? sum + part.rows : sum), 0)
    ),
    Effect.mapError(planError)
  )

const planError = (error: DatasetError): PlanError =>
  new PlanError({ phase: "select", message: `${error.message}. ${error.remedy}` })

const expressionError = (expression: string, error: DatasetError): PlanError =>
  new PlanError({
    phase: "select",
    message: `The expression ${JSON.stringify(expression)} cannot be computed: ${error.message}. ${error.remedy}`
  })
