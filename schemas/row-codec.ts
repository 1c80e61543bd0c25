import type { z } from "zod"
import { type Column, columnsOf, type StructColumn } from "./columns.ts"
import type { Table } from "./table.ts"

/** A row that its table's schema, or its columns, refuse. */
export class InvalidRow extends Error {
  readonly table: string
  /** Each is "path: what is wrong". */
  readonly issues: ReadonlyArray<string>
  constructor(table: string, issues: ReadonlyArray<string>) {
    super(
      `table ${table}: ${issues.slice(0, 5).join("; ")}${issues.length > 5 ? ` (and ${issues.length - 5} more)` : ""}`
    )
    this.name = "InvalidRow"
    this.table = table
    this.issues = issues
  }
}

export interface RowCodec<S extends z.ZodObject = z.ZodObject> {
  readonly table: Table<S>
  readonly columns: StructColumn
  /**
   * Checks a row (the schema's input side) and gives the JSON text that DuckDB casts strictly to the table's columns:
   * every key written, NULLs explicit. Lone surrogates, which no UTF-8 file can hold, become U+FFFD; -0 becomes 0.
   * Throws InvalidRow.
   */
  readonly encode: (row: unknown) => string
  /** The JSON text of a stored row (DuckDB's `to_json`) to the schema's output side. Throws InvalidRow. */
  readonly decode: (line: string) => z.output<S>
}

const known = new WeakMap<Table, RowCodec>()

/** Made once a table. */
export const rowCodec = <S extends z.ZodObject>(table: Table<S>): RowCodec<S> => {
  const made = known.get(table) as RowCodec<S> | undefined
  if (made !== undefined) return made
  const columns = columnsOf(table.name, table.schema)
  const parse = hasBigint(columns) ? parseKeepingIntegers : (line: string): unknown => JSON.parse(line)
  const check = (value: unknown): z.output<S> => {
    const parsed = table.schema.safeParse(value)
    if (parsed.success) return parsed.data
    throw new InvalidRow(
      table.name,
      parsed.error.issues.map((issue) => `${issue.path.map(String).join(".") || "row"}: ${issue.message}`)
    )
  }
  const naming =
    <A, B>(body: (value: A) => B) =>
    (value: A): B => {
      try {
        return body(value)
      } catch (cause) {
        throw cause instanceof Refused ? new InvalidRow(table.name, [`${cause.path}: ${cause.message}`]) : cause
      }
    }
  const codec: RowCodec<S> = {
    table,
    columns,
    encode: naming((row) => {
      check(row)
      return JSON.stringify(encodeValue(columns, row, ""))
    }),
    decode: naming((line) => check(decodeValue(columns, parse(line))))
  }
  known.set(table, codec)
  return codec
}

/** Inside this file only: a value that its column does not take. */
class Refused extends Error {
  readonly path: string
  constructor(path: string, reason: string) {
    super(reason)
    this.path = path === "" ? "row" : path
  }
}

const refuse = (path: string, expected: string, value: unknown): never => {
  const shown =
    typeof value === "string"
      ? "text"
      : value === null
        ? "null"
        : typeof value === "object"
          ? "an object"
          : String(value)
  throw new Refused(path, `expected ${expected}, got ${shown}`)
}

const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n

const encodeValue = (column: Column, given: unknown, path: string): unknown => {
  const value = given === undefined ? column.fill : given
  // In a JSON column that is not nullable, null is a value like any other: the text `null`.
  if (value === undefined || (value === null && !(column.kind === "json" && column.missing !== "null"))) {
    return column.missing === "never" ? refuse(path, "a value", value) : null
  }
  switch (column.kind) {
    case "utf8":
      return typeof value === "string" ? value.toWellFormed() : refuse(path, "text", value)
    case "bool":
      return typeof value === "boolean" ? value : refuse(path, "true or false", value)
    case "float64":
      return typeof value === "number" && Number.isFinite(value) ? value : refuse(path, "a finite number", value)
    case "int32":
      return typeof value === "number" && (value | 0) === value ? value : refuse(path, "a 32-bit integer", value)
    case "int64":
      return Number.isSafeInteger(value) ? value : refuse(path, "an integer", value)
    case "bigint":
      // As text, since a JSON number loses digits above 2^53.
      return typeof value === "bigint" && value >= MIN_INT64 && value <= MAX_INT64
        ? value.toString()
        : refuse(path, "a 64-bit integer", value)
    case "timestamp":
      return encodeTime(value, path)
    case "json":
      return JSON.stringify(jsonValue(value, path))
    case "list":
      if (!Array.isArray(value)) return refuse(path, "a list", value)
      return value.map((item, index) => encodeValue(column.item, item, `${path}[${index}]`))
    case "struct": {
      if (typeof value !== "object") return refuse(path, "an object", value)
      const object = value as Record<string, unknown>
      const encoded: Record<string, unknown> = {}
      for (const { name, column: field } of column.fields) {
        encoded[name] = encodeValue(field, object[name], path === "" ? name : `${path}.${name}`)
      }
      return encoded
    }
  }
}

const encodeTime = (value: unknown, path: string): string => {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return refuse(path, "a date", value)
  const year = value.getUTCFullYear()
  return year >= 1 && year <= 9999 ? value.toISOString() : refuse(path, "a date of the years 1 to 9999", String(year))
}

/** A copy that JSON text holds without loss. */
const jsonValue = (value: unknown, path: string): unknown => {
  if (value === null || typeof value === "boolean") return value
  if (typeof value === "string") return value.toWellFormed()
  if (typeof value === "number") return Number.isFinite(value) ? value : refuse(path, "a finite number", value)
  if (Array.isArray(value)) return value.map((item, index) => jsonValue(item, `${path}[${index}]`))
  if (typeof value === "object") {
    const prototype = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) {
      return Object.fromEntries(
        Object.entries(value)
          .filter(([, item]) => item !== undefined)
          .map(([key, item]) => [key.toWellFormed(), jsonValue(item, `${path}.${key}`)])
      )
    }
  }
  return refuse(path, "a JSON value", value)
}

const decodeValue = (column: Column, value: unknown): unknown => {
  if (value === undefined || value === null) return column.missing === "null" ? null : undefined
  switch (column.kind) {
    case "timestamp":
      return new Date(`${String(value).replace(" ", "T")}Z`)
    case "bigint":
      return BigInt(value as string)
    case "float64":
      // Text where `parseKeepingIntegers` met a number beyond 2^53.
      return Number(value)
    case "json":
      return JSON.parse(value as string)
    case "list":
      return (value as ReadonlyArray<unknown>).map((item) => decodeValue(column.item, item))
    case "struct": {
      const object = value as Record<string, unknown>
      // Of a union, only the arm's own fields: the other arms' are NULL in this row and must not leak in.
      const arm = column.union?.arms.get(object[column.union.tag])
      if (arm !== undefined) return decodeValue(arm, value)
      const decoded: Record<string, unknown> = {}
      for (const { name, column: field } of column.fields) {
        const item = decodeValue(field, object[name])
        if (item !== undefined) decoded[name] = item
      }
      return decoded
    }
    default:
      return value
  }
}

const hasBigint = (column: Column): boolean =>
  column.kind === "struct"
    ? column.fields.some((field) => hasBigint(field.column))
    : column.kind === "list"
      ? hasBigint(column.item)
      : column.kind === "bigint"

/** Integers beyond 2^53 come as the text of their digits. Slower than plain JSON.parse, so only for tables that have any. */
const parseKeepingIntegers = (line: string): unknown => {
  const keep = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)
      ? (context?.source ?? value)
      : value
  return JSON.parse(line, keep)
}
