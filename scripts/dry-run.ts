import { existsSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { readPhases } from "../datasets/commits.ts"
import { type DatasetFolder, datasetFolder, ledgerFile, readRun, runFile } from "../datasets/folder.ts"
import { readLayout } from "../datasets/layout.ts"
import { TableReader } from "../datasets/table-reader.ts"
import { countInputs } from "../engine/check-inputs.ts"
import { prepare } from "../engine/prepare.ts"
import { newProgress } from "../engine/progress.ts"
import { run } from "../engine/run.ts"
import { factsOf } from "../engine/run-facts.ts"
import { differences, newRunRecord } from "../engine/run-record.ts"
import { modelError } from "../models/model-error.ts"
import { type ModelsByRole, modelFor, simulatedModel } from "../models/models-by-role.ts"
import { costOf, modelUse } from "../models/prices.ts"
import type { Pipeline } from "../pipelines/pipeline.ts"
import type { ModelUse, RunRecord } from "../schemas/run.ts"
import { houseLayer, replayLayer } from "./layers.ts"
import { textTable } from "./text-table.ts"

/** Items that the pilot settles: enough for means, few enough to take seconds. */
const PILOT_ITEMS = 32
/** Items that are replayed against an existing ledger. */
const REPLAY_ITEMS = 200
/** Of a model that nobody has timed yet. */
const ASSUMED_SECONDS = 2

interface DryRun {
  readonly folder: DatasetFolder
  readonly pipeline: Pipeline
  readonly config: Record<string, unknown>
  readonly seed: string
  readonly models: ModelsByRole
  readonly uses: ReadonlyArray<ModelUse>
  readonly concurrency: number
  readonly root: string
}

/** A folder that is gone when the scope closes. */
const temporaryFolder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "dialoom-dry-run-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
).pipe(Effect.flatMap((path) => datasetFolder(path, ".")))

const recordOf = (options: DryRun, config: Record<string, unknown>, name: string): RunRecord =>
  newRunRecord({ ...options, config, name, models: options.uses, startedAt: "", previous: null })

const capItems = (options: DryRun, wanted: number, most: number) => {
  const { config, pipeline } = options
  const items = Math.min(wanted, most)
  return { items, config: { ...config, [pipeline.itemsKey]: items } }
}

/** What the run would cost, from a pilot with simulated models, and what of it the folder's ledger already answers. Sends nothing. */
export const dryRun = (options: DryRun) =>
  Effect.gen(function* () {
    const wanted = yield* countInputs(options.pipeline.phases(options.config, options.seed))
    const cost = yield* estimate(options, wanted)
    const changes = existsSync(runFile(options.folder)) ? yield* replay(options, wanted) : []
    return [...changes, ...cost].join("\n")
  }).pipe(Effect.scoped)

