import type { z } from "zod"
import { columnsOf } from "./columns.ts"
import type { Provenance } from "./provenance.ts"

/** Rows of one schema. Columns in DuckDB, Arrow and JSON Schema are derived from it by `columns.ts`. */
export interface Table<S extends z.ZodObject = z.ZodObject> {
  /** `snake_case`: the name of the view in SQL and of the folder under `tables/`. */
  readonly name: string
  /** One sentence for the dataset card. */
  readonly description: string
  readonly schema: S
}

/** A row on its way to its table. */
export interface Entry {
  readonly table: string
  readonly row: unknown
  /** Of a row that another run made: it keeps where it came from. Absent: the engine writes that of this run. */
  readonly provenance?: Provenance
}

/** Throws UnrepresentableColumn where a field has no column type: a wrong declaration stops the program when it loads. */
export const table = <S extends z.ZodObject>(name: string, description: string, schema: S): Table<S> => {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`table "${name}": a table's name is snake_case`)
  columnsOf(name, schema)
  return { name, description, schema }
}

/** Checked against the table's type where it is made. */
export const row = <S extends z.ZodObject>(to: Table<S>, value: z.input<S>): Entry => ({ table: to.name, row: value })
