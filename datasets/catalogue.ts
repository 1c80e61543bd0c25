import type { DuckDBConnection, DuckDBResult } from "@duckdb/node-api"
import { Effect, type Scope, Stream } from "effect"
import type { StructColumn } from "../schemas/columns.ts"
import type { PartFile } from "../schemas/commit.ts"
import { duckType, sqlName } from "../schemas/duckdb-types.ts"
import type { Json } from "../schemas/json.ts"
import { callsView } from "./calls-view.ts"
import { type CommitListing, listCommits, readListed } from "./commits.ts"
import { DatasetError, datasetError } from "./dataset-error.ts"
import { Duck, type DuckError, type DuckRow, onConnection, plainValues, readParquet } from "./duck.ts"
import { type DatasetFolder, partFile, readRun } from "./folder.ts"
import { Plan } from "./house-tables.ts"
import { type PhaseInForce, partsInForce } from "./in-force.ts"
import { type Layout, layoutColumns, readLayout } from "./layout.ts"
import { hasVanished, partError } from "./part-error.ts"
import { linesSql } from "./parts.ts"

export interface QueryColumn {
  readonly name: string
  /** DuckDB's name of the type. */
  readonly type: string
}

export interface QueryResult {
  readonly columns: ReadonlyArray<QueryColumn>
  /** Plain JSON values: 64-bit integers as numbers where they are exact, else as text; timestamps as text. */
  readonly rows: ReadonlyArray<DuckRow>
}

export interface StreamedResult {
  readonly columns: ReadonlyArray<QueryColumn>
  readonly rows: Stream.Stream<DuckRow, DatasetError>
}

/**
 * SQL over one dataset: the views `plan`, `items`, `rejected`, the pipeline's tables, and `calls` where a statement names
 * it. Each statement sees what is committed when it starts; nothing is locked, so a run may go on meanwhile. The rows of
 * one table come phase by phase, shard by shard, in item order.
 *
 * Statements are run as they are: they are their author's, who may as well read other files of theirs or COPY a result
 * to one. Where that must not be (a page that takes SQL), build `Duck` with `onlyFolders` and pass `readOnly`.
 *
 * `calls` leaves out `request`, `reply` and `finish_reason` unless the statement names them: they are nearly all of
 * the ledger's bytes. `SELECT *` does not name them.
 */
export interface Catalogue {
  readonly folder: DatasetFolder
  /** Tables of the dataset in the order of its pipeline, then the house's. */
  readonly layout: Effect.Effect<Layout, DatasetError>
  readonly phases: Effect.Effect<ReadonlyArray<PhaseInForce>, DatasetError>
  readonly query: (sql: string) => Effect.Effect<QueryResult, DatasetError>
  /** For results that need not fit in memory. The columns are known before the first row. */
  readonly stream: (sql: string) => Effect.Effect<StreamedResult, DatasetError, Scope.Scope>
  /** The rows of one view as the JSON text that its codec decodes, from `columns` only. */
  readonly lines: (table: string, columns: StructColumn) => Stream.Stream<string, DatasetError>
}

export interface CatalogueOptions {
  /** Where given, `tables.json` is not read. */
  readonly layout?: Layout
  /** One SELECT, DESCRIBE, SUMMARIZE or EXPLAIN at a time, and nothing else. */
  readonly readOnly?: boolean
}

/** What is committed, and the files that hold it. */
interface Snapshot {
  readonly layout: Layout
  readonly phases: ReadonlyArray<PhaseInForce>
}

