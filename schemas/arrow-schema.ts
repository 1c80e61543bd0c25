import {
  Bool,
  type DataType,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8
} from "apache-arrow"
import type { Column, StructColumn } from "./columns.ts"

/** The Arrow type that a Parquet reader finds for a column. */
export const arrowType = (column: Column): DataType => {
  switch (column.kind) {
    case "utf8":
    case "json":
      return new Utf8()
    case "bool":
      return new Bool()
    case "float64":
      return new Float64()
    case "int32":
      return new Int32()
    case "int64":
    case "bigint":
      return new Int64()
    case "timestamp":
      return new TimestampMicrosecond()
    case "list":
      return new List(arrowField("element", column.item))
    case "struct":
      return new Struct(column.fields.map((field) => arrowField(field.name, field.column)))
  }
}

// Every field is nullable, as in our Parquet files: a non-null field would not equal the file's, and loaders compare them.
const arrowField = (name: string, column: Column): Field => new Field(name, arrowType(column), true)

export const arrowSchema = (columns: StructColumn): Schema =>
  new Schema(columns.fields.map((field) => arrowField(field.name, field.column)))
