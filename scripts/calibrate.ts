import { basename, join } from "node:path"
import { Console, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import type { DatasetError } from "../datasets/dataset-error.ts"
import { replaceFile } from "../datasets/durable-file.ts"
import { type DatasetFolder, datasetFolder, openDataset } from "../datasets/folder.ts"
import { checkInputs } from "../engine/check-inputs.ts"
import { resolveConfig } from "../engine/pipeline-config.ts"
import { UsageError } from "../engine/usage-error.ts"
import { modelFor } from "../models/models-by-role.ts"
import { modelUse } from "../models/prices.ts"
import { defaultFilters } from "../pipelines/calibrate/default-filters.ts"
import { figures } from "../pipelines/calibrate/figures.ts"
import { CalibrateConfig, calibratePipeline } from "../pipelines/calibrate/pipeline.ts"
import { plot } from "../pipelines/calibrate/plot.ts"
import { findPipeline } from "../pipelines/registry.ts"
import type { RunRecord } from "../schemas/run.ts"
import { budgetFlags, capsOf, concurrencyOf, itemsInFlight } from "./budget.ts"
import { checkEndpoints } from "./check-endpoints.ts"
import { readingLayer } from "./dataset-argument.ts"
import * as flags from "./flags.ts"
import { modelsOf } from "./layers.ts"
import { chooseLocalModels } from "./local-models.ts"
import { runPipeline } from "./run-pipeline.ts"
import { chooseModels, loadSettings } from "./settings.ts"
import { filterOptions, localRoles, methodOf, namesOf, openSource } from "./source-dataset.ts"

export const calibrate = Command.make(
  "calibrate",
  {
    name: Argument.String("name").pipe(
      Argument.withDescription("a finished dataset under outputs/, or a path beginning with ./ or /")
    ),
    out: Flag.String("out").pipe(
      Flag.withDescription("name of the dataset of verdicts; the same name resumes (default: NAME-calibration)"),
      Flag.optional
    ),
    rows: Flag.Int("rows").pipe(
      Flag.withDescription("rows that are used; each is judged clean and with each defect (default: 500)"),
      Flag.optional
    ),
    filters: Flag.KeyValuePair("filter").pipe(
      Flag.withDescription(
        'a filter to measure with its options as JSON, as toxicity={} or toxicity={"rejectAbove":0.6}; may be given several times (default: all rules, and models with their defaults)'
      ),
      Flag.withDefault({})
    ),
    set: Flag.KeyValuePair("set").pipe(
      Flag.withDescription('a knob, as defects=["toxic-turn"], methodJudges=false or duplicates.threshold=0.8'),
      Flag.withDefault({})
    ),
    seed: Flag.String("seed").pipe(
      Flag.withDescription("equal seeds draw equal rows and plant equal defects"),
      Flag.withDefault("0")
    ),
    ...flags.modelFlags,
    ...budgetFlags
  },
  Effect.fn("calibrate")(function* (given) {
    const settings = yield* loadSettings(Option.getOrUndefined(given.config))
    const { folder: source, record } = yield* openSource(given.name, settings.outputs)
    const method = yield* findPipeline(methodOf(record))
    const local = yield* chooseLocalModels(settings, given.local)
    const file = settings.pipelines.calibrate ?? {}
    const named = new Set([
      ...Object.keys(local.models),
      // Not by --model alone: a rating of each row and defect would be most of the bill.
      ...("judge" in given.roles || "judge" in settings.roles ? ["judge"] : [])
    ])
    const judges =
      Object.keys(given.filters).length > 0
        ? yield* filterOptions(given.filters)
        : (file.judges ?? defaultFilters(named))
    const base = {
      ...file,
      source: source.path,
      method: method.name,
      licence: record.licence,
      origin: yield* originOf(source, record),
      table: method.mainTable,
      localModels: namesOf(local, localRoles(Object.keys(judges))),
      judges
    }
    const draft = yield* pipelineFor(
      method,
      CalibrateConfig.parse({ source: base.source, method: base.method, table: base.table })
    )
    const config = yield* resolveConfig(draft, { file: base, set: given.set, items: Option.getOrUndefined(given.rows) })
    const pipeline = yield* pipelineFor(method, CalibrateConfig.parse(config))
    const chosen = yield* chooseModels(pipeline.roles, settings, {
      model: Option.getOrUndefined(given.model),
      roles: given.roles
    })
    const concurrency = yield* concurrencyOf(given)
    const { keys, models } = modelsOf(chosen, concurrency)
    const phases = pipeline.phases(config, given.seed)
    const folder = yield* datasetFolder(
      Option.getOrElse(given.out, () => `${source.path}-calibration`),
      settings.outputs
    )
    yield* checkInputs(phases)
    yield* checkEndpoints(models, keys)
    yield* runPipeline({
      folder,
      pipeline,
      config,
      seed: given.seed,
      phases,
      uses: [...chosen.keys()].map((role) => modelUse(role, modelFor(models, role))),
      models,
      keys,
      local,
      asks: localRoles(Object.keys(judges)),
      caps: yield* capsOf(given, pipeline, models),
      concurrency: concurrency ?? itemsInFlight(models, [...chosen.keys()]),
      settings
    })
    yield* writePlot(folder, `Calibration of ${source.name}`)
  })
).pipe(
  Command.withDescription("Plant known defects in copies of a dataset's rows, and measure what each filter catches"),
  Command.withExamples([
    {
      command: "dialoom calibrate night",
      description: "all rules, the lexical models, and the method's own checks and committee (simulated)"
    },
    {
      command: "dialoom calibrate night --filter toxicity={} --local toxicity=tei:NAME@http://127.0.0.1:8080",
      description: "a toxicity model of your own"
    },
    {
      command: "dialoom calibrate night --role reviewer-2=gpt-4.1-mini --role judge=gpt-4.1 --max-usd 5",
      description: "your reviewers and your judge"
    }
  ])
)

/** Where the method's own tables are: a curated dataset of one source has them there; of several, nowhere. */
const originOf = (
  source: DatasetFolder,
  { config, pipeline }: RunRecord
): Effect.Effect<string | null, DatasetError> => {
  if (pipeline !== "curate") return Effect.succeed(source.path)
  const [path, ...others] = Array.isArray(config.sources) ? config.sources.map(String) : []
  if (path === undefined || others.length > 0) return Effect.succeed(null)
  const before = { name: basename(path), path }
  return Effect.flatMap(openDataset(before), (record) => originOf(before, record))
}

const pipelineFor = (method: Parameters<typeof calibratePipeline>[0], config: CalibrateConfig) =>
  Effect.try({
    try: () => calibratePipeline(method, config),
    catch: (cause) => new UsageError({ message: cause instanceof Error ? cause.message : String(cause) })
  })

const writePlot = (folder: DatasetFolder, title: string) =>
  Effect.gen(function* () {
    const path = join(folder.path, "calibration.svg")
    yield* replaceFile(path, plot(yield* figures, title))
    yield* Console.log(`As a picture: ${path}`)
  }).pipe(Effect.provide(readingLayer(folder)))
