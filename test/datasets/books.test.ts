import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { booksOf, checkBooks } from "../../datasets/books.ts"
import { readPhase } from "../../datasets/commits.ts"
import { type DatasetFolder, partFile, phaseFolder } from "../../datasets/folder.ts"
import { mergePhase } from "../../datasets/merge.ts"
import { sweep } from "../../datasets/sweep.ts"
import { damagedParts, discardPart, verifyParts } from "../../datasets/verify.ts"
import type { Outcome } from "../../schemas/item.ts"
import { duckLayer, newDataset, planOf, settleShard } from "../support/sample-dataset.ts"

const outcome = (position: number): Outcome =>
  position % 4 === 1 ? "rejected" : position % 4 === 2 ? "failed" : "accepted"

const settled = (items = 10, shards = [0, 1, 2]) =>
  Effect.gen(function* () {
    const folder = yield* newDataset
    const plan = yield* planOf(folder, items, 4)
    for (const shard of shards) yield* settleShard(folder, plan, shard, outcome)
    return { folder, plan }
  })

/** Rewrites a commit as a faulty program would have written it. */
const forge = (folder: DatasetFolder, name: string, change: (text: string) => string) => {
  const file = join(phaseFolder(folder, "tell"), name)
  const text = readFileSync(file, "utf8")
  const changed = change(text)
  assert.notStrictEqual(changed, text)
  writeFileSync(file, changed)
}
const first = "000000-1-0.json"

