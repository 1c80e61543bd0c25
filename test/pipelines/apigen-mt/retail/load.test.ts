import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { retailDatabase } from "../../../../pipelines/apigen-mt/domains/retail/database.ts"
import { retail, retailFromFolder } from "../../../../pipelines/apigen-mt/domains/retail/retail.ts"
import type { JsonObject } from "../../../../schemas/json.ts"

type Tables = Record<string, Record<string, JsonObject>>

const generated = JSON.stringify(retailDatabase("load").tables)

/** The generated tables as files, changed by `edit`; `raw` replaces files' texts, null leaves a file out. */
const folder = (edit: (tables: Tables) => void, raw: Readonly<Record<string, string | null>> = {}) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const path = mkdtempSync(join(tmpdir(), "retail-"))
      const tables = JSON.parse(generated) as Tables
      edit(tables)
      for (const [table, records] of Object.entries(tables)) {
        const text = raw[table] === undefined ? JSON.stringify(records) : raw[table]
        if (text !== null) writeFileSync(join(path, `${table}.json`), text)
      }
      return path
    }),
    (path) => Effect.sync(() => rmSync(path, { recursive: true }))
  )

const first = (tables: Tables, table: string) => {
  const [key, record] = Object.entries(tables[table] ?? {})[0] as [string, JsonObject]
  return { key, record }
}

describe("retailFromFolder", () => {
  it.effect("reads the benchmark's layout into the database that a seed would give", () =>
    Effect.gen(function* () {
      const path = yield* folder(() => {})
      const loaded = yield* retailFromFolder({ folder: path, profile: "tau1" })
      const made = retail({ seed: "load", profile: "strict" })
      assert.strictEqual(loaded.environment.initial.hash(), made.environment.initial.hash())
      assert.strictEqual(loaded.profile, "tau1")
    })
  )

  const refuses = (
    problem: string,
    setup: { readonly edit?: (tables: Tables) => void; readonly raw?: Readonly<Record<string, string | null>> },
    expected: { readonly file: string; readonly field: string | null; readonly problem: RegExp }
  ) =>
    it.effect(`refuses ${problem}, naming the file, the record, the field and what to do`, () =>
      Effect.gen(function* () {
        const path = yield* folder(setup.edit ?? (() => {}), setup.raw)
        const error = yield* Effect.flip(retailFromFolder({ folder: path, profile: "strict" }))
        assert.strictEqual(error._tag, "RetailDataError")
        assert.strictEqual(error.file, join(path, expected.file))
        assert.strictEqual(error.field, expected.field)
        assert.match(error.problem, expected.problem)
        for (const part of [error.file, error.problem, error.remedy]) assert.include(error.message, part)
        if (expected.field !== null) assert.include(error.message, `${error.key}, ${expected.field}`)
      })
    )

  refuses(
    "a missing file",
    { raw: { orders: null } },
    { file: "orders.json", field: null, problem: /cannot be read \(ENOENT\)/ }
  )
  refuses("what is not JSON", { raw: { users: "{" } }, { file: "users.json", field: null, problem: /is not JSON/ })
  refuses(
    "a list for a table",
    { raw: { products: "[]" } },
    { file: "products.json", field: null, problem: /not an object from key to record/ }
  )
  refuses(
    "a field of the wrong type",
    {
      edit: (tables) => {
        const { key, record } = first(tables, "users")
        tables.users = { ...tables.users, [key]: { ...record, name: { first_name: "A", last_name: 7 } } }
      }
    },
    { file: "users.json", field: "name.last_name", problem: /expected string/ }
  )
  refuses(
    "an order of nobody",
    {
      edit: (tables) => {
        const { key, record } = first(tables, "orders")
        tables.orders = { ...tables.orders, [key]: { ...record, user_id: "nobody" } }
      }
    },
    { file: "orders.json", field: "user_id", problem: /no user nobody/ }
  )
  refuses(
    "an order that a profile lists and the table lacks",
    {
      edit: (tables) => {
        const { key, record } = first(tables, "users")
        tables.users = { ...tables.users, [key]: { ...record, orders: ["#W0"] } }
      }
    },
    { file: "users.json", field: "orders.0", problem: /no order #W0/ }
  )
  refuses(
    "a record under another's key",
    {
      edit: (tables) => {
        const { key, record } = first(tables, "products")
        tables.products = { ...tables.products, [key]: { ...record, product_id: "1" } }
      }
    },
    { file: "products.json", field: "product_id", problem: /is 1, not its key/ }
  )
})
