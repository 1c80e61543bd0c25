import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import type { JsonObject } from "../../schemas/json.ts"
import { applyPatch, PatchError } from "../../stages/patch.ts"
import { type Database, State } from "../../stages/state.ts"

const database: Database = {
  tables: {
    users: { ada: { name: "Ada", cards: ["b", "a"], balance: 10 }, bo: { name: "Bo", cards: [], balance: 0.3 } },
    orders: { "#W1": { status: "pending", lines: 2 } }
  }
}

const record = fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 2 }), {
  maxKeys: 4
}) as fc.Arbitrary<JsonObject>
const key = fc.oneof(fc.constantFrom("a", "b", "c", "#W1"), fc.string({ maxLength: 5 }))
const operation = fc.record({
  table: fc.constantFrom("users", "orders", "new"),
  key,
  record: fc.option(record, { nil: null })
})
const base = fc
  .dictionary(key, record, { maxKeys: 5 })
  .chain((users) => fc.dictionary(key, record, { maxKeys: 5 }).map((orders) => ({ tables: { users, orders } })))

const write = (state: State, operations: ReadonlyArray<{ table: string; key: string; record: JsonObject | null }>) => {
  for (const { key, record, table } of operations) {
    if (record === null) state.remove(table, key)
    else state.put(table, key, record)
  }
  return state
}

/** The same content as a fresh base, its tables and records in reverse order. */
const rebuilt = (state: State, tables: ReadonlyArray<string>): State =>
  State.of({
    tables: Object.fromEntries(
      [...tables].reverse().map((table) => [
        table,
        Object.fromEntries(
          state
            .keys(table)
            .reverse()
            .map((key) => [key, state.get(table, key) as JsonObject])
        )
      ])
    )
  })

describe("State", () => {
  it("keeps a fork's writes from the state it was forked from", () => {
    const state = State.of(database)
    const fork = state.fork()
    fork.put("orders", "#W1", { status: "cancelled", lines: 2 })
    assert.deepStrictEqual(state.get("orders", "#W1"), { status: "pending", lines: 2 })
    assert.deepStrictEqual(fork.fork().get("orders", "#W1"), { status: "cancelled", lines: 2 })
  })

  it("takes over a fork of the same database and no other", () => {
    const state = State.of(database)
    const fork = state.fork()
    fork.put("orders", "#W1", { status: "sent" })
    state.adopt(fork)
    fork.put("orders", "#W1", { status: "lost" })
    assert.deepStrictEqual(state.get("orders", "#W1"), { status: "sent" })
    assert.throws(() => state.adopt(State.of(database)), /another database/)
  })

  it("lists the base's keys, then the added ones, without the removed", () => {
    const state = State.of(database)
    state.put("users", "cy", { name: "Cy" })
    state.remove("users", "ada")
    assert.deepStrictEqual(state.keys("users"), ["bo", "cy"])
    assert.strictEqual(state.get("users", "ada"), undefined)
  })

  it("gives equal content an equal hash, in the overlay or in the base, in any order", () => {
    fc.assert(
      fc.property(base, fc.array(operation, { maxLength: 6 }), (database, operations) => {
        const state = write(State.of(database), operations)
        assert.strictEqual(state.hash(), rebuilt(state, ["users", "orders", "new"]).hash())
      }),
      { seed: 11, numRuns: 150 }
    )
  })

  it("gives different content a different hash", () => {
    const state = State.of(database)
    const seen = new Set([state.hash()])
    for (const changed of [
      { status: "pending", lines: 3 },
      { status: "pending" },
      { status: "pending", lines: "2" },
      { status: "pending", lines: 2, extra: null }
    ]) {
      const fork = state.fork()
      fork.put("orders", "#W1", changed)
      seen.add(fork.hash())
    }
    const removed = state.fork()
    removed.remove("orders", "#W1")
    seen.add(removed.hash())
    const moved = removed.fork()
    moved.put("users", "#W1", { status: "pending", lines: 2 })
    seen.add(moved.hash())
    assert.strictEqual(seen.size, 7)
  })

  it("comes back to its hash when a write is undone", () => {
    const state = State.of(database)
    const before = state.hash()
    state.put("users", "bo", { name: "Bo", cards: [], balance: 9 })
    state.put("users", "bo", { balance: 0.3, cards: [], name: "Bo" })
    assert.strictEqual(state.hash(), before)
    assert.strictEqual(state.diff(), "")
  })

  it("minds array order and float noise in the strict hash and not in the tolerant one", () => {
    const state = State.of(database, { unordered: ["cards"] })
    const fork = state.fork()
    fork.put("users", "ada", { name: "Ada", cards: ["a", "b"], balance: 10 })
    fork.put("users", "bo", { name: "Bo", cards: [], balance: 0.1 + 0.2 })
    assert.notStrictEqual(fork.hash(), state.hash())
    assert.strictEqual(fork.tolerantHash(), state.tolerantHash())
    fork.put("users", "bo", { name: "Bo", cards: ["x"], balance: 0.3 })
    assert.notStrictEqual(fork.tolerantHash(), state.tolerantHash())
  })

  it("minds the order of arrays that are not named as unordered, also in the tolerant hash", () => {
    const state = State.of(database)
    const fork = state.fork()
    fork.put("users", "ada", { name: "Ada", cards: ["a", "b"], balance: 10 })
    assert.notStrictEqual(fork.tolerantHash(), state.tolerantHash())
  })

  it("leaves notes, in tables that begin with an underscore, out of hashes and diffs", () => {
    const state = State.of(database)
    const fork = state.fork()
    fork.put("_notes", "#W1", { pair: "a-b" })
    assert.deepStrictEqual(fork.get("_notes", "#W1"), { pair: "a-b" })
    assert.strictEqual(fork.hash(), state.hash())
    assert.strictEqual(fork.diff(), "")
  })

  it("hashes in well under a millisecond after a write to 1,550 records", () => {
    const records = Object.fromEntries(
      Array.from({ length: 1550 }, (_, index) => [`k${index}`, { index, text: "x".repeat(1000) }])
    )
    const state = State.of({ tables: { big: records } })
    state.hash()
    const times = Array.from({ length: 30 }, (_, index) => {
      const fork = state.fork()
      fork.put("big", `k${index}`, { index: -1 })
      const started = performance.now()
      fork.hash()
      return performance.now() - started
    }).sort((a, b) => a - b)
    assert.isBelow(times[15] as number, 1)
  })
})

