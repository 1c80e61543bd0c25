import { createHash } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { datasetFolder, ledgerFile } from "../../datasets/folder.ts"
import { finish } from "../../engine/finish.ts"
import { prepare } from "../../engine/prepare.ts"
import { newProgress } from "../../engine/progress.ts"
import { run } from "../../engine/run.ts"
import { factsOf } from "../../engine/run-facts.ts"
import { newRunRecord } from "../../engine/run-record.ts"
import type { BudgetCaps } from "../../models/budget.ts"
import { readTotals } from "../../models/ledger-read.ts"
import { type ModelsByRole, simulatedModel } from "../../models/models-by-role.ts"
import { modelUse } from "../../models/prices.ts"
import type { Pipeline } from "../../pipelines/pipeline.ts"
import { houseLayer } from "../../scripts/layers.ts"
import { tinyPipeline } from "./tiny-pipeline.ts"

/** A folder that is gone when the test's scope closes. */
export const scratch = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "dialoom-test-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** What `generate` does, without the command line. Gives the budget's stop, or null and the report. */
export const runTiny = (
  path: string,
  options: {
    readonly config?: Record<string, unknown>
    readonly models?: ModelsByRole
    readonly caps?: BudgetCaps
    readonly concurrency?: number
    readonly pipeline?: Pipeline
  } = {}
) =>
  Effect.gen(function* () {
    const pipeline = options.pipeline ?? tinyPipeline
    const models = options.models ?? { default: simulatedModel }
    const config = pipeline.config.parse(options.config ?? {}) as Record<string, unknown>
    const folder = yield* datasetFolder(path, ".")
    const phases = pipeline.phases(config, "seed")
    const { record, changes } = yield* prepare(folder, pipeline, phases, (previous) =>
      newRunRecord({
        name: "tiny",
        pipeline,
        config,
        seed: "seed",
        models: pipeline.roles.map((role) => modelUse(role.name, models[role.name] ?? models.default)),
        startedAt: "2026-01-01T00:00:00.000Z",
        root: path,
        previous
      })
    )
    const totals = readTotals(ledgerFile(folder))
    const spent = { usd: totals.costUsd, tokens: totals.promptTokens + totals.completionTokens, calls: totals.calls }
    return yield* Effect.gen(function* () {
      const stop = yield* run({
        folder,
        pipeline,
        record,
        facts: factsOf(pipeline, record),
        phases,
        progress: newProgress(0),
        concurrency: options.concurrency ?? 8
      })
      const report =
        stop === null ? yield* finish({ folder, pipeline, record, config, now: "2026-01-01T00:00:01.000Z" }) : null
      return { stop, report, changes, record, folder }
    }).pipe(
      Effect.scoped,
      Effect.provide(houseLayer({ folder, pipeline, models, keys: () => [], caps: options.caps ?? {}, spent }))
    )
  })

/** Hash of every Parquet file under the named tables: equal maps mean byte-identical tables. */
export const tableHashes = (path: string, tables: ReadonlyArray<string>): Record<string, string> =>
  Object.fromEntries(
    tables.flatMap((table) => {
      const folder = join(path, "tables", table)
      return readdirSync(folder)
        .sort()
        .map((name) => [
          `${table}/${name}`,
          createHash("sha256")
            .update(readFileSync(join(folder, name)))
            .digest("hex")
        ])
    })
  )
