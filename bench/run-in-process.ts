import { Effect } from "effect"
import { datasetFolder, ledgerFile } from "../datasets/folder.ts"
import { finish } from "../engine/finish.ts"
import { prepare } from "../engine/prepare.ts"
import type { Progress } from "../engine/progress.ts"
import { run } from "../engine/run.ts"
import { factsOf } from "../engine/run-facts.ts"
import { newRunRecord } from "../engine/run-record.ts"
import { readTotals } from "../models/ledger-read.ts"
import { modelUse } from "../models/prices.ts"
import type { Pipeline } from "../pipelines/pipeline.ts"
import type { ModelSpec } from "../schemas/config.ts"
import { houseLayer } from "../scripts/layers.ts"

/** What `generate` does with one model and no display: plan, run or resume, merge, report. */
export const runInProcess = (options: {
  readonly path: string
  readonly pipeline: Pipeline
  readonly items: number
  readonly model: ModelSpec
  readonly concurrency: number
  readonly progress: Progress
}) =>
  Effect.gen(function* () {
    const { concurrency, items, model, path, pipeline, progress } = options
    const config = pipeline.config.parse({ [pipeline.itemsKey]: items })
    const folder = yield* datasetFolder(path, ".")
    const phases = pipeline.phases(config, "seed")
    const startedAt = new Date().toISOString()
    const { record } = yield* prepare(folder, pipeline, phases, (previous) =>
      newRunRecord({
        name: folder.name,
        pipeline,
        config,
        seed: "seed",
        models: pipeline.roles.map((role) => modelUse(role.name, model)),
        startedAt,
        root: path,
        previous
      })
    )
    const { calls, completionTokens, costUsd, promptTokens } = readTotals(ledgerFile(folder))
    const spent = { usd: costUsd, tokens: promptTokens + completionTokens, calls }
    return yield* Effect.gen(function* () {
      const stop = yield* run({
        folder,
        pipeline,
        record,
        facts: factsOf(pipeline, record),
        phases,
        progress,
        concurrency
      })
      if (stop !== null) return yield* Effect.die(stop)
      return yield* finish({ folder, pipeline, record, config, now: new Date().toISOString() })
    }).pipe(
      Effect.scoped,
      Effect.provide(houseLayer({ folder, pipeline, models: { default: model }, keys: () => [], caps: {}, spent }))
    )
  })