describe("diff and applyPatch (done-means 9)", () => {
  it("shows a change as git does, with the table and the key, three lines of context and canonical JSON", () => {
    const state = State.of({
      tables: { orders: { "#W1": { status: "pending", a: 1, b: 2, c: 3, d: 4, z: [1, 2], items: [] } } }
    })
    state.put("orders", "#W1", { status: "cancelled", a: 1, b: 2, c: 3, d: 4, z: [1, 2], items: [] })
    assert.strictEqual(
      state.diff(),
      [
        "diff --git a/orders/#W1 b/orders/#W1",
        "--- a/orders/#W1",
        "+++ b/orders/#W1",
        "@@ -4,7 +4,7 @@",
        '   "c": 3,',
        '   "d": 4,',
        '   "items": [],',
        '-  "status": "pending",',
        '+  "status": "cancelled",',
        '   "z": [',
        "     1,",
        "     2",
        ""
      ].join("\n")
    )
  })

  it("shows a new record against nothing, and a removed one likewise", () => {
    const state = State.of(database)
    state.put("orders", "#W2", { status: "new" })
    state.remove("orders", "#W1")
    assert.strictEqual(
      state.diff(),
      [
        "diff --git a/orders/#W1 b/orders/#W1",
        "--- a/orders/#W1",
        "+++ /dev/null",
        "@@ -1,4 +0,0 @@",
        "-{",
        '-  "lines": 2,',
        '-  "status": "pending"',
        "-}",
        "diff --git a/orders/#W2 b/orders/#W2",
        "--- /dev/null",
        "+++ b/orders/#W2",
        "@@ -0,0 +1,3 @@",
        "+{",
        '+  "status": "new"',
        "+}",
        ""
      ].join("\n")
    )
  })

  it("gives the after-state when its diff is applied to the before-state, whatever was written", () => {
    fc.assert(
      fc.property(
        base,
        fc.array(operation, { maxLength: 5 }),
        fc.array(operation, { maxLength: 5 }),
        (database, first, second) => {
          const before = write(State.of(database), first)
          const after = write(before.fork(), second)
          const applied = applyPatch(before, after.diffFrom(before))
          assert.strictEqual(applied.hash(), after.hash())
          assert.strictEqual(applied.diffFrom(after), "")
          assert.strictEqual(applyPatch(after, before.diffFrom(after)).hash(), before.hash())
        }
      ),
      { seed: 12, numRuns: 300 }
    )
  })

  it("names one change a record, with both sides", () => {
    const state = State.of(database)
    state.put("orders", "#W1", { status: "sent" })
    state.put("users", "cy", { name: "Cy" })
    assert.deepStrictEqual(state.changes(), [
      { table: "orders", key: "#W1", before: { status: "pending", lines: 2 }, after: { status: "sent" } },
      { table: "users", key: "cy", before: null, after: { name: "Cy" } }
    ])
  })

  it("refuses a patch whose context is not what the state holds", () => {
    const state = State.of(database)
    const after = state.fork()
    after.put("orders", "#W1", { status: "sent", lines: 2 })
    const patch = after.diff()
    const other = state.fork()
    other.put("orders", "#W1", { status: "lost", lines: 2 })
    assert.throws(() => applyPatch(other, patch), PatchError, "the patch does not fit orders/#W1")
    assert.throws(() => applyPatch(state, "rm -rf\n"), PatchError, "line 1 starts no record")
    assert.throws(() => applyPatch(state, patch.split("\n").slice(0, 6).join("\n")), PatchError, "cut short")
  })
})
