import { existsSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Duck } from "../../datasets/duck.ts"
import { datasetFolder } from "../../datasets/folder.ts"
import { mergePhase } from "../../datasets/merge.ts"
import { sweep } from "../../datasets/sweep.ts"
import { prepare } from "../../engine/prepare.ts"
import { newProgress } from "../../engine/progress.ts"
import { run } from "../../engine/run.ts"
import { factsOf } from "../../engine/run-facts.ts"
import { newRunRecord } from "../../engine/run-record.ts"
import { simulatedModel } from "../../models/models-by-role.ts"
import { houseLayer } from "../../scripts/layers.ts"
import { tinyPipeline } from "../support/tiny-pipeline.ts"
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

  it.live(
    "takes the rows of a merge where another process swept a phase's parts away while its books were checked",
    () =>
      Effect.gen(function* () {
        const folder = yield* datasetFolder(yield* scratch, ".")
        const config = tinyPipeline.config.parse({ items: 40, failing: false })
        const phases = tinyPipeline.phases(config, "seed").slice(0, 1)
        const models = { default: simulatedModel }
        const { record } = yield* prepare(folder, tinyPipeline, phases, (previous) =>
          newRunRecord({
            ...{ name: "tiny", pipeline: tinyPipeline, config, seed: "seed", models: [], root: folder.path, previous },
            startedAt: "2026-01-01T00:00:00.000Z"
          })
        )
        let swept = 0
        const stop = yield* Effect.gen(function* () {
          const duck = yield* Duck
          const other = Effect.gen(function* () {
            yield* mergePhase(folder, { phase: "lines", run: record.run })
            swept = (yield* sweep(folder, record.run)).merged
          }).pipe(Effect.provideService(Duck, duck), Effect.orDie)
          const rows: typeof duck.rows = (doing, sql) =>
            doing === "check the books" && swept === 0
              ? Effect.andThen(other, duck.rows(doing, sql))
              : duck.rows(doing, sql)
          const facts = factsOf(tinyPipeline, record)
          const options = {
            folder,
            pipeline: tinyPipeline,
            record,
            facts,
            phases,
            progress: newProgress(0),
            concurrency: 8
          }
          return yield* Effect.provideService(run(options), Duck, Duck.of({ ...duck, rows }))
        }).pipe(
          Effect.scoped,
          Effect.provide(
            houseLayer({
              ...{ folder, pipeline: tinyPipeline, models, keys: () => [], caps: {} },
              spent: { usd: 0, tokens: 0, calls: 0 }
            })
          )
        )
        assert.isNull(stop)
        assert.isAbove(swept, 3)
      })
  )

  it.live("takes its report back before it begins anew: a report means that the run is finished", () =>
    Effect.gen(function* () {
      const path = yield* scratch
      const report = join(path, "report.json")
      yield* runTiny(path, { config: { items: 20 } })
      assert.isTrue(existsSync(report))
      const changed = yield* runTiny(path, { config: { items: 40 }, caps: { calls: 60 } })
      assert.strictEqual(changed.stop?.limit, "calls")
      assert.isFalse(existsSync(report))
      yield* runTiny(path, { config: { items: 40 } })
      assert.isTrue(existsSync(report))
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
