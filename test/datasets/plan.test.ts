import { existsSync, rmSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { partFile, phaseFolder } from "../../datasets/folder.ts"
import { readShard, writePlan } from "../../datasets/plan.ts"
import { duckLayer, newDataset, planOf } from "../support/sample-dataset.ts"

const options = { phase: "tell", generation: 1, run: "run-a", fingerprint: "f" }
const keyed = (keys: ReadonlyArray<string>) =>
  Stream.fromIterable(keys).pipe(Stream.map((key) => ({ key, payload: "{}" })))

describe("a plan", () => {
  it.effect("is cut into parts and read back shard by shard, across their borders", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* planOf(folder, 40_000, 1_000)
      assert.deepStrictEqual(
        plan.parts.map(({ rows }) => rows),
        [16_384, 16_384, 7_232]
      )
      assert.strictEqual(plan.items, 40_000)
      for (const shard of [0, 15, 16, 39]) {
        const rows = yield* readShard(folder, plan, shard)
        assert.strictEqual(rows.length, 1_000)
        for (const [index, row] of rows.entries()) {
          const n = shard * 1_000 + index
          assert.deepStrictEqual(row, { phase: "tell", position: n, key: `k${n}`, payload: `{"n":${n}}` })
        }
      }
      assert.deepStrictEqual(yield* readShard(folder, plan, 40), [])
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("has a last shard that may hold fewer", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* planOf(folder, 20, 16)
      assert.deepStrictEqual(
        (yield* readShard(folder, plan, 1)).map(({ key }) => key),
        ["k16", "k17", "k18", "k19"]
      )
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("chooses the shard size when the number of items is known", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* writePlan(
        folder,
        { ...options, shardSize: (items) => items / 2.5 },
        keyed(["a", "b", "c", "d", "e"])
      )
      assert.strictEqual(plan.shardSize, 2)
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("of nothing is a plan", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* writePlan(folder, { ...options, shardSize: () => 16 }, Stream.empty)
      assert.deepStrictEqual([plan.items, plan.parts.length], [0, 0])
      assert.deepStrictEqual(yield* readShard(folder, plan, 0), [])
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("with a key twice fails with the key, and commits nothing", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const error = yield* Effect.flip(
        writePlan(folder, { ...options, shardSize: () => 16 }, keyed(["a", "b", "o'b", "c", "o'b", "a"]))
      )
      assert.strictEqual(error._tag === "DatasetError" ? error.problem : "", "duplicate_key")
      assert.include(error.message, '2 items have the key "a", the first at position 0')
      assert.isFalse(existsSync(phaseFolder(folder, "tell")))
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("whose stream fails is not committed", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const broken = Stream.concat(keyed(["a"]), Stream.fail("no source" as const))
      assert.strictEqual(
        yield* Effect.flip(writePlan(folder, { ...options, shardSize: () => 16 }, broken)),
        "no source"
      )
      assert.isFalse(existsSync(phaseFolder(folder, "tell")))
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("of a generation that is there already is that one", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const first = yield* planOf(folder, 20, 16)
      assert.deepStrictEqual(yield* planOf(folder, 10, 4), first)
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("with a missing part says which file is gone", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* planOf(folder, 20, 16)
      rmSync(partFile(folder, plan.parts[0]?.path ?? ""))
      const error = yield* Effect.flip(readShard(folder, plan, 0))
      assert.strictEqual(error.problem, "missing")
    }).pipe(Effect.provide(duckLayer))
  )
})
