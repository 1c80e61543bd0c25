import { Console, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { datasetFolder } from "../datasets/folder.ts"
import { checkInputs } from "../engine/check-inputs.ts"
import { resolveConfig } from "../engine/pipeline-config.ts"
import { modelFor } from "../models/models-by-role.ts"
import { modelUse } from "../models/prices.ts"
import { findPipeline } from "../pipelines/registry.ts"
import { budgetFlags, capsOf, concurrencyOf, itemsInFlight } from "./budget.ts"
import { checkEndpoints } from "./check-endpoints.ts"
import { dryRun } from "./dry-run.ts"
import * as flags from "./flags.ts"
import { modelsOf } from "./layers.ts"
import { chooseLocalModels } from "./local-models.ts"
import { ROOT, runPipeline } from "./run-pipeline.ts"
import { chooseModels, loadSettings } from "./settings.ts"
import { namesOf } from "./source-dataset.ts"

export const generate = Command.make(
  "generate",
  {
    pipeline: Argument.String("pipeline").pipe(Argument.withDescription("the method, such as apigen-mt")),
    out: Flag.String("out").pipe(
      Flag.withDescription("name of the dataset (default: the pipeline's); the same name resumes"),
      Flag.optional
    ),
    set: Flag.KeyValuePair("set").pipe(
      Flag.withDescription("a knob of the pipeline, as bestOfN=2; may be given several times"),
      Flag.withDefault({})
    ),
    items: Flag.Int("items").pipe(Flag.withDescription("how many items to start"), Flag.optional),
    seed: Flag.String("seed").pipe(Flag.withDescription("equal seeds give equal runs"), Flag.withDefault("0")),
    ...flags.modelFlags,
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
    const local = yield* chooseLocalModels(settings, given.local)
    const resolved = yield* resolveConfig(pipeline, {
      file: settings.pipelines[pipeline.name] ?? {},
      set: given.set,
      items: Option.getOrUndefined(given.items)
    })
    const { asks = [] } = pipeline
    const config = asks.length === 0 ? resolved : { ...resolved, localModels: namesOf(local, asks) }
    if (given.showConfig) return yield* Console.log(JSON.stringify(config, null, 2))
    const concurrency = yield* concurrencyOf(given)
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
    yield* runPipeline({
      folder,
      pipeline,
      config,
      seed: given.seed,
      phases,
      uses,
      models,
      keys,
      caps,
      concurrency: inFlight,
      settings,
      local,
      asks
    })
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
