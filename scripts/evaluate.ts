import { resolve } from "node:path"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { datasetFolder } from "../datasets/folder.ts"
import { checkInputs } from "../engine/check-inputs.ts"
import { resolveConfig } from "../engine/pipeline-config.ts"
import { UsageError } from "../engine/usage-error.ts"
import { modelFor } from "../models/models-by-role.ts"
import { modelUse } from "../models/prices.ts"
import { evaluate as pipeline } from "../pipelines/r2s/evaluate/pipeline.ts"
import { budgetFlags, capsOf, concurrencyOf, itemsInFlight } from "./budget.ts"
import { checkEndpoints } from "./check-endpoints.ts"
import * as flags from "./flags.ts"
import { modelsOf } from "./layers.ts"
import { chooseLocalModels } from "./local-models.ts"
import { runPipeline } from "./run-pipeline.ts"
import { chooseModels, loadSettings } from "./settings.ts"
import { methodOf, namesOf, openSource } from "./source-dataset.ts"

export const evaluate = Command.make(
  "evaluate",
  {
    name: Argument.String("name").pipe(
      Argument.withDescription("a dataset of r2s under outputs/, or a path beginning with ./ or /")
    ),
    out: Flag.String("out").pipe(
      Flag.withDescription(
        "name of the dataset of scores; the same name resumes (default: the source's, with -scores)"
      ),
      Flag.optional
    ),
    protocol: Flag.Literals("protocol", ["judge", "coverage"]).pipe(
      Flag.withDescription(
        "judge: eight metrics, a call a dialogue; coverage: by embeddings. May be given twice (default: both)"
      ),
      Flag.atLeast(0)
    ),
    outputs: Flag.String("outputs").pipe(
      Flag.withDescription(
        'JSONL file of what another model answered to gllm_train (dialogues) or eval_input (replies): {"id", "output"} a line'
      ),
      Flag.optional
    ),
    legacyCoverage: Flag.Boolean("legacy-coverage").pipe(
      Flag.withDescription("the arithmetic of the paper's script beside ours"),
      Flag.withDefault(false)
    ),
    set: Flag.KeyValuePair("set").pipe(
      Flag.withDescription("a knob, as split=test or variant=checkpoint-3; may be given several times"),
      Flag.withDefault({})
    ),
    items: Flag.Int("items").pipe(Flag.withDescription("score at most so many"), Flag.optional),
    seed: Flag.String("seed").pipe(Flag.withDescription("equal seeds give equal runs"), Flag.withDefault("0")),
    ...flags.modelFlags,
    ...budgetFlags
  },
  Effect.fn("evaluate")(function* (given) {
    const settings = yield* loadSettings(Option.getOrUndefined(given.config))
    const { folder: source, record } = yield* openSource(given.name, settings.outputs)
    if (methodOf(record) !== "r2s") {
      return yield* new UsageError({
        message: `${source.path} is a dataset of ${methodOf(record)}; the protocols are for dialogues of r2s.`
      })
    }
    const local = yield* chooseLocalModels(settings, given.local)
    const asks = pipeline.asks ?? []
    const config = yield* resolveConfig(pipeline, {
      file: {
        ...settings.pipelines.evaluate,
        source: source.path,
        licence: record.licence,
        legacyCoverage: given.legacyCoverage,
        localModels: namesOf(local, asks),
        ...(given.protocol.length === 0 ? {} : { protocols: given.protocol }),
        ...(Option.isSome(given.outputs) ? { outputs: resolve(given.outputs.value) } : {})
      },
      set: given.set,
      items: Option.getOrUndefined(given.items)
    })
    const chosen = yield* chooseModels(pipeline.roles, settings, {
      model: Option.getOrUndefined(given.model),
      roles: given.roles
    })
    const concurrency = yield* concurrencyOf(given)
    const { keys, models } = modelsOf(chosen, concurrency)
    const phases = pipeline.phases(config, given.seed)
    yield* checkInputs(phases)
    yield* checkEndpoints(models, keys)
    yield* runPipeline({
      folder: yield* datasetFolder(
        Option.getOrElse(given.out, () => `${source.path}-scores`),
        settings.outputs
      ),
      pipeline,
      config,
      seed: given.seed,
      phases,
      uses: [...chosen.keys()].map((role) => modelUse(role, modelFor(models, role))),
      models,
      keys,
      local,
      asks,
      caps: yield* capsOf(given, pipeline, models),
      concurrency: concurrency ?? itemsInFlight(models, [...chosen.keys()]),
      settings
    })
  })
).pipe(
  Command.withDescription("Score dialogues of r2s, or what models trained on them answer: eight metrics, and coverage"),
  Command.withExamples([
    { command: "dialoom evaluate r2s --protocol coverage", description: "no model is called" },
    {
      command: "dialoom evaluate night --model qwen3@http://localhost:8000/v1 --local embedding=onnx:./minilm",
      description: "eight metrics by a judge of your own, coverage by an encoder"
    },
    {
      command: "dialoom evaluate night --outputs replies.jsonl --set variant=checkpoint-3 --protocol judge",
      description: "what a trained model answered"
    }
  ])
)
