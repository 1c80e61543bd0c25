import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readPhase } from "../../datasets/commits.ts"
import { Duck } from "../../datasets/duck.ts"
import { TableReader } from "../../datasets/table-reader.ts"
import { openClaims } from "../../engine/claims.ts"
import { failedItems, failedShards } from "../../engine/failed-shards.ts"
import { newProgress } from "../../engine/progress.ts"
import { factsOf } from "../../engine/run-facts.ts"
import { runPhase } from "../../engine/run-phase.ts"
import { simulatedModel } from "../../models/models-by-role.ts"
import { houseLayer } from "../../scripts/layers.ts"
import { tinyPipeline } from "../support/tiny-pipeline.ts"
import { runTiny, scratch } from "../support/tiny-run.ts"

describe("a retry", () => {
  it.live("settles only the failed items again, redraws their replies, and keeps every other row", () =>
    Effect.gen(function* () {
      const path = yield* scratch
      const { folder, record } = yield* runTiny(path, { config: { items: 40 } })
      const house = houseLayer({
        folder,
        pipeline: tinyPipeline,
        models: { default: simulatedModel },
        keys: () => [],
        caps: {},
        spent: { usd: 0, tokens: 0, calls: 0 }
      })
      yield* Effect.gen(function* () {
        const reader = yield* TableReader
        const before = yield* reader.query("SELECT n, text FROM lines ORDER BY n")
        const state = yield* readPhase(folder, record.run, "lines")
        if (state === null) throw new Error("the phase has no plan")
        const failed = yield* failedItems(folder, state, "no_quorum")
        assert.deepStrictEqual(
          failed.map((item) => item.key),
          ["line-5", "line-16", "line-27"]
        )
        assert.deepStrictEqual(yield* failedItems(folder, state, "TIMEOUT"), [])
        // The cause is mended: the same phase without the failing branch.
        const [phase] = tinyPipeline.phases({ items: 40, style: "plain", failing: false, defectAt: -1 }, "seed")
        if (phase === undefined) throw new Error("no phase")
        const stop = yield* runPhase({
          phase,
          plan: state.plan,
          facts: factsOf(tinyPipeline, record),
          store: yield* failedShards(folder, tinyPipeline.tables, state, failed),
          claims: yield* openClaims(path, "run"),
          progress: newProgress(0),
          counters: { name: "lines", planned: 40, accepted: 0, rejected: 0, failed: 0, inherited: 0 },
          concurrency: 4
        })
        assert.isNull(stop)
        const after = yield* reader.query("SELECT n, text FROM lines ORDER BY n")
        assert.deepStrictEqual(
          after.filter((row) => ![5, 16, 27].includes(Number(row.n))),
          before
        )
        assert.strictEqual(after.length, before.length + 3)
        assert.deepStrictEqual(
          yield* reader.query(
            "SELECT outcome, retries, count(*) AS n FROM items WHERE phase = 'lines' GROUP BY ALL ORDER BY ALL"
          ),
          [
            { outcome: "accepted", retries: 0, n: 31 },
            { outcome: "accepted", retries: 1, n: 3 },
            { outcome: "rejected", retries: 0, n: 6 }
          ]
        )
        // Their first replies were of no use: each has been asked for once more.
        assert.deepStrictEqual(yield* reader.query("SELECT count(*) AS n FROM calls WHERE role = 'poet'"), [{ n: 43 }])
      }).pipe(Effect.scoped, Effect.provide(house))
    })
  )

  it.live("keeps the replies of items that failed on their way to a model, and draws those of others anew", () =>
    Effect.gen(function* () {
      const { folder, record } = yield* runTiny(yield* scratch, { config: { items: 40 } })
      const state = yield* readPhase(folder, record.run, "lines")
      if (state === null) throw new Error("the phase has no plan")
      const [failed] = yield* failedItems(folder, state, "no_quorum")
      if (failed === undefined) throw new Error("no item failed")
      const redraws = (code: string) =>
        Effect.gen(function* () {
          const store = yield* failedShards(folder, tinyPipeline.tables, state, [{ ...failed, code }])
          const [shard = -1] = yield* store.todo
          return [...((yield* store.open(shard))?.redraws ?? [])]
        })
      for (const code of ["TIMEOUT", "MODEL_UNREACHABLE", "MODEL_SERVER", "MODEL_TIMEOUT", "MODEL_RATE_LIMIT"]) {
        assert.deepStrictEqual(yield* redraws(code), [], code)
      }
      assert.deepStrictEqual(yield* redraws("no_quorum"), [[failed.position, 1]])
    }).pipe(Effect.provide(Duck.layer()))
  )
})
