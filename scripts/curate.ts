import { resolve } from "node:path"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Duck } from "../datasets/duck.ts"
import { datasetFolder } from "../datasets/folder.ts"
import { resolveConfig } from "../engine/pipeline-config.ts"
import { UsageError } from "../engine/usage-error.ts"
import { modelFor } from "../models/models-by-role.ts"
import { modelUse } from "../models/prices.ts"
import { checkChoices } from "../pipelines/curate/check-choices.ts"
import { CurateConfig } from "../pipelines/curate/config.ts"
import { wantsEmbeddings } from "../pipelines/curate/filter-phase.ts"
import { curatePipeline } from "../pipelines/curate/pipeline.ts"
import { findPipeline } from "../pipelines/registry.ts"
import type { RunRecord } from "../schemas/run.ts"
import { budgetFlags, capsOf, concurrencyOf, itemsInFlight } from "./budget.ts"
import { checkEndpoints } from "./check-endpoints.ts"
import * as flags from "./flags.ts"
import { modelsOf } from "./layers.ts"
import { chooseLocalModels } from "./local-models.ts"
import { runPipeline } from "./run-pipeline.ts"
import { chooseModels, loadSettings } from "./settings.ts"
import { filterOptions, localRoles, methodOf, namesOf, openSource } from "./source-dataset.ts"

