import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { commitMerge, commitPlan, commitShard, lastGeneration, readPhase, readPhases } from "../../datasets/commits.ts"
import { type DatasetFolder, phaseFolder } from "../../datasets/folder.ts"
import { hashOfShards, isComplete, partsInForce } from "../../datasets/in-force.ts"
import type { PartFile, PlanCommit, ShardCommit } from "../../schemas/commit.ts"
import { scratch } from "../support/sample-dataset.ts"

const part = (name: string): PartFile => ({
  table: "tales",
  path: `tables/tales/${name}.parquet`,
  rows: 2,
  bytes: 100,
  sha256: "0".repeat(64)
})
const plan = (generation: number, run = "run-a"): PlanCommit => ({
  kind: "plan",
  phase: "tell",
  generation,
  run,
  fingerprint: "f",
  items: 5,
  shardSize: 2,
  parts: []
})
const shard = (number: number, generation = 1, retry = 0, failed = 0): ShardCommit => ({
  kind: "shard",
  phase: "tell",
  generation,
  shard: number,
  retry,
  first: number * 2,
  items: number === 2 ? 1 : 2,
  totals: { accepted: (number === 2 ? 1 : 2) - failed, rejected: 0, failed },
  parts: [part(`s${number}-${generation}-${retry}`)]
})
const newFolder = Effect.map(scratch, (path): DatasetFolder => ({ name: "a", path }))
const fileOf = (folder: DatasetFolder, name: string) => join(phaseFolder(folder, "tell"), name)

describe("what is in force", () => {
  it.effect("is nothing without a plan of the run", () =>
    Effect.gen(function* () {
      const folder = yield* newFolder
      assert.isNull(yield* readPhase(folder, "run-a", "tell"))
      yield* commitPlan(folder, plan(1, "run-b"))
      assert.isNull(yield* readPhase(folder, "run-a", "tell"))
    })
  )

  it.effect("is the highest retry of each shard of the highest generation", () =>
    Effect.gen(function* () {
      const folder = yield* newFolder
      yield* commitPlan(folder, plan(1))
      yield* commitPlan(folder, plan(2))
      yield* commitPlan(folder, plan(3, "run-b"))
      for (const commit of [shard(0, 1), shard(2, 2), shard(0, 2), shard(0, 2, 10), shard(0, 2, 9), shard(1, 3)]) {
        yield* commitShard(folder, commit)
      }
      const phase = yield* readPhase(folder, "run-a", "tell")
      assert.isNotNull(phase)
      assert.strictEqual(phase.plan.generation, 2)
      assert.deepStrictEqual(
        phase.shards.map(({ retry, shard }) => [shard, retry]),
        [
          [0, 10],
          [2, 0]
        ]
      )
      assert.deepStrictEqual(phase.totals, { accepted: 3, rejected: 0, failed: 0 })
      assert.strictEqual(phase.pending, 2)
      assert.isFalse(isComplete(phase))
      // Back to an earlier config: its plan and shards count again, and nothing has to be made anew.
      assert.strictEqual((yield* readPhase(folder, "run-b", "tell"))?.plan.generation, 3)
    })
  )

  it.effect("is a merge only while the shards are those that it was made of", () =>
    Effect.gen(function* () {
      const folder = yield* newFolder
      yield* commitPlan(folder, plan(1))
      const shards = [shard(0, 1, 0, 1), shard(1), shard(2)]
      for (const commit of shards) yield* commitShard(folder, commit)
      yield* commitMerge(folder, {
        kind: "merged",
        phase: "tell",
        generation: 1,
        of: hashOfShards(shards),
        shards: 3,
        totals: { accepted: 4, rejected: 0, failed: 1 },
        parts: [part("merged")]
      })
      const merged = yield* readPhase(folder, "run-a", "tell")
      assert.isNotNull(merged)
      assert.deepStrictEqual(
        partsInForce(merged).map(({ path }) => path),
        ["tables/tales/merged.parquet"]
      )
      yield* commitShard(folder, shard(0, 1, 1))
      const retried = yield* readPhase(folder, "run-a", "tell")
      assert.isNotNull(retried)
      assert.isNull(retried.merge)
      assert.deepStrictEqual(
        partsInForce(retried).map(({ path }) => path),
        ["tables/tales/s0-1-1.parquet", "tables/tales/s1-1-0.parquet", "tables/tales/s2-1-0.parquet"]
      )
    })
  )

  it.effect("comes in the phases' order, without those that have no plan", () =>
    Effect.gen(function* () {
      const folder = yield* newFolder
      yield* commitPlan(folder, { ...plan(1), phase: "alpha" })
      yield* commitPlan(folder, { ...plan(1), phase: "zeta" })
      const phases = yield* readPhases(folder, "run-a", ["zeta", "missing", "alpha"])
      assert.deepStrictEqual(
        phases.map(({ phase }) => phase),
        ["zeta", "alpha"]
      )
    })
  )

  it.effect("takes no notice of temporary files and other strangers", () =>
    Effect.gen(function* () {
      const folder = yield* newFolder
      yield* commitPlan(folder, plan(1))
      yield* commitShard(folder, shard(0))
      for (const name of ["000001-1-0.json.0123abcd-1-0.tmp", "notes.txt", ".DS_Store", "000001-1-0.json~"]) {
        writeFileSync(fileOf(folder, name), "{")
      }
      writeFileSync(join(folder.path, "commits", "stray"), "")
      const phase = yield* readPhase(folder, "run-a", "tell")
      assert.strictEqual(phase?.shards.length, 1)
    })
  )
})

