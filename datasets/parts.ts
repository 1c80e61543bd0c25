import { stat, unlink } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { DuckDBConnection } from "@duckdb/node-api"
import { Effect, Stream } from "effect"
import type { StructColumn } from "../schemas/columns.ts"
import type { PartFile } from "../schemas/commit.ts"
import { duckType, sqlName, sqlText } from "../schemas/duckdb-types.ts"
import { InvalidRow, rowCodec } from "../schemas/row-codec.ts"
import type { Table } from "../schemas/table.ts"
import { type DatasetError, datasetError, fileError } from "./dataset-error.ts"
import { Duck, readParquet } from "./duck.ts"
import { ensureFolder, hashFile, sealFile, temporaryName } from "./durable-file.ts"
import { type DatasetFolder, PATH_NAME, partFile, tableFolder } from "./folder.ts"

/** Rows of a row group where nothing is known of their size. DuckDB rounds to multiples of 2,048. */
export const ROW_GROUP_ROWS = 8_192

/** What to do about a damaged part. */
export const REMEDY_OF_A_PART =
  "`npm run verify -- NAME --repair` takes back the commits that name it; `generate` with the same --out then has its shard settled again from the ledger, without new calls."

/** A row as a part takes it. Fails with what the schema refuses, in which row of which table. */
export const encodeRow = (table: Table, row: unknown): Effect.Effect<string, DatasetError> =>
  Effect.try({
    try: () => rowCodec(table).encode(row),
    catch: (cause) =>
      cause instanceof InvalidRow
        ? datasetError(
            "invalid_row",
            table.name,
            cause.message,
            "The pipeline made a row that its own table refuses: a mistake in the pipeline, please report it.",
            cause
          )
        : fileError("encode a row of", table.name, cause)
  })

/**
 * Writes rows, given as the text of `RowCodec.encode`, to a sealed Parquet file (zstd). The name carries the hash of the
 * bytes and the bytes depend on the rows alone, so writing a part again is harmless and heals a damaged one. The part
 * counts only once a commit names it; nothing is visible under its name before it is whole and on disk.
 *
 * `prefix`: what the name begins with, as `blueprints-1-000012`.
 */
export const writePart = (
  folder: DatasetFolder,
  table: Table,
  lines: ReadonlyArray<string>,
  prefix: string,
  rowGroupRows: number = ROW_GROUP_ROWS
): Effect.Effect<PartFile, DatasetError, Duck> => {
  const type = duckType(rowCodec(table).columns)
  return writeParquet(folder, table.name, prefix, lines.length, async (on, temporary) => {
    // A column of JSON takes the text as it is: cast from VARCHAR, every row would be parsed twice.
    await on.run("CREATE TEMP TABLE lines (line JSON)")
    const appender = await on.createAppender("lines")
    for (const line of lines) {
      appender.appendVarchar(line)
      appender.endRow()
    }
    appender.closeSync()
    // The cast is strict: a wrong type, a missing and an unknown key all fail.
    await on.run(copyStatement(`SELECT unnest(CAST(line AS ${type})) FROM lines`, temporary, rowGroupRows))
  })
}

export const copyStatement = (select: string, file: string, rowGroupRows: number): string =>
  `COPY (${select}) TO ${sqlText(file)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, ROW_GROUP_SIZE ${rowGroupRows})`

/** Has `write` fill a temporary file, syncs it, and gives it its name. Runs to its end once begun. */
export const writeParquet = (
  folder: DatasetFolder,
  table: string,
  prefix: string,
  rows: number,
  write: (on: DuckDBConnection, temporary: string) => Promise<void>
): Effect.Effect<PartFile, DatasetError, Duck> =>
  Effect.gen(function* () {
    const duck = yield* Duck
    if (!PATH_NAME.test(prefix))
      throw new Error(`part prefix "${prefix}": use letters, digits, dots, dashes, underscores`)
    const within = tableFolder(folder, table)
    const temporary = temporaryName(join(within, prefix))
    const failed = (cause: unknown) => fileError("write a part in", within, cause)
    const seal = Effect.tryPromise({
      try: async () => {
        const { bytes, sha256 } = await hashFile(temporary)
        const path = `tables/${table}/${prefix}-${sha256.slice(0, 12)}.parquet`
        await sealFile(temporary, partFile(folder, path))
        return { table, path, rows, bytes, sha256 }
      },
      catch: failed
    })
    yield* Effect.tryPromise({ try: () => ensureFolder(within), catch: failed })
    return yield* duck
      .write(`write a part of ${table}`, (on) => write(on, temporary))
      .pipe(
        Effect.mapError(failed),
        Effect.andThen(seal),
        Effect.onError(() => Effect.promise(() => unlink(temporary).catch(() => undefined)))
      )
  }).pipe(Effect.uninterruptible)

/**
 * The rows of parts, in order, as `writePart` takes them: so that a shard that is settled again keeps the rows of its
 * settled items, byte for byte. They read as `RowCodec.decode` takes them too.
 */
export const partLines = (
  folder: DatasetFolder,
  table: Table,
  parts: ReadonlyArray<PartFile>
): Stream.Stream<string, DatasetError, Duck> => {
  if (parts.length === 0) return Stream.empty
  const files = parts.map((part) => partFile(folder, part.path))
  return Stream.unwrap(
    Duck.use((duck) => Effect.succeed(duck.lines(`read ${table.name}`, linesSql(rowCodec(table).columns, files))))
  ).pipe(Stream.mapError((cause) => fileError("read", tableFolder(folder, table.name), cause)))
}

/** One line of JSON text a row, of these columns only: others that the files have (`provenance`) are not read. */
export const linesSql = (columns: StructColumn, files: ReadonlyArray<string>): string =>
  `SELECT to_json({${columns.fields.map(({ name }) => `${sqlText(name)}: ${sqlName(name)}`).join(", ")}})::VARCHAR
   FROM ${readParquet(files)}`

/** True where a part has the bytes that its commit says. Missing counts as damaged. */
export const isIntact = (folder: DatasetFolder, part: PartFile): Effect.Effect<boolean, DatasetError> => {
  const file = partFile(folder, part.path)
  return Effect.tryPromise({
    try: async () => {
      const size = await stat(file).then(
        (found) => found.size,
        () => null
      )
      return size === part.bytes && (await hashFile(file)).sha256 === part.sha256
    },
    catch: (cause) => fileError("read", dirname(file), cause)
  })
}
