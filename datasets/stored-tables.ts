import { Effect, Layer, Stream } from "effect"
import { InvalidRow, rowCodec } from "../schemas/row-codec.ts"
import type { CatalogueOptions } from "./catalogue.ts"
import { openCatalogue } from "./catalogue.ts"
import type { DatasetError } from "./dataset-error.ts"
import type { Duck } from "./duck.ts"
import type { DatasetFolder } from "./folder.ts"
import { TableReadError, TableReader } from "./table-reader.ts"

/** The committed rows of a dataset's folder. `options.layout` spares reading `tables.json`. */
export const layerStoredTables = (
  folder: DatasetFolder,
  options: CatalogueOptions = {}
): Layer.Layer<TableReader, never, Duck> =>
  Layer.effect(
    TableReader,
    Effect.gen(function* () {
      const catalogue = yield* openCatalogue(folder, options)
      return TableReader.of({
        rows: (table) => {
          const failed = readError(table.name)
          const decode = (line: string) =>
            Effect.try({ try: () => rowCodec(table).decode(line), catch: (cause) => oldRow(folder, table.name, cause) })
          const known = Effect.flatMap(catalogue.layout, (layout) =>
            layout.tables.some((stored) => stored.name === table.name)
              ? Effect.void
              : Effect.fail(
                  new TableReadError({
                    table: table.name,
                    message: `${folder.path} has no table ${table.name}. Is it among the pipeline's tables?`
                  })
                )
          )
          return Stream.unwrap(
            Effect.map(known, () => catalogue.lines(table.name, rowCodec(table).columns).pipe(Stream.mapEffect(decode)))
          ).pipe(Stream.mapError((cause) => (cause instanceof TableReadError ? cause : failed(cause))))
        },
        query: (sql) =>
          catalogue.query(sql).pipe(
            Effect.map((result) => result.rows),
            Effect.mapError(readError("query"))
          )
      })
    })
  )

const readError =
  (table: string) =>
  (cause: DatasetError): TableReadError =>
    new TableReadError({ table, message: `${cause.message}. ${cause.remedy}`, cause })

const oldRow = (folder: DatasetFolder, table: string, cause: unknown): TableReadError =>
  new TableReadError({
    table,
    message:
      cause instanceof InvalidRow
        ? `${folder.path}: a stored row no longer fits its schema: ${cause.message}. Was it made by another version of the pipeline?`
        : `${folder.path}: ${String(cause)}`,
    cause
  })