export const curate = Command.make(
  "curate",
  {
    names: Argument.String("names").pipe(
      Argument.withDescription(
        "datasets under outputs/, or paths beginning with ./ or /; their rows come in this order"
      ),
      Argument.variadic({ min: 1 })
    ),
    out: Flag.String("out").pipe(
      Flag.withDescription("name of the new dataset; the same name resumes (default: the first one's, with -curated)"),
      Flag.optional
    ),
    table: Flag.String("table").pipe(
      Flag.withDescription("the table whose rows are chosen (default: the main table of the first dataset)"),
      Flag.optional
    ),
    filters: Flag.KeyValuePair("filter").pipe(
      Flag.withDescription(
        'an item filter with its options as JSON, as structure={} or toxicity={"rejectAbove":0.8}; may be given several times; judge={} asks a chat model about each row that the others let through: --max-usd and --max-calls are its brakes'
      ),
      Flag.withDefault({})
    ),
    against: Flag.String("against").pipe(
      Flag.withDescription(
        "evaluation set that rows must not hold: a JSONL or Parquet file, or a folder of them; may be given several times"
      ),
      Flag.atLeast(0)
    ),
    set: Flag.KeyValuePair("set").pipe(
      Flag.withDescription("a knob, as near.threshold=0.8, exact=false, or splits={}; may be given several times"),
      Flag.withDefault({})
    ),
    seed: Flag.String("seed").pipe(Flag.withDescription("equal seeds give equal splits"), Flag.withDefault("0")),
    ...flags.modelFlags,
    ...budgetFlags
  },
  Effect.fn("curate")(function* (given) {
    const settings = yield* loadSettings(Option.getOrUndefined(given.config))
    const sources = yield* Effect.forEach(given.names, (name) => openSource(name, settings.outputs))
    const folders = sources.map(({ folder }) => folder)
    const records = sources.map(({ record }) => record)
    const method = yield* findPipeline(yield* commonMethod(records))
    const local = yield* chooseLocalModels(settings, given.local)
    const file = settings.pipelines.curate ?? {}
    const base = {
      ...file,
      sources: folders.map(({ path }) => path),
      method: method.name,
      licence: licenceOf(records),
      table: Option.getOrElse(given.table, () => (typeof file.table === "string" ? file.table : method.mainTable)),
      ...(Object.keys(given.filters).length === 0 ? {} : { filters: yield* filterOptions(given.filters) }),
      ...(given.against.length === 0
        ? {}
        : { contamination: { ...contaminationOf(file), references: given.against.map((path) => resolve(path)) } })
    }
    const draft = curatePipeline(
      method,
      CurateConfig.parse({ sources: base.sources, method: base.method, table: base.table, licence: base.licence })
    )
    const resolved = CurateConfig.parse(yield* resolveConfig(draft, { file: base, set: given.set, items: undefined }))
    const filters = Object.keys(resolved.filters)
    const asks = [...new Set([...localRoles(filters), ...(wantsEmbeddings(resolved) ? ["embedding" as const] : [])])]
    const config = { ...resolved, localModels: namesOf(local, asks) }
    const pipeline = curatePipeline(method, config)
    const judged = filters.includes("judge")
    if (!judged && "judge" in given.roles) {
      return yield* new UsageError({ message: "--role judge is for the filter judge: add --filter judge={}." })
    }
    const chosen = yield* chooseModels(pipeline.roles, settings, {
      model: Option.getOrUndefined(given.model),
      roles: given.roles
    })
    if (judged && chosen.get("judge")?.spec.provider === "simulated") {
      return yield* new UsageError({
        message:
          "The filter judge asks a chat model, and a simulated one would say nothing of these rows. Name one: --role judge=NAME."
      })
    }
    const concurrency = yield* concurrencyOf(given)
    const { keys, models } = modelsOf(chosen, concurrency)
    yield* checkEndpoints(models, keys)
    const folder = yield* datasetFolder(
      Option.getOrElse(given.out, () => `${folders[0]?.name}-curated`),
      settings.outputs
    )
    if (folders.some(({ path }) => path === folder.path)) {
      return yield* new UsageError({ message: `${folder.path} is one of the sources. Choose another --out.` })
    }
    const table = method.tables.find(({ name }) => name === config.table)
    if (table !== undefined) yield* Effect.provide(checkChoices(config, table), Duck.layer())
    yield* runPipeline({
      folder,
      pipeline,
      config,
      seed: given.seed,
      phases: pipeline.phases(config, given.seed),
      // Who made the rows, and who judged them.
      uses: [...madeBy(records), ...(judged ? [modelUse("judge", modelFor(models, "judge"))] : [])],
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
  Command.withDescription("From one or more datasets to a new one: filters, duplicates, contamination, quotas, splits"),
  Command.withExamples([
    { command: "dialoom curate night --out clean", description: "without exact and near duplicates" },
    {
      command:
        "dialoom curate night --out clean --filter structure={} --filter personal-data={} --against ./benchmarks",
      description: "filtered, and without what stands in the evaluation sets of a folder"
    },
    {
      command:
        'dialoom curate a b --out mix --set \'quotas=[{"by":"task_kind","maximum":500}]\' --set splits.by=user_id',
      description: "two datasets in one, at most 500 rows of a kind, no user in two splits"
    }
  ])
)

/** The method that made the rows of all sources. */
const commonMethod = (records: ReadonlyArray<RunRecord>): Effect.Effect<string, UsageError> => {
  const methods = new Set(records.map(methodOf))
  const [method] = methods
  return methods.size === 1 && method !== undefined
    ? Effect.succeed(method)
    : Effect.fail(
        new UsageError({
          message: `These datasets were made by different methods (${[...methods].join(", ")}), so their tables differ. Curate them one by one.`
        })
      )
}

/** What the settings file says of contamination, but for the evaluation sets. */
const contaminationOf = ({ contamination }: Readonly<Record<string, unknown>>): object =>
  typeof contamination === "object" && contamination !== null ? contamination : {}

/** SPDX expression: whoever uses the rows has to keep to the licences of all of them. */
const licenceOf = (records: ReadonlyArray<RunRecord>): string =>
  [...new Set(records.flatMap(({ licence }) => licence.split(" AND ")))].sort().join(" AND ")

/** The models of the sources, so that the card of the new dataset says who speaks in it. */
const madeBy = (records: ReadonlyArray<RunRecord>): RunRecord["models"] => {
  const uses = new Map(records.flatMap(({ models }) => models).map((use) => [JSON.stringify(use), use]))
  return [...uses.values()]
}
