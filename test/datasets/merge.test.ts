import { existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { readPhase } from "../../datasets/commits.ts"
import { Duck } from "../../datasets/duck.ts"
import { temporaryName } from "../../datasets/durable-file.ts"
import { type DatasetFolder, partFile, phaseFolder, tableFolder } from "../../datasets/folder.ts"
import { withProvenance } from "../../datasets/house-tables.ts"
import { partsInForce } from "../../datasets/in-force.ts"
import { mergePhase } from "../../datasets/merge.ts"
import { isIntact, partLines } from "../../datasets/parts.ts"
import { sweep } from "../../datasets/sweep.ts"
import type { Outcome } from "../../schemas/item.ts"
import { duckLayer, newDataset, planOf, settleShard, Tales } from "../support/sample-dataset.ts"

const settled = (items: number, shardSize: number, outcome: (position: number) => Outcome = () => "accepted") =>
  Effect.gen(function* () {
    const folder = yield* newDataset
    const plan = yield* planOf(folder, items, shardSize)
    // Not in order: what is merged must not depend on who finished first.
    const shards = Array.from({ length: Math.ceil(items / shardSize) }, (_, shard) => shard).reverse()
    for (const shard of shards) yield* settleShard(folder, plan, shard, outcome)
    return { folder, plan }
  })

const taleLines = (folder: DatasetFolder) =>
  Effect.gen(function* () {
    const phase = yield* readPhase(folder, "run-a", "tell")
    const parts = phase === null ? [] : partsInForce(phase).filter(({ table }) => table === "tales")
    return yield* Stream.runCollect(partLines(folder, withProvenance(Tales), parts))
  })

const files = (folder: DatasetFolder, table: string) => readdirSync(tableFolder(folder, table)).sort()

describe("merging a phase", () => {
  it.effect("keeps every row in its place, in fewer files", () =>
    Effect.gen(function* () {
      const { folder, plan } = yield* settled(20, 4, (position) => (position % 5 === 0 ? "rejected" : "accepted"))
      const before = yield* taleLines(folder)
      assert.strictEqual(before.length, 32)
      const merge = yield* mergePhase(folder, plan)
      assert.deepStrictEqual(
        merge?.parts.map(({ rows, table }) => [table, rows]),
        [
          ["items", 20],
          ["rejected", 4],
          ["tales", 32]
        ]
      )
      assert.deepStrictEqual(merge?.totals, { accepted: 16, rejected: 4, failed: 0 })
      assert.deepStrictEqual(yield* taleLines(folder), before)
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("gives the same bytes elsewhere, and with more threads", () =>
    Effect.gen(function* () {
      const merged = Effect.gen(function* () {
        const { folder, plan } = yield* settled(16, 4)
        return (yield* mergePhase(folder, plan))?.parts
      })
      const one = yield* merged.pipe(Effect.provide(Duck.layer({ threads: 1 })))
      const two = yield* merged.pipe(Effect.provide(Duck.layer({ threads: 2 })))
      assert.deepStrictEqual(one, two)
    })
  )

  it.effect("cuts files at their size, between parts", () =>
    Effect.gen(function* () {
      const { folder, plan } = yield* settled(24, 4)
      const before = yield* taleLines(folder)
      const bytes =
        (yield* readPhase(folder, "run-a", "tell"))?.shards[0]?.parts.find(({ table }) => table === "tales")?.bytes ?? 0
      const merge = yield* mergePhase(folder, plan, { fileBytes: bytes * 2.5, groupBytes: 1 })
      assert.deepStrictEqual(
        merge?.parts.filter(({ table }) => table === "tales").map(({ rows }) => rows),
        [16, 16, 16]
      )
      assert.deepStrictEqual(yield* taleLines(folder), before)
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("is refused while shards are missing", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* planOf(folder, 8, 4)
      yield* settleShard(folder, plan, 0)
      assert.strictEqual((yield* Effect.flip(mergePhase(folder, plan))).problem, "incomplete")
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("does nothing where each table has one part, and nothing the second time", () =>
    Effect.gen(function* () {
      const single = yield* settled(4, 4)
      assert.isNull(yield* mergePhase(single.folder, single.plan))
      const { folder, plan } = yield* settled(8, 4)
      const first = yield* mergePhase(folder, plan)
      const commits = readdirSync(phaseFolder(folder, "tell"))
      assert.deepStrictEqual(yield* mergePhase(folder, plan), first)
      assert.deepStrictEqual(readdirSync(phaseFolder(folder, "tell")), commits)
    }).pipe(Effect.provide(duckLayer))
  )
})

describe("sweeping", () => {
  it.effect("deletes the parts that a merge holds, and only those", () =>
    Effect.gen(function* () {
      const { folder, plan } = yield* settled(12, 4)
      const before = yield* taleLines(folder)
      assert.strictEqual((yield* sweep(folder, "run-a")).merged, 0)
      const merge = yield* mergePhase(folder, plan)
      const swept = yield* sweep(folder, "run-a")
      assert.strictEqual(swept.merged, 6)
      assert.isAbove(swept.bytes, 0)
      assert.deepStrictEqual(yield* taleLines(folder), before)
      for (const part of [...plan.parts, ...(merge?.parts ?? [])]) assert.isTrue(yield* isIntact(folder, part))
      assert.strictEqual(files(folder, "tales").length, 1)
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("keeps the parts of a merged phase with failed items: settling those again needs them", () =>
    Effect.gen(function* () {
      const { folder, plan } = yield* settled(8, 4, (position) => (position === 5 ? "failed" : "accepted"))
      yield* mergePhase(folder, plan)
      assert.strictEqual((yield* sweep(folder, "run-a")).merged, 0)
      yield* settleShard(folder, plan, 1, () => "accepted", 1)
      assert.strictEqual((yield* taleLines(folder)).length, 16)
      yield* mergePhase(folder, plan)
      // Now the parts of both retries can go.
      assert.strictEqual((yield* sweep(folder, "run-a")).merged, 6)
      assert.strictEqual((yield* taleLines(folder)).length, 16)
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("keeps a file that a merge names because it was large enough already", () =>
    Effect.gen(function* () {
      const { folder, plan } = yield* settled(12, 4)
      const merge = yield* mergePhase(folder, plan, { fileBytes: 1, groupBytes: 1 })
      assert.strictEqual(merge?.parts.length, 6)
      assert.strictEqual((yield* sweep(folder, "run-a")).merged, 0)
      assert.strictEqual((yield* taleLines(folder)).length, 24)
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("removes temporary files of dead processes, not those of living ones or of others", () =>
    Effect.gen(function* () {
      const { folder } = yield* settled(4, 4)
      const within = tableFolder(folder, "tales")
      const living = join(within, "p.00000000-1-0.tmp")
      const abandoned = join(within, "p.00000000-2-0.tmp")
      const stranger = join(within, "thesis.tmp")
      for (const file of [living, abandoned, stranger]) writeFileSync(file, "half")
      const longAgo = new Date(Date.now() - 25 * 3600 * 1000)
      utimesSync(abandoned, longAgo, longAgo)
      utimesSync(stranger, longAgo, longAgo)
      assert.deepStrictEqual(yield* sweep(folder, "run-a"), { temporary: 1, merged: 0, bytes: 4 })
      assert.deepStrictEqual(
        [living, abandoned, stranger].map((file) => existsSync(file)),
        [true, false, true]
      )
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("removes what an earlier process of this one's id left half written, not what this one is writing", () =>
    Effect.gen(function* () {
      const { folder } = yield* settled(4, 4)
      const own = temporaryName(join(tableFolder(folder, "tales"), "p"))
      const earlier = own.replace(/-[0-9a-f]+\.tmp$/, "-00000000f.tmp")
      for (const file of [own, earlier]) writeFileSync(file, "half")
      yield* sweep(folder, "run-a")
      assert.deepStrictEqual([existsSync(own), existsSync(earlier)], [true, false])
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("keeps parts that no commit names: their writer may be about to commit them", () =>
    Effect.gen(function* () {
      const { folder, plan } = yield* settled(8, 4)
      const orphan = join(tableFolder(folder, "tales"), "tell-1-000009-0-0123456789ab.parquet")
      writeFileSync(orphan, "x")
      yield* mergePhase(folder, plan)
      yield* sweep(folder, "run-a")
      assert.isTrue(existsSync(orphan))
      assert.isTrue(existsSync(partFile(folder, plan.parts[0]?.path ?? "")))
    }).pipe(Effect.provide(duckLayer))
  )
})
