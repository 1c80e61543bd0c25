import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Data, Effect } from "effect"
import { z } from "zod"
import type { JsonObject } from "../../../../schemas/json.ts"
import type { Database } from "../../../../stages/state.ts"
import { Order, Product, User } from "./records.ts"

/** A table that cannot be used: which file, which record, which field, and what to do. */
export class RetailDataError extends Data.TaggedError("RetailDataError")<{
  readonly file: string
  readonly key: string | null
  readonly field: string | null
  readonly problem: string
  readonly remedy: string
}> {
  override get message() {
    const place = [this.file, this.key, this.field].filter((part) => part !== null && part !== "").join(", ")
    return `${place}: ${this.problem}. ${this.remedy}`
  }
}

const layout = "The folder must hold users.json, products.json and orders.json, each an object from key to record"

const schemas = { users: User, products: Product, orders: Order } as const
type TableName = keyof typeof schemas
const tableNames = Object.keys(schemas) as ReadonlyArray<TableName>

type Tables = Readonly<Record<TableName, Readonly<Record<string, JsonObject>>>>

const readTable = (folder: string, table: TableName): Readonly<Record<string, JsonObject>> => {
  const file = join(folder, `${table}.json`)
  const fail = (problem: string, remedy: string, key: string | null = null, field: string | null = null) =>
    new RetailDataError({ file, key, field, problem, remedy })
  let text: string
  try {
    text = readFileSync(file, "utf8")
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error"
    throw fail(`cannot be read (${code})`, layout)
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw fail("is not JSON", layout)
  }
  const records = z.record(z.string(), z.unknown()).safeParse(parsed)
  if (!records.success) throw fail("is not an object from key to record", layout)
  for (const [key, record] of Object.entries(records.data)) {
    const issue = schemas[table].safeParse(record).error?.issues[0]
    if (issue !== undefined) {
      throw fail(issue.message, "Correct the record, or take it out", key, issue.path.join("."))
    }
  }
  // Extra fields are kept as they are: tools hand records through, and must not lose what they do not know.
  return records.data as Readonly<Record<string, JsonObject>>
}

/** What one table says of another must be there, or a tool would fail in the middle of a dialogue. */
const checkReferences = (folder: string, tables: Tables): void => {
  const fail = (table: TableName, key: string, field: string, problem: string) =>
    new RetailDataError({
      file: join(folder, `${table}.json`),
      key,
      field,
      problem,
      remedy: "Use the three files of one and the same database"
    })
  const has = (table: TableName, key: string) => Object.hasOwn(tables[table], key)
  for (const [key, record] of Object.entries(tables.users)) {
    for (const [index, order] of User.parse(record).orders.entries()) {
      if (!has("orders", order)) throw fail("users", key, `orders.${index}`, `there is no order ${order}`)
    }
  }
  for (const [key, record] of Object.entries(tables.orders)) {
    const order = Order.parse(record)
    if (order.order_id !== key) throw fail("orders", key, "order_id", `is ${order.order_id}, not its key`)
    if (!has("users", order.user_id)) throw fail("orders", key, "user_id", `there is no user ${order.user_id}`)
    for (const [index, item] of order.items.entries()) {
      if (!has("products", item.product_id)) {
        throw fail("orders", key, `items.${index}.product_id`, `there is no product ${item.product_id}`)
      }
    }
    const methods = User.parse(tables.users[order.user_id]).payment_methods
    for (const [index, entry] of order.payment_history.entries()) {
      if (!Object.hasOwn(methods, entry.payment_method_id)) {
        const field = `payment_history.${index}.payment_method_id`
        throw fail("orders", key, field, `user ${order.user_id} has no method ${entry.payment_method_id}`)
      }
    }
  }
  for (const [key, record] of Object.entries(tables.products)) {
    const product = Product.parse(record)
    if (product.product_id !== key) throw fail("products", key, "product_id", `is ${product.product_id}, not its key`)
  }
}

/** Reads a database in the benchmark's layout. Fails with RetailDataError. */
export const loadRetailDatabase = (folder: string): Effect.Effect<Database, RetailDataError> =>
  Effect.try({
    try: (): Database => {
      const tables = Object.fromEntries(tableNames.map((table) => [table, readTable(folder, table)])) as Tables
      checkReferences(folder, tables)
      return { tables }
    },
    catch: (cause) => {
      if (cause instanceof RetailDataError) return cause
      throw cause
    }
  })
