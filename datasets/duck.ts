import { tmpdir } from "node:os"
import { join } from "node:path"
import type { DuckDBConnection, DuckDBInstance, DuckDBType, DuckDBValue, DuckDBValueConverter } from "@duckdb/node-api"
import { Context, Data, Effect, Layer, Scope, Semaphore, Stream } from "effect"
import { sqlText } from "../schemas/duckdb-types.ts"
import type { Json } from "../schemas/json.ts"

/** DuckDB refused a statement, or failed in it. `message` is its own. */
export class DuckError extends Data.TaggedError("DuckError")<{
  /** What was being done: never the SQL itself, which may be as long as a list of ten thousand files. */
  readonly doing: string
  readonly message: string
  readonly cause?: unknown
}> {}

export type DuckRow = Record<string, Json>

export interface DuckOptions {
  /** Cap of DuckDB's buffers, not of the process. What does not fit is spilled to `temporaryFolder`. */
  readonly memoryLimit?: string
  /** For queries; one leaves the other cores to the run. What is written is always written by one. */
  readonly threads?: number
  /** Results that are too large spill to folders in it, made when needed and removed again. */
  readonly temporaryFolder?: string
  /** Where given, SQL reads and writes files of these folders only, and no statement can change that. */
  readonly onlyFolders?: ReadonlyArray<string>
}

/**
 * DuckDB in this process, opened at the first statement, so that commands that ask nothing start fast. With several threads
 * the row groups of a written file follow the scheduling: where queries have more than one, writing gets an instance of its own.
 */
export class Duck extends Context.Service<
  Duck,
  {
    /** A connection of one's own, closed with the scope. Temporary views and tables belong to it. */
    readonly connection: Effect.Effect<DuckDBConnection, DuckError, Scope.Scope>
    /** For files whose bytes must depend on their rows alone. At most two of these writes run at a time. */
    readonly write: <A>(doing: string, body: (on: DuckDBConnection) => Promise<A>) => Effect.Effect<A, DuckError>
    /** All rows of one statement, as plain JSON values. */
    readonly rows: (doing: string, sql: string) => Effect.Effect<ReadonlyArray<DuckRow>, DuckError>
    /** The first column of each row, as text: chunk by chunk, never all in memory. */
    readonly lines: (doing: string, sql: string) => Stream.Stream<string, DuckError>
  }
>()("dialoom/datasets/Duck") {
  static readonly layer = (options: DuckOptions = {}): Layer.Layer<Duck> =>
    Layer.effect(
      Duck,
      Effect.gen(function* () {
        const scope = yield* Effect.scope
        const instance = yield* Effect.cached(Scope.provide(openInstance(options), scope))
        const writing =
          (options.threads ?? 1) === 1
            ? instance
            : yield* Effect.cached(Scope.provide(openInstance({ ...options, threads: 1 }), scope))
        const turns = yield* Semaphore.make(2)
        const connection = Effect.flatMap(instance, connect)
        return Duck.of({
          connection,
          write: (doing, body) =>
            Effect.flatMap(writing, connect).pipe(
              Effect.flatMap((on) => onConnection(doing, on, body)),
              Effect.scoped,
              turns.withPermits(1)
            ),
          rows: (doing, sql) =>
            connection.pipe(
              Effect.flatMap((on) => rowsOn(doing, on, sql)),
              Effect.scoped
            ),
          lines: (doing, sql) => Stream.unwrap(Effect.map(connection, (on) => Stream.unwrap(linesOn(doing, on, sql))))
        })
      })
    )
}

const connect = (opened: DuckDBInstance): Effect.Effect<DuckDBConnection, DuckError, Scope.Scope> =>
  Effect.acquireRelease(Effect.tryPromise({ try: () => opened.connect(), catch: duckError("connect") }), (connected) =>
    Effect.sync(() => connected.closeSync())
  )

let instances = 0

