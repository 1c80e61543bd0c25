import { Effect, Layer, type Option } from "effect"
import { Argument } from "effect/cli"
import { Duck } from "../datasets/duck.ts"
import { type DatasetFolder, datasetFolder, openDataset } from "../datasets/folder.ts"
import { layerStoredTables } from "../datasets/stored-tables.ts"
import { loadSettings } from "./settings.ts"

/** The first argument of every command that looks at a dataset. */
export const datasetName = Argument.String("name").pipe(
  Argument.withDescription("a dataset under outputs/, or a path beginning with ./ or /")
)

/** The named dataset's folder and run record, and the settings it was found by. */
export const findDataset = (name: string, config: Option.Option<string>) =>
  Effect.gen(function* () {
    const settings = yield* loadSettings(config._tag === "Some" ? config.value : undefined)
    const folder = yield* datasetFolder(name, settings.outputs)
    const record = yield* openDataset(folder)
    return { folder, record, settings }
  })

/** For commands that only read. */
export const readingLayer = (folder: DatasetFolder) => layerStoredTables(folder).pipe(Layer.provideMerge(Duck.layer()))
