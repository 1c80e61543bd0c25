import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { runTiny, scratch, tableHashes } from "../support/tiny-run.ts"

const TABLES = ["lines", "couplets", "rejected", "plan"]

describe("a run", () => {
  it.live("balances its books: each planned item has exactly one outcome, with its reason", () =>
    Effect.gen(function* () {
      const { report } = yield* runTiny(yield* scratch, { config: { items: 40 } })
      assert.deepStrictEqual(report?.books, [
        { phase: "lines", planned: 40, accepted: 31, rejected: 6, failed: 3, pending: 0 },
        { phase: "couplets", planned: 31, accepted: 31, rejected: 0, failed: 0, pending: 0 }
      ])
      assert.isTrue(report?.balanced)
      assert.deepStrictEqual(
        report?.sections[0]?.rows.filter((row) => row[1] !== "accepted").map((row) => row.slice(0, 5)),
        [
          ["lines", "failed", "check", "NO_QUORUM", 3],
          ["lines", "rejected", "check", "UNLUCKY", 6]
        ]
      )
    })
  )

  it.live("gives byte-identical tables in another folder, whatever the concurrency", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* scratch, yield* scratch]
      yield* runTiny(one, { config: { items: 40 }, concurrency: 1 })
      yield* runTiny(two, { config: { items: 40 }, concurrency: 32 })
      assert.deepStrictEqual(tableHashes(one, TABLES), tableHashes(two, TABLES))
    })
  )

  it.live("stops before a budget is overrun, and goes on where it stopped without repeating a call", () =>
    Effect.gen(function* () {
      const [stopped, whole] = [yield* scratch, yield* scratch]
      const first = yield* runTiny(stopped, { config: { items: 40 }, caps: { calls: 25 } })
      assert.strictEqual(first.stop?.limit, "calls")
      assert.isNull(first.report)
      const second = yield* runTiny(stopped, { config: { items: 40 } })
      assert.isTrue(second.report?.balanced)
      yield* runTiny(whole, { config: { items: 40 } })
      assert.deepStrictEqual(tableHashes(stopped, TABLES), tableHashes(whole, TABLES))
      const calls = second.report?.sections.find((section) => section.title === "Model calls in the ledger")
      // 40 lines, and two answers for each of 31.
      assert.deepStrictEqual(
        calls?.rows.map((row) => [row[0], row[3]]),
        [
          ["answerer", 62],
          ["poet", 40]
        ]
      )
    })
  )

  it.live("does nothing when it is complete: no call, no new file", () =>
    Effect.gen(function* () {
      const path = yield* scratch
      yield* runTiny(path, { config: { items: 40 } })
      const before = tableHashes(path, [...TABLES, "items"])
      const { report } = yield* runTiny(path, { config: { items: 40 }, caps: { calls: 1 } })
      assert.isTrue(report?.balanced)
      assert.deepStrictEqual(tableHashes(path, [...TABLES, "items"]), before)
    })
  )

  it.live("settles everything again when the config changes, and pays only for what is new", () =>
    Effect.gen(function* () {
      const path = yield* scratch
      yield* runTiny(path, { config: { items: 20 } })
      const grown = yield* runTiny(path, { config: { items: 24 } })
      assert.deepStrictEqual(grown.changes, ["config.items: 20 -> 24"])
      assert.strictEqual(grown.report?.books[0]?.planned, 24)
      const calls = grown.report?.sections.find((section) => section.title === "Model calls in the ledger")
      assert.deepStrictEqual(
        calls?.rows.map((row) => [row[0], row[3]]),
        [
          ["answerer", 2 * (24 - 3 - 2)],
          ["poet", 24]
        ]
      )
    })
  )

  it.live("counts a bug in a stage as that item's failure and goes on with the others", () =>
    Effect.gen(function* () {
      const { report } = yield* runTiny(yield* scratch, { config: { items: 10, failing: false, defectAt: 4 } })
      assert.deepStrictEqual(report?.books[0], {
        phase: "lines",
        planned: 10,
        accepted: 8,
        rejected: 1,
        failed: 1,
        pending: 0
      })
      assert.deepStrictEqual(report?.sections[0]?.rows.find((row) => row[1] === "failed")?.slice(2, 4), [
        "lines",
        "DEFECT"
      ])
    })
  )
})
