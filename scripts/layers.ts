import { Effect, Layer, type Redacted } from "effect"
import { Duck } from "../datasets/duck.ts"
import { answersFile, type DatasetFolder, ledgerFile } from "../datasets/folder.ts"
import { layerStoredTables } from "../datasets/stored-tables.ts"
import { Budget, type BudgetCaps, type Spent } from "../models/budget.ts"
import { type LocalModels, localModelsLayer } from "../models/capabilities/local-models.ts"
import { chatModelLive } from "../models/chat-model-live.ts"
import { layerSqlite } from "../models/ledger-sqlite.ts"
import type { ModelError } from "../models/model-error.ts"
import { type ModelsByRole, simulatedModel } from "../models/models-by-role.ts"
import { providers } from "../models/providers.ts"
import { simulated } from "../models/simulated.ts"
import type { Pipeline } from "../pipelines/pipeline.ts"
import type { ModelSpec } from "../schemas/config.ts"
import { random } from "../stages/random.ts"
import { type LocalModelChoice, NO_LOCAL_MODELS } from "./local-models.ts"
import type { ChosenModel } from "./settings.ts"

/** The models of a run by role, and the keys of each. Specs are shared by identity: equal specs share one provider. */
export const modelsOf = (
  chosen: ReadonlyMap<string, ChosenModel>,
  concurrency: number | undefined
): {
  readonly models: ModelsByRole
  readonly keys: (spec: ModelSpec) => ReadonlyArray<Redacted.Redacted<string>>
} => {
  const keys = new Map<ModelSpec, ReadonlyArray<Redacted.Redacted<string>>>()
  const specs = new Map<ChosenModel, ModelSpec>()
  const models: Record<string, ModelSpec> = {}
  for (const [role, model] of chosen) {
    let spec = specs.get(model)
    if (spec === undefined) {
      spec = concurrency === undefined ? model.spec : { ...model.spec, concurrency }
      specs.set(model, spec)
      keys.set(spec, model.keys)
    }
    models[role] = spec
  }
  return { models: { default: simulatedModel, ...models }, keys: (spec) => keys.get(spec) ?? [] }
}

/** The local models of a dataset, whose answers are kept in its folder. Writes nothing before a model is asked. */
export const localModelsOf = (folder: DatasetFolder, local: LocalModelChoice): Layer.Layer<LocalModels> =>
  localModelsLayer({ ...local, store: answersFile(folder) })

export interface HouseOptions {
  readonly folder: DatasetFolder
  readonly pipeline: Pipeline
  readonly models: ModelsByRole
  readonly keys: (spec: ModelSpec) => ReadonlyArray<Redacted.Redacted<string>>
  /** Absent: the lexical ones for every role. */
  readonly local?: LocalModelChoice | undefined
  readonly caps: BudgetCaps
  readonly spent: Spent
}

/** Ledger, budget, models, local models and tables of one dataset. */
export const houseLayer = ({ local = NO_LOCAL_MODELS, ...options }: HouseOptions) =>
  Layer.merge(datasetLayer(options), localModelsOf(options.folder, local))

/** Ledger, budget, models and tables of one dataset; its folder must be there. */
export const datasetLayer = (options: Omit<HouseOptions, "local">) => {
  const { caps, folder, keys, models, pipeline, spent } = options
  const chat = chatModelLive({
    models,
    providers: providers({ simulated: simulated(pipeline.simulated, random), keys })
  }).pipe(Layer.provide([Budget.layer(caps, spent), layerSqlite(ledgerFile(folder))]))
  return Layer.merge(chat, layerStoredTables(folder)).pipe(Layer.provideMerge(Duck.layer()))
}

/** Models that answer from a ledger alone, and tables of another folder: what would a run still have to pay for? */
export const replayLayer = (options: {
  readonly folder: DatasetFolder
  readonly ledger: string
  readonly models: ModelsByRole
  readonly refuse: (model: string) => ModelError
}) => {
  const { folder, ledger, models, refuse } = options
  const chat = chatModelLive({
    models,
    providers: (spec) =>
      Effect.succeed({ name: spec.provider, complete: (request) => Effect.fail(refuse(request.model)) })
  }).pipe(Layer.provide([Budget.layerUnlimited, layerSqlite(ledger)]))
  return Layer.mergeAll(chat, layerStoredTables(folder), localModelsLayer(NO_LOCAL_MODELS)).pipe(
    Layer.provideMerge(Duck.layer())
  )
}