describe("a commit", () => {
  it.effect("that another process made first is the one that counts", () =>
    Effect.gen(function* () {
      const folder = yield* newFolder
      const first = yield* commitShard(folder, shard(0))
      const second = yield* commitShard(folder, { ...shard(0), parts: [] })
      assert.isTrue(first.created)
      assert.isFalse(second.created)
      assert.deepStrictEqual(second.commit, shard(0))
    })
  )

  const damage: ReadonlyArray<readonly [string, (text: string) => string, RegExp]> = [
    ["cut short", (text) => text.slice(0, 40), /000000-1-0\.json is no JSON/],
    ["of another shape", () => '{"kind":"shard"}', /does not have the shape it should: phase/],
    ["of another shard", (text) => text.replace('"shard":0', '"shard":1'), /says that it is tell.000001-1-0\.json/],
    [
      "that leads out of the dataset",
      (text) => text.replace("tables/tales/s0-1-0.parquet", "../../etc/passwd"),
      /names \.\.\/\.\.\/etc\/passwd, which is no part of a dataset/
    ]
  ]
  for (const [name, change, reason] of damage) {
    it.effect(`${name} fails with its file and what to do`, () =>
      Effect.gen(function* () {
        const folder = yield* newFolder
        yield* commitPlan(folder, plan(1))
        yield* commitShard(folder, shard(0))
        const file = fileOf(folder, "000000-1-0.json")
        writeFileSync(file, change(readFileSync(file, "utf8")))
        const error = yield* Effect.flip(readPhase(folder, "run-a", "tell"))
        assert.strictEqual(error.problem, "corrupt")
        assert.strictEqual(error.path, file)
        assert.match(error.message, reason)
        assert.include(error.remedy, "Remove this file, then run `npm run verify -- NAME --repair` and `generate`")
      })
    )
  }

  it.effect("of a plan that was taken back leaves its number behind, if shards have it", () =>
    Effect.gen(function* () {
      const folder = yield* newFolder
      assert.strictEqual(yield* lastGeneration(folder, "tell"), 0)
      yield* commitPlan(folder, plan(1))
      assert.strictEqual(yield* lastGeneration(folder, "tell"), 1)
      // The plan of generation 2 was taken back; its shards must not be taken for those of the next one.
      yield* commitShard(folder, shard(0, 2))
      assert.strictEqual(yield* lastGeneration(folder, "tell"), 2)
    })
  )
})

describe("a thousand commits", () => {
  it.effect("are read in a fraction of a second", () =>
    Effect.gen(function* () {
      const folder = yield* newFolder
      yield* commitPlan(folder, { ...plan(1), items: 2_000 })
      mkdirSync(phaseFolder(folder, "tell"), { recursive: true })
      for (let n = 0; n < 1_000; n++) {
        const commit = { ...shard(n), items: 2, parts: [part("a"), part("b"), part("c")] }
        writeFileSync(fileOf(folder, `${String(n).padStart(6, "0")}-1-0.json`), JSON.stringify(commit))
      }
      const times: Array<number> = []
      for (let time = 0; time < 3; time++) {
        const started = performance.now()
        assert.strictEqual((yield* readPhase(folder, "run-a", "tell"))?.shards.length, 1_000)
        times.push(performance.now() - started)
      }
      // About 35 ms on a quiet machine: a bound that only a real regression reaches.
      assert.isBelow(Math.min(...times), 800)
    })
  )
})