export const openCatalogue = (
  folder: DatasetFolder,
  options: CatalogueOptions = {}
): Effect.Effect<Catalogue, never, Duck> =>
  Effect.gen(function* () {
    const duck = yield* Duck
    const makeCalls = callsView(folder)
    let last: { readonly key: string; readonly snapshot: Snapshot } | null = null

    const layout = options.layout === undefined ? readLayout(folder) : Effect.succeed(options.layout)
    /** Commits never change, so an equal listing needs no second reading. `fresh` reads all the same. */
    const snapshot = (fresh: boolean): Effect.Effect<Snapshot, DatasetError> =>
      Effect.gen(function* () {
        const listing = yield* listCommits(folder)
        const { run } = yield* readRun(folder)
        const key = `${run}\n\n${keyOf(listing)}`
        if (!fresh && last !== null && last.key === key) return last.snapshot
        const known = yield* layout
        const read = { layout: known, phases: yield* readListed(folder, run, known.phases, listing) }
        last = { key, snapshot: read }
        return read
      })
    /** A merge may sweep parts away between listing and reading: look once more, then give up. */
    const upToDate = <A, E, R>(
      body: (snapshot: Snapshot) => Effect.Effect<A, E | DuckError | DatasetError, R>
    ): Effect.Effect<A, E | DuckError | DatasetError, R> =>
      Effect.flatMap(snapshot(false), body).pipe(
        Effect.catchIf(hasVanished, () => Effect.flatMap(snapshot(true), body))
      )

    const prepared = (on: DuckDBConnection, sql: string, state: Snapshot) =>
      Effect.gen(function* () {
        const named = namesIn(on, sql)
        const known = [...state.layout.tables.map((table) => table.name), "calls"]
        const some = known.filter((name) => named.has(name))
        const wanted = some.length === 0 ? known : some
        for (const table of state.layout.tables) {
          if (!wanted.includes(table.name)) continue
          const view = viewOf(folder, table.name, layoutColumns(table.columns), state.phases)
          yield* onConnection("make the views", on, (to) => to.run(view))
        }
        if (wanted.includes("calls") && (named.has("calls") || /\bcalls\b/i.test(sql))) {
          yield* makeCalls(on, sql)
        }
        // Last, since only a statement whose tables are there can be prepared and judged.
        if (options.readOnly === true) yield* checkReadOnly(on, sql)
      })

    const stream = (sql: string): Effect.Effect<StreamedResult, DatasetError, Scope.Scope> =>
      Effect.gen(function* () {
        const plain = yield* Effect.promise(plainValues)
        const result = yield* upToDate((state) =>
          Effect.gen(function* () {
            const on = yield* duck.connection
            yield* prepared(on, sql, state)
            return yield* onConnection("query", on, (to) => to.stream(sql))
          })
        )
        return {
          columns: columnsOf(result),
          rows: Stream.fromAsyncIterable(result.yieldConvertedRowObjects(plain), (cause) =>
            sqlError(folder, cause)
          ).pipe(
            Stream.flattenIterable,
            Stream.map((row) => row as DuckRow)
          )
        }
      }).pipe(Effect.mapError((cause) => sqlError(folder, cause)))

    const query = (sql: string): Effect.Effect<QueryResult, DatasetError> =>
      Effect.gen(function* () {
        const plain = yield* Effect.promise(plainValues)
        return yield* upToDate((state) =>
          Effect.scoped(
            Effect.gen(function* () {
              const on = yield* duck.connection
              yield* prepared(on, sql, state)
              return yield* onConnection("query", on, async (to) => {
                const result = await to.run(sql)
                const rows = (await result.convertRowObjects(plain)) as ReadonlyArray<Record<string, Json>>
                return { columns: columnsOf(result), rows }
              })
            })
          )
        )
      }).pipe(Effect.mapError((cause) => sqlError(folder, cause)))

    const lines = (table: string, columns: StructColumn): Stream.Stream<string, DatasetError> => {
      let seen = 0
      const from = (state: Snapshot): Stream.Stream<string, DuckError | DatasetError> => {
        const files = filesOf(folder, table, state.phases)
        if (files.length === 0) return Stream.empty
        // What was given out already is skipped: the rows of a merge are those of its parts, in the same order.
        const skipped = seen
        return duck.lines(`read ${table}`, linesSql(columns, files)).pipe(
          Stream.drop(skipped),
          Stream.tap(() => Effect.sync(() => seen++))
        )
      }
      return Stream.unwrap(Effect.map(snapshot(false), from)).pipe(
        Stream.catchIf(hasVanished, () => Stream.unwrap(Effect.map(snapshot(true), from))),
        Stream.mapError((cause) => sqlError(folder, cause))
      )
    }

    return { folder, layout, phases: Effect.map(snapshot(false), (state) => state.phases), query, stream, lines }
  })

const keyOf = (listing: CommitListing): string =>
  [...listing].map(([phase, names]) => `${phase}\n${names.join("\n")}`).join("\n\n")

/** Files of one table, phase by phase, in row order. */
const filesOf = (folder: DatasetFolder, table: string, phases: ReadonlyArray<PhaseInForce>): ReadonlyArray<string> =>
  phases
    .flatMap((phase): ReadonlyArray<PartFile> => (table === Plan.name ? phase.plan.parts : partsInForce(phase)))
    .filter((part) => part.table === table && part.rows > 0)
    .map((part) => partFile(folder, part.path))

/** A view over files; without files, one with the right columns and no rows. */
const viewOf = (
  folder: DatasetFolder,
  table: string,
  columns: StructColumn,
  phases: ReadonlyArray<PhaseInForce>
): string => {
  const files = filesOf(folder, table, phases)
  const empty = columns.fields.map((field) => `CAST(NULL AS ${duckType(field.column)}) AS ${sqlName(field.name)}`)
  const select = files.length === 0 ? `SELECT ${empty.join(", ")} LIMIT 0` : `SELECT * FROM ${readParquet(files)}`
  return `CREATE OR REPLACE TEMP VIEW ${sqlName(table)} AS ${select}`
}

/** Tables that a statement names, in lower case; none where DuckDB cannot tell. */
const namesIn = (on: DuckDBConnection, sql: string): ReadonlySet<string> => {
  try {
    return new Set(on.getTableNames(sql, false).map((name) => name.toLowerCase()))
  } catch {
    return new Set()
  }
}

const checkReadOnly = (on: DuckDBConnection, sql: string): Effect.Effect<void, DatasetError | DuckError> =>
  Effect.gen(function* () {
    const reads = yield* onConnection("read the statement", on, async (to) => {
      const { StatementType } = await import("@duckdb/node-api")
      const statements = await to.extractStatements(sql)
      if (statements.count !== 1) return false
      const { statementType } = await statements.prepare(0)
      return statementType === StatementType.SELECT || statementType === StatementType.EXPLAIN
    })
    if (reads) return
    return yield* Effect.fail(
      datasetError(
        "sql",
        "",
        "only one statement that reads is allowed here",
        "Begin it with SELECT, FROM, WITH or DESCRIBE."
      )
    )
  })

const columnsOf = (result: DuckDBResult): ReadonlyArray<QueryColumn> =>
  result.deduplicatedColumnNames().map((name, index) => ({ name, type: result.columnType(index).toString() }))

const sqlError = (folder: DatasetFolder, cause: unknown): DatasetError => {
  if (cause instanceof DatasetError) return cause
  const part = partError(cause)
  if (part !== null) return part
  const message = cause instanceof Error ? cause.message : String(cause)
  return datasetError(
    "sql",
    folder.path,
    message,
    "DESCRIBE <table> shows a table's columns, SHOW TABLES the tables.",
    cause
  )
}