describe("the books", () => {
  it.effect("say where every planned item is", () =>
    Effect.gen(function* () {
      const { folder } = yield* settled(10, [0, 2])
      const phase = yield* readPhase(folder, "run-a", "tell")
      assert.isNotNull(phase)
      assert.deepStrictEqual(booksOf(phase), {
        phase: "tell",
        planned: 10,
        accepted: 3,
        rejected: 2,
        failed: 1,
        pending: 4
      })
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("balance while a run goes on, when it is complete, and after merging and sweeping", () =>
    Effect.gen(function* () {
      const half = yield* settled(10, [1])
      assert.deepStrictEqual(yield* checkBooks(half.folder, half.plan), [])
      const { folder, plan } = yield* settled()
      assert.deepStrictEqual(yield* checkBooks(folder, plan), [])
      yield* mergePhase(folder, plan)
      assert.deepStrictEqual(yield* checkBooks(folder, plan), [])
      yield* sweep(folder, "run-a")
      assert.deepStrictEqual(yield* checkBooks(folder, plan), [])
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("balance for an empty plan, and for none", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      assert.deepStrictEqual(yield* checkBooks(folder, { phase: "tell", run: "run-a" }), [])
    }).pipe(Effect.provide(duckLayer))
  )

  const faults: ReadonlyArray<readonly [string, (text: string) => string, RegExp]> = [
    [
      "an item without outcome",
      (text) => text.replace('"accepted":2', '"accepted":1'),
      /^shard 0 has 4 items and 3 outcomes/
    ],
    [
      "an outcome that its row denies",
      (text) => text.replace('"accepted":2,"rejected":1', '"accepted":1,"rejected":2'),
      /^the commits say 4 accepted, 4 rejected, 2 failed, the rows of `items` 5 accepted, 3 rejected, 2 failed/
    ],
    [
      "a shard that is not where its plan says",
      (text) => text.replace('"first":0', '"first":1'),
      /^shard 0 says 4 items from 1, the plan 4 from 0/
    ],
    [
      "a part with other rows than its commit says",
      (text) => text.replace('"rows":4', '"rows":5'),
      /has 4 rows, its commit says 5/
    ],
    [
      "lost rows of a table",
      (text) => text.replace(/\{"table":"tales"[^}]*\},?/, "").replace(",]", "]"),
      /^items say that they gave 10 rows, the tables hold 6/
    ],
    [
      "a lost rejection",
      (text) => text.replace(/,\{"table":"rejected"[^}]*\}/, ""),
      /^3 items were rejected, `rejected` has 2 rows/
    ]
  ]
  for (const [name, change, reason] of faults) {
    it.effect(`show ${name}`, () =>
      Effect.gen(function* () {
        const { folder, plan } = yield* settled()
        forge(folder, first, change)
        const found = yield* checkBooks(folder, plan)
        assert.match(found[0] ?? "", reason)
      }).pipe(Effect.provide(duckLayer))
    )
  }

  it.effect("show rows that are there twice, and items that nobody planned", () =>
    Effect.gen(function* () {
      const { folder, plan } = yield* settled()
      // Shard 1 stands on the parts of shard 0.
      const parts = /"parts":.*$/s.exec(readFileSync(join(phaseFolder(folder, "tell"), first), "utf8"))?.[0] ?? ""
      forge(folder, "000001-1-0.json", (text) => text.replace(/"parts":.*$/s, parts))
      assert.include(yield* checkBooks(folder, plan), "10 rows of `items` are of 6 items")
      const other = yield* newDataset
      const small = yield* planOf(other, 4, 4)
      yield* settleShard(other, { ...small, phase: "tell", items: 4 }, 0)
      rmSync(join(phaseFolder(other, "tell"), "plan-1.json"))
      const replanned = yield* planOf(other, 2, 4)
      const found = yield* checkBooks(other, replanned)
      assert.include(found, 'the item "k2" at position 2 is not in the plan')
      assert.include(found, "2 items are planned, 4 have an outcome")
    }).pipe(Effect.provide(duckLayer))
  )
})

describe("verifying the parts", () => {
  it.effect("finds a changed and a missing part, and names the first with what to do", () =>
    Effect.gen(function* () {
      const { folder } = yield* settled()
      yield* verifyParts(folder, "run-a")
      const phase = yield* readPhase(folder, "run-a", "tell")
      const [one, two] = [phase?.shards[0]?.parts[0]?.path ?? "", phase?.shards[2]?.parts[0]?.path ?? ""]
      const bytes = readFileSync(partFile(folder, one))
      bytes[100] = (bytes[100] ?? 0) ^ 1
      writeFileSync(partFile(folder, one), bytes)
      rmSync(partFile(folder, two))
      assert.deepStrictEqual(
        (yield* damagedParts(folder, "run-a")).map(({ path }) => path),
        [one, two]
      )
      const error = yield* Effect.flip(verifyParts(folder, "run-a"))
      assert.strictEqual(error.problem, "corrupt")
      assert.strictEqual(error.path, partFile(folder, one))
      assert.include(error.message, "(and 1 other parts)")
      assert.include(error.remedy, "settled again from the ledger")
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("the remedy works: the shard is pending again, and settling it heals the part", () =>
    Effect.gen(function* () {
      const { folder, plan } = yield* settled()
      const path = (yield* readPhase(folder, "run-a", "tell"))?.shards[1]?.parts[0]?.path ?? ""
      writeFileSync(partFile(folder, path), "rubbish")
      assert.deepStrictEqual(yield* discardPart(folder, path), [join("commits", "tell", "000001-1-0.json")])
      assert.strictEqual((yield* readPhase(folder, "run-a", "tell"))?.pending, 4)
      yield* settleShard(folder, plan, 1, outcome)
      yield* verifyParts(folder, "run-a")
      assert.deepStrictEqual(yield* checkBooks(folder, plan), [])
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("a damaged merge falls back to the parts it was made of, while they are there", () =>
    Effect.gen(function* () {
      const { folder, plan } = yield* settled()
      const merge = yield* mergePhase(folder, plan)
      const path = merge?.parts[0]?.path ?? ""
      rmSync(partFile(folder, path))
      assert.strictEqual((yield* discardPart(folder, path)).length, 1)
      yield* verifyParts(folder, "run-a")
      assert.strictEqual((yield* readPhase(folder, "run-a", "tell"))?.pending, 0)
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("a damaged merge whose parts were swept takes its shards back too", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* planOf(folder, 8, 4)
      for (const shard of [0, 1]) yield* settleShard(folder, plan, shard)
      const merge = yield* mergePhase(folder, plan)
      yield* sweep(folder, "run-a")
      const path = merge?.parts[0]?.path ?? ""
      rmSync(partFile(folder, path))
      assert.strictEqual((yield* discardPart(folder, path)).length, 3)
      assert.strictEqual((yield* readPhase(folder, "run-a", "tell"))?.pending, 8)
      for (const shard of [0, 1]) yield* settleShard(folder, plan, shard)
      assert.deepStrictEqual(yield* mergePhase(folder, plan), merge)
      assert.deepStrictEqual(readdirSync(phaseFolder(folder, "tell")).length, 4)
      yield* verifyParts(folder, "run-a")
    }).pipe(Effect.provide(duckLayer))
  )
})
