import type { Column, Leaf } from "./columns.ts"

const TYPES: Readonly<Record<Leaf, string>> = {
  utf8: "VARCHAR",
  json: "VARCHAR",
  bool: "BOOLEAN",
  float64: "DOUBLE",
  int32: "INTEGER",
  int64: "BIGINT",
  bigint: "BIGINT",
  timestamp: "TIMESTAMP"
}

/** A name in SQL, whatever characters it has. */
export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A text in SQL, whatever characters it has. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** `STRUCT("role" VARCHAR, "votes" INTEGER[])` */
export const duckType = (column: Column): string => {
  switch (column.kind) {
    case "list":
      return `${duckType(column.item)}[]`
    case "struct":
      return `STRUCT(${column.fields.map((field) => `${sqlName(field.name)} ${duckType(field.column)}`).join(", ")})`
    default:
      return TYPES[column.kind]
  }
}