const estimate = (options: DryRun, wanted: number) =>
  Effect.gen(function* () {
    const { concurrency, models, pipeline } = options
    const { config, items } = capItems(options, wanted, PILOT_ITEMS)
    const folder = yield* temporaryFolder
    const uses = options.uses.map((use) => modelUse(use.role, simulatedModel))
    const record = recordOf({ ...options, uses }, config, "dry run")
    const phases = pipeline.phases(config, options.seed)
    yield* prepare(folder, pipeline, phases, () => record)
    const { calls, perItem } = yield* Effect.gen(function* () {
      const facts = factsOf(pipeline, record)
      yield* run({ folder, pipeline, record, facts, phases, progress: newProgress(0), concurrency: 16 })
      const reader = yield* TableReader
      return {
        calls: yield* reader.query(
          `SELECT role, count(*) AS calls, sum(prompt_tokens) AS prompt, sum(completion_tokens) AS completion
           FROM calls GROUP BY role ORDER BY role`
        ),
        perItem: yield* reader.query(
          `SELECT phase, count(*) AS n, avg(calls) AS mean, coalesce(stddev_samp(calls), 0) AS deviation FROM items GROUP BY phase`
        )
      }
    }).pipe(
      Effect.scoped,
      Effect.provide(
        houseLayer({
          folder,
          pipeline,
          models: { default: simulatedModel },
          keys: () => [],
          caps: {},
          spent: { usd: 0, tokens: 0, calls: 0 }
        })
      )
    )
    const scale = wanted / items
    let usd = 0
    let unpriced = false
    const rows = calls.map((row) => {
      const role = String(row.role)
      const use = modelUse(role, modelFor(models, role))
      const prompt = Number(row.prompt) * scale
      const completion = Number(row.completion) * scale
      const price = use.price === null ? null : costOf(use.price, { prompt, completion, cached: 0, reasoning: 0 })
      if (price === null) unpriced = true
      usd += price ?? 0
      return [
        role,
        use.model,
        Math.round(Number(row.calls) * scale),
        Math.round(prompt),
        Math.round(completion),
        price === null ? "unknown" : price.toFixed(4)
      ]
    })
    const total = perItem.reduce((sum, row) => sum + Number(row.n) * scale * Number(row.mean), 0)
    const spread =
      1.96 *
      Math.sqrt(perItem.reduce((sum, row) => sum + Number(row.n) * scale * Number(row.deviation) ** 2 * scale, 0))
    const seconds = (total * ASSUMED_SECONDS) / concurrency
    return [
      `${wanted} items of ${pipeline.name}, estimated from a pilot of ${items} with the simulated models (their replies stand in for the model's; prompts are the real ones):`,
      textTable(["role", "model", "calls", "prompt tokens", "completion tokens", "USD"], rows),
      `In all about ${Math.round(total)} calls (95 %: ${Math.max(0, Math.round(total - spread))} to ${Math.round(total + spread)}), USD ${usd.toFixed(4)}${unpriced ? " and what the models without a known price cost" : ""}.`,
      `At ${ASSUMED_SECONDS} s a call and ${concurrency} in flight: about ${Math.ceil(seconds / 60)} minutes. Nothing was sent.`
    ]
  })

/** What has changed since the folder's last run, and how much of the new run the ledger answers. */
const replay = (options: DryRun, wanted: number) =>
  Effect.gen(function* () {
    const { folder, pipeline } = options
    const before = yield* readRun(folder)
    const after = recordOf(options, options.config, before.name)
    const changes = differences(before, after)
    const { config, items } = capItems(options, wanted, REPLAY_ITEMS)
    const scratch = yield* temporaryFolder
    const record = recordOf(options, config, "replay")
    const phases = pipeline.phases(config, options.seed)
    yield* prepare(scratch, pipeline, phases, () => record)
    const rows = yield* Effect.gen(function* () {
      const facts = factsOf(pipeline, record)
      yield* run({ folder: scratch, pipeline, record, facts, phases, progress: newProgress(0), concurrency: 16 })
      const layout = yield* readLayout(scratch)
      const states = yield* readPhases(scratch, record.run, layout.phases)
      const reader = yield* TableReader
      const missing = yield* reader.query(
        `SELECT phase, stage, count(*) AS n FROM items WHERE outcome = 'failed' AND reasons[1] LIKE '%${NOT_IN_LEDGER}%' GROUP BY ALL ORDER BY ALL`
      )
      return states.map((state) => {
        const misses = missing.filter((row) => row.phase === state.phase)
        const need = misses.reduce((sum, row) => sum + Number(row.n), 0)
        return [
          state.phase,
          state.plan.items,
          state.plan.items - need,
          need,
          misses.map((row) => `${row.stage}: ${row.n}`).join(", ")
        ]
      })
    }).pipe(
      Effect.scoped,
      Effect.provide(
        replayLayer({
          folder: scratch,
          ledger: ledgerFile(folder),
          models: options.models,
          refuse: (model) => modelError("bad_request", model, NOT_IN_LEDGER)
        })
      )
    )
    return [
      changes.length === 0
        ? "The folder holds this very run: what is committed stays as it is."
        : `Changed since the folder's last run:\n${changes.map((line) => `  ${line}`).join("\n")}`,
      `Replayed against the ledger (${items} items; later phases only as far as the ledger reaches):`,
      textTable(["phase", "items", "answered by the ledger", "need new calls", "first missing call, by stage"], rows),
      ""
    ]
  })

const NOT_IN_LEDGER = "not in the ledger"
