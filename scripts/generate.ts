import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { Console, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { datasetFolder } from "../datasets/folder.ts"
import { checkInputs } from "../engine/check-inputs.ts"
import { finish } from "../engine/finish.ts"
import { resolveConfig } from "../engine/pipeline-config.ts"
import { prepare } from "../engine/prepare.ts"
import { newProgress } from "../engine/progress.ts"
import { run } from "../engine/run.ts"
import { factsOf } from "../engine/run-facts.ts"
import { newRunRecord } from "../engine/run-record.ts"
import { UsageError } from "../engine/usage-error.ts"
import { modelFor } from "../models/models-by-role.ts"
import { modelUse } from "../models/prices.ts"
import { findPipeline } from "../pipelines/registry.ts"
import { budgetFlags, capsOf, itemsInFlight, spentBefore } from "./budget.ts"
import { checkEndpoints } from "./check-endpoints.ts"
import { showProgress } from "./display.ts"
import { dryRun } from "./dry-run.ts"
import { CommandFailed } from "./exit.ts"
import * as flags from "./flags.ts"
import { houseLayer, modelsOf } from "./layers.ts"
import { chooseModels, loadSettings } from "./settings.ts"
import { nameFor, showFinished } from "./show-finished.ts"

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

export const generate = Command.make(
  "generate",
  {
    pipeline: Argument.String("pipeline").pipe(Argument.withDescription("the method, such as apigen-mt")),
    out: Flag.String("out").pipe(
      Flag.withDescription("name of the dataset (default: the pipeline's); the same name resumes"),
      Flag.optional
    ),
    config: flags.configFile,
    set: Flag.KeyValuePair("set").pipe(
      Flag.withDescription("a knob of the pipeline, as bestOfN=2; may be given several times"),
      Flag.withDefault({})
    ),
    items: Flag.Int("items").pipe(Flag.withDescription("how many items to start"), Flag.optional),
    seed: Flag.String("seed").pipe(Flag.withDescription("equal seeds give equal runs"), Flag.withDefault("0")),
    model: flags.model,
    roles: flags.roles,
    concurrency: flags.concurrency,
    ...budgetFlags,
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDescription("say what it would cost, and what a changed config would recompute; sends nothing"),
      Flag.withDefault(false)
    ),
    showConfig: Flag.Boolean("show-config").pipe(
      Flag.withDescription("print the pipeline's knobs as they would be used"),
      Flag.withDefault(false)
    )
  },
  Effect.fn("generate")(function* (given) {
    const pipeline = yield* findPipeline(given.pipeline)
    const settings = yield* loadSettings(Option.getOrUndefined(given.config))
    const config = yield* resolveConfig(pipeline, {
      file: settings.pipelines[pipeline.name] ?? {},
      set: given.set,
      items: Option.getOrUndefined(given.items)
    })
    if (given.showConfig) return yield* Console.log(JSON.stringify(config, null, 2))
    const concurrency = Option.getOrUndefined(given.concurrency)
    if (concurrency !== undefined && (concurrency < 1 || concurrency > 4096)) {
      return yield* new UsageError({ message: `--concurrency must be from 1 to 4096, not ${concurrency}.` })
    }
    const chosen = yield* chooseModels(pipeline.roles, settings, {
      model: Option.getOrUndefined(given.model),
      roles: given.roles
    })
    const { keys, models } = modelsOf(chosen, concurrency)
    const caps = yield* capsOf(given, pipeline, models)
    const folder = yield* datasetFolder(
      Option.getOrElse(given.out, () => pipeline.name),
      settings.outputs
    )
    const uses = [...chosen.keys()].map((role) => modelUse(role, modelFor(models, role)))
    const phases = pipeline.phases(config, given.seed)
    const inFlight = concurrency ?? itemsInFlight(models, [...chosen.keys()])

    if (given.dryRun) {
      return yield* Console.log(
        yield* dryRun({ folder, pipeline, config, seed: given.seed, models, uses, concurrency: inFlight, root: ROOT })
      )
    }

    yield* checkInputs(phases)
    yield* checkEndpoints(models, keys)
    const { changes, record, resumed } = yield* prepare(folder, pipeline, phases, (previous) =>
      newRunRecord({
        name: folder.name,
        pipeline,
        config,
        seed: given.seed,
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
          run({ folder, pipeline, record, facts: factsOf(pipeline, record), phases, progress, concurrency: inFlight })
        )
      )
      if (stopped !== null) return stopped
      const finished = yield* finish({ folder, pipeline, record, config, now: new Date().toISOString() })
      yield* Console.log(showFinished(folder, pipeline, finished, nameFor(folder, settings.outputs)))
      return null
    }).pipe(
      Effect.scoped,
      Effect.provide(houseLayer({ folder, pipeline, models, keys, caps, spent })),
      Effect.onInterrupt(() =>
        Console.error(`Interrupted. Nothing is lost: the same command goes on where it stopped.`)
      )
    )
    if (stop !== null) {
      return yield* new CommandFailed({ code: 3, message: stop.message })
    }
  })
).pipe(
  Command.withDescription("Plan and run a pipeline, or resume it; rows land in outputs/NAME"),
  Command.withExamples([
    {
      command: "dialoom generate apigen-mt",
      description: "a first look with the pipeline's simulated models: no key, no network"
    },
    {
      command:
        "dialoom generate apigen-mt --out night --items 5000 --model qwen3@http://localhost:8000/v1 --max-minutes 600",
      description: "a night on a model of your own; kill it at any moment, the same command goes on"
    },
    {
      command: "dialoom generate apigen-mt --model gpt-4.1-mini --role reviewer=gpt-4.1 --max-usd 20 --dry-run",
      description: "what would it cost?"
    }
  ])
)
