import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { Console, Effect } from "effect"
import type { DatasetFolder } from "../datasets/folder.ts"
import { finish } from "../engine/finish.ts"
import { prepare } from "../engine/prepare.ts"
import { newProgress } from "../engine/progress.ts"
import { run } from "../engine/run.ts"
import { factsOf } from "../engine/run-facts.ts"
import { newRunRecord } from "../engine/run-record.ts"
import type { Phase, Pipeline } from "../pipelines/pipeline.ts"
import type { LocalRole } from "../schemas/capability.ts"
import type { Settings } from "../schemas/config.ts"
import type { ModelUse } from "../schemas/run.ts"
import { spentBefore } from "./budget.ts"
import { checkLocalModels } from "./check-local-models.ts"
import { showProgress } from "./display.ts"
import { CommandFailed } from "./exit.ts"
import { datasetLayer, type HouseOptions, localModelsOf } from "./layers.ts"
import { NO_LOCAL_MODELS } from "./local-models.ts"
import { nameFor, showFinished } from "./show-finished.ts"

/** The checkout: its commit stands in run.json. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

export interface PipelineRun extends Omit<HouseOptions, "spent"> {
  readonly folder: DatasetFolder
  readonly pipeline: Pipeline
  readonly config: Record<string, unknown>
  readonly seed: string
  readonly phases: ReadonlyArray<Phase>
  /** Who made the rows: stands in run.json and on the card. */
  readonly uses: ReadonlyArray<ModelUse>
  readonly concurrency: number
  readonly settings: Settings
  /** Roles of local models that this run asks. Each must answer before anything is written. */
  readonly asks?: ReadonlyArray<LocalRole>
}

/**
 * Plans and runs a pipeline, or resumes it, with a live display; prints what came out. Fails with exit code 3 where a budget stopped it, 2 where a
 * local model does not answer.
 */
export const runPipeline = ({ asks = [], local = NO_LOCAL_MODELS, ...options }: PipelineRun) =>
  Effect.gen(function* () {
    const { concurrency, config, folder, phases, pipeline, seed, settings, uses } = options
    yield* checkLocalModels(local, asks)
    const { changes, record, resumed } = yield* prepare(folder, pipeline, phases, (previous) =>
      newRunRecord({
        name: folder.name,
        pipeline,
        config,
        seed,
        models: uses,
        startedAt: new Date().toISOString(),
        root: ROOT,
        previous
      })
    )
    if (resumed) yield* Console.error(`Resuming ${folder.path}`)
    if (changes.length > 0) {
      yield* Console.error(
        [
          "The run has changed. Items are settled again; calls that stay the same are answered by the ledger:",
          ...changes.map((line) => `  ${line}`)
        ].join("\n")
      )
    }
    const progress = newProgress(Date.now())
    const spent = yield* spentBefore(folder)
    const stop = yield* Effect.gen(function* () {
      const stopped = yield* Effect.scoped(
        Effect.andThen(
          showProgress(progress, process.stderr),
          run({ folder, pipeline, record, facts: factsOf(pipeline, record), phases, progress, concurrency })
        )
      )
      if (stopped !== null) return stopped
      const finished = yield* finish({ folder, pipeline, record, config, now: new Date().toISOString() })
      yield* Console.log(showFinished(folder, pipeline, finished, nameFor(folder, settings.outputs)))
      const problems = yield* pipeline.problems(config)
      if (problems.length > 0) return yield* new CommandFailed({ code: 1, message: problems.join("\n") })
      return null
    }).pipe(
      Effect.scoped,
      Effect.provide(datasetLayer({ ...options, spent })),
      Effect.onInterrupt(() =>
        Console.error(`Interrupted. Nothing is lost: the same command goes on where it stopped.`)
      )
    )
    if (stop !== null) return yield* new CommandFailed({ code: 3, message: stop.message })
  }).pipe(Effect.provide(localModelsOf(options.folder, local)))