const openInstance = (options: DuckOptions): Effect.Effect<DuckDBInstance, DuckError, Scope.Scope> => {
  // Of its own: two instances that spill into one folder would overwrite each other's files.
  const folder = join(options.temporaryFolder ?? tmpdir(), `dialoom-duckdb-${process.pid}-${instances++}`)
  return Effect.acquireRelease(
    Effect.tryPromise({
      try: async () => {
        const { DuckDBInstance } = await import("@duckdb/node-api")
        const opened = await DuckDBInstance.create(":memory:", {
          memory_limit: options.memoryLimit ?? "512MB",
          threads: String(options.threads ?? 1),
          temp_directory: folder,
          // A copy of every file that was read, up to the memory limit: a part is read once or twice, and the system caches it anyway.
          enable_external_file_cache: "false",
          // Extensions would be downloaded: a query must not reach for the network because a path looks like a URL.
          autoinstall_known_extensions: "false",
          autoload_known_extensions: "false"
        })
        if (options.onlyFolders === undefined) return opened
        const on = await opened.connect()
        const folders = [...options.onlyFolders, folder].flatMap((allowed) => [allowed, withoutWildcards(allowed)])
        await on.run(`SET allowed_directories = [${folders.map(sqlText).join(", ")}]`)
        await on.run("SET enable_external_access = false")
        await on.run("SET lock_configuration = true")
        on.closeSync()
        return opened
      },
      catch: duckError("open DuckDB")
    }),
    (opened) => Effect.sync(() => opened.closeSync())
  )
}

/** A path as DuckDB's readers take it: a folder named `run[1]` is no pattern. */
const withoutWildcards = (path: string): string => path.replace(/[*?[]/g, "[$&]")

/** Parquet files as a list in SQL, in this order. */
export const sqlFiles = (paths: ReadonlyArray<string>): string =>
  `[${paths.map((path) => sqlText(withoutWildcards(path))).join(", ")}]`

/** The rows of files, in order. A folder named `key=value` adds no column. */
export const readParquet = (paths: ReadonlyArray<string>, options = ""): string =>
  `read_parquet(${sqlFiles(paths)}, hive_partitioning = false${options})`

const duckError =
  (doing: string) =>
  (cause: unknown): DuckError => {
    const text = cause instanceof Error ? cause.message : String(cause)
    return new DuckError({ doing, message: text.length > 2000 ? `${text.slice(0, 2000)}...` : text, cause })
  }

/**
 * A promise that uses a connection. Interruption stops the query and waits for it: closed under a running query, a
 * connection keeps the process alive until the query has run to its end.
 */
export const onConnection = <A>(
  doing: string,
  on: DuckDBConnection,
  body: (on: DuckDBConnection) => Promise<A>
): Effect.Effect<A, DuckError> =>
  Effect.callback<A, DuckError>((resume) => {
    const running = body(on).then(
      (value) => resume(Effect.succeed(value)),
      (cause) => resume(Effect.fail(duckError(doing)(cause)))
    )
    return Effect.promise(() => {
      on.interrupt()
      return running
    })
  })

/** All rows of one statement on a connection, as plain JSON values. */
export const rowsOn = (
  doing: string,
  on: DuckDBConnection,
  sql: string
): Effect.Effect<ReadonlyArray<DuckRow>, DuckError> =>
  onConnection(doing, on, async () => {
    const plain = await plainValues()
    const result = await on.run(sql)
    return (await result.convertRowObjects(plain)) as ReadonlyArray<DuckRow>
  })

/** The first column's text of each row of one statement. */
const linesOn = (
  doing: string,
  on: DuckDBConnection,
  sql: string
): Effect.Effect<Stream.Stream<string, DuckError>, DuckError> =>
  Effect.map(
    onConnection(doing, on, () => on.stream(sql)),
    (result) =>
      Stream.fromAsyncIterable(result, duckError(doing)).pipe(
        Stream.map((chunk) => chunk.getColumnValues(0) as ReadonlyArray<string>),
        Stream.flattenIterable
      )
  )

let converter: Promise<DuckDBValueConverter<Json>> | undefined

/** DuckDB's JSON values, except that a count is a number (DuckDB's own conversion gives 64-bit integers and decimals as text). */
export const plainValues = (): Promise<DuckDBValueConverter<Json>> => {
  converter ??= import("@duckdb/node-api").then(({ DuckDBTypeId, JsonDuckDBValueConverter }) => {
    const integers: ReadonlySet<number> = new Set([
      DuckDBTypeId.BIGINT,
      DuckDBTypeId.UBIGINT,
      DuckDBTypeId.HUGEINT,
      DuckDBTypeId.UHUGEINT
    ])
    const plain = (value: DuckDBValue, type: DuckDBType, self: DuckDBValueConverter<Json>): Json => {
      if (integers.has(type.typeId) && typeof value === "bigint") {
        const number = Number(value)
        return Number.isSafeInteger(number) ? number : value.toString()
      }
      if (type.typeId === DuckDBTypeId.DECIMAL && value !== null) return Number(String(value))
      return JsonDuckDBValueConverter(value, type, self as never) as Json
    }
    return plain
  })
  return converter
}
