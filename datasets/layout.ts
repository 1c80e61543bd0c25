import type { Effect } from "effect"
import { z } from "zod"
import type { Column, Field, StructColumn } from "../schemas/columns.ts"
import { rowCodec } from "../schemas/row-codec.ts"
import type { Table } from "../schemas/table.ts"
import type { DatasetError } from "./dataset-error.ts"
import { replaceFile } from "./durable-file.ts"
import { type DatasetFolder, PATH_NAME, readJson, tablesFile } from "./folder.ts"
import { Items, Plan, RejectedItems, withProvenance } from "./house-tables.ts"

const Leaf = z.enum(["utf8", "bool", "float64", "int32", "int64", "bigint", "timestamp", "json"])

/** A column's type, as data: SQL is made from it, never read from a file. */
export type StoredType =
  | z.infer<typeof Leaf>
  | { readonly list: StoredType }
  | { readonly struct: ReadonlyArray<{ readonly name: string; readonly type: StoredType }> }

const StoredType: z.ZodType<StoredType> = z.lazy(() =>
  z.union([Leaf, z.strictObject({ list: StoredType }), z.strictObject({ struct: z.array(StoredField).min(1) })])
)
const StoredField = z.strictObject({ name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/), type: StoredType })

/** `tables.json`: what a reader must know of the pipeline, so that SQL needs none of its code. Written when a run starts. */
export const Layout = z.strictObject({
  /** Phases in the order in which they run: rows of one table come in this order. */
  phases: z.array(z.string().regex(PATH_NAME)),
  /** The table that people come for. */
  mainTable: z.string(),
  tables: z.array(
    z.strictObject({
      name: z.string().regex(/^[a-z][a-z0-9_]*$/),
      description: z.string(),
      columns: z.array(StoredField).min(1)
    })
  )
})
export type Layout = z.infer<typeof Layout>

/** Of a pipeline's phases and tables; the house's own tables are added, and to each of the pipeline's its provenance. */
export const layoutOf = (pipeline: {
  readonly phases: ReadonlyArray<string>
  readonly mainTable: string
  readonly tables: ReadonlyArray<Table>
}): Layout => ({
  phases: [...pipeline.phases],
  mainTable: pipeline.mainTable,
  tables: [...pipeline.tables.map(withProvenance), Items, RejectedItems, Plan].map((table) => ({
    name: table.name,
    description: table.description,
    columns: stored(rowCodec<z.ZodObject>(table).columns.fields)
  }))
})

const stored = (fields: ReadonlyArray<Field>) => fields.map(({ column, name }) => ({ name, type: storedType(column) }))

const storedType = (column: Column): StoredType =>
  column.kind === "list"
    ? { list: storedType(column.item) }
    : column.kind === "struct"
      ? { struct: stored(column.fields) }
      : column.kind

/** The columns of a stored table, all of them nullable. */
export const layoutColumns = (fields: Layout["tables"][number]["columns"]): StructColumn => ({
  kind: "struct",
  missing: "null",
  fields: fields.map(({ name, type }) => ({ name, column: layoutColumn(type) }))
})

const layoutColumn = (type: StoredType): Column =>
  typeof type === "string"
    ? { kind: type, missing: "null" }
    : "list" in type
      ? { kind: "list", item: layoutColumn(type.list), missing: "null" }
      : layoutColumns([...type.struct])

export const writeLayout = (folder: DatasetFolder, layout: Layout): Effect.Effect<void, DatasetError> =>
  replaceFile(tablesFile(folder), tablesFileText(layout))

export const tablesFileText = (layout: Layout): string => `${JSON.stringify(layout, null, 2)}\n`

export const readLayout = (folder: DatasetFolder): Effect.Effect<Layout, DatasetError> =>
  readJson(tablesFile(folder), Layout, {
    missing: "It is written when a run starts: `generate` with the same --out writes it.",
    corrupt: "Remove it and start `generate` with the same --out: it is written anew."
  })
