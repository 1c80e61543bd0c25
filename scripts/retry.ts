import { Console, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { readPhase } from "../datasets/commits.ts"
import { readLayout } from "../datasets/layout.ts"
import { openClaims } from "../engine/claims.ts"
import { failedItems, failedShards } from "../engine/failed-shards.ts"
import { finish } from "../engine/finish.ts"
import { resolveConfig } from "../engine/pipeline-config.ts"
import { newProgress, type PhaseProgress } from "../engine/progress.ts"
import { factsOf } from "../engine/run-facts.ts"
import { runPhase } from "../engine/run-phase.ts"
import { pipelineOf } from "../pipelines/registry.ts"
import { budgetFlags, capsOf, concurrencyOf, itemsInFlight, spentBefore } from "./budget.ts"
import { checkEndpoints } from "./check-endpoints.ts"
import { datasetName, findDataset } from "./dataset-argument.ts"
import { showProgress } from "./display.ts"
import { CommandFailed } from "./exit.ts"
import * as flags from "./flags.ts"
import { houseLayer, modelsOf } from "./layers.ts"
import { chooseLocalModels } from "./local-models.ts"
import { chooseModels } from "./settings.ts"
import { commandToGoOn, nameFor, showFinished } from "./show-finished.ts"

export const retry = Command.make(
  "retry",
  {
    name: datasetName,
    only: Flag.String("only").pipe(
      Flag.withDescription("only items that failed with this code, such as TIMEOUT (default: all that failed)"),
      Flag.optional
    ),
    ...flags.modelFlags,
    ...budgetFlags
  },
  Effect.fn("retry")(function* (given) {
    const { folder, record, settings } = yield* findDataset(given.name, given.config)
    const pipeline = yield* pipelineOf(record)
    const config = yield* resolveConfig(pipeline, { file: record.config, set: {}, items: undefined })
    const chosen = yield* chooseModels(
      pipeline.roles,
      { ...settings, roles: { ...sameModels(record.models, settings.models), ...settings.roles } },
      { model: Option.getOrUndefined(given.model), roles: given.roles }
    )
    const concurrency = yield* concurrencyOf(given)
    const { keys, models } = modelsOf(chosen, concurrency)
    yield* checkEndpoints(models, keys)
    const local = yield* chooseLocalModels(settings, given.local)
    const caps = yield* capsOf(given, pipeline, models)
    const spent = yield* spentBefore(folder)
    const layout = yield* readLayout(folder)
    const progress = newProgress(Date.now())
    yield* Effect.gen(function* () {
      const claims = yield* openClaims(folder.path, record.run)
      yield* showProgress(progress, process.stderr)
      let again = 0
      for (const phase of pipeline.phases(config, record.seed)) {
        const state = layout.phases.includes(phase.name) ? yield* readPhase(folder, record.run, phase.name) : null
        if (state === null) continue
        const failed = yield* failedItems(folder, state, Option.getOrNull(given.only))
        if (failed.length === 0) continue
        again += failed.length
        const counters: PhaseProgress = {
          name: phase.name,
          planned: state.plan.items,
          accepted: 0,
          rejected: 0,
          failed: 0,
          inherited: 0
        }
        progress.phases.push(counters)
        const stop = yield* runPhase({
          phase,
          plan: state.plan,
          facts: factsOf(pipeline, record),
          store: yield* failedShards(folder, pipeline.tables, state, failed),
          claims,
          progress,
          counters,
          concurrency: concurrency ?? itemsInFlight(models, [...chosen.keys()])
        })
        if (stop !== null) return yield* new CommandFailed({ code: 3, message: stop.message })
        // Rows of this phase may have grown: later phases are planned anew from them by the next generate.
        break
      }
      if (again === 0) return yield* Console.log("Nothing to retry: no item failed that way.")
      const report = yield* finish({ folder, pipeline, record, config, now: new Date().toISOString() })
      yield* Console.log(`${again} items were settled again.`)
      yield* Console.log(showFinished(folder, pipeline, report, nameFor(folder, settings.outputs)))
      yield* Console.log(
        `Later phases take the new rows in with: ${commandToGoOn(pipeline.name, nameFor(folder, settings.outputs))}`
      )
    }).pipe(Effect.scoped, Effect.provide(houseLayer({ folder, pipeline, models, keys, local, caps, spent })))
  })
).pipe(Command.withDescription("Settle failed items again, perhaps with another model; all others stay as they are"))

/** The models that the run used, as `--model` takes them. Named ones come from the settings file, with their keys. */
const sameModels = (
  uses: ReadonlyArray<{
    readonly role: string
    readonly provider: string
    readonly model: string
    readonly baseUrls: ReadonlyArray<string>
  }>,
  named: Readonly<Record<string, { readonly model: string }>>
): Record<string, string> =>
  Object.fromEntries(
    uses.map((use) => {
      if (use.provider === "simulated") return [use.role, "simulated"]
      const known = Object.entries(named).find(([, spec]) => spec.model === use.model)
      const inPlace = use.provider === "llama" ? `llama:${use.model}` : `${use.model}@${use.baseUrls[0] ?? ""}`
      return [use.role, known?.[0] ?? inPlace]
    })
  )
