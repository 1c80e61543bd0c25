import { parseArgs } from "node:util"
import { Effect, Stream } from "effect"
import { Duck } from "../datasets/duck.ts"
import { datasetFolder, openDataset } from "../datasets/folder.ts"
import { layerStoredTables } from "../datasets/stored-tables.ts"
import { TableReader } from "../datasets/table-reader.ts"
import { localModelsLayer } from "../models/capabilities/local-models.ts"
import { pipelineOf } from "../pipelines/registry.ts"
import { Settings } from "../schemas/config.ts"
import { chooseLocalModels } from "../scripts/local-models.ts"
import type { Filter, FilterServices, FilterSubject } from "../stages/filters/filter.ts"
import { filters } from "../stages/filters/registry.ts"
import { machine, markdown } from "./machine.ts"

/*
 * What each filter costs a dialogue: `node bench/filters.ts FOLDER_OF_A_DATASET [--rows 500] [--local ROLE=PROVIDER:MODEL]...`. All
 * filters that their defaults are enough for, one after another, 16 dialogues at a time, with the lexical models where no other is
 * named. `judge` asks a chat model and is left out.
 */

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: "string", default: "500" }, local: { type: "string", multiple: true, default: [] } }
})
const [path = "outputs/apigen-mt"] = positionals

const subjects = Effect.gen(function* () {
  const folder = yield* datasetFolder(path.startsWith("/") ? path : `./${path}`, ".")
  const { dialogue, mainTable, tables } = yield* pipelineOf(yield* openDataset(folder))
  const table = tables.find(({ name }) => name === mainTable)
  if (dialogue === undefined || table === undefined) throw new Error(`${path} holds no dialogues`)
  const rows = yield* TableReader.use((reader) =>
    Stream.runCollect(reader.rows(table).pipe(Stream.take(Number(values.rows))))
  ).pipe(Effect.provide(layerStoredTables(folder)))
  return rows.map((row) => dialogue.subject(row))
}).pipe(Effect.provide(Duck.layer()))

const time = (filter: Filter<FilterServices>, some: ReadonlyArray<FilterSubject>) =>
  Effect.gen(function* () {
    // Compiled, and its model loaded.
    yield* Effect.forEach(some.slice(0, 20), filter.judge)
    const cpu = process.cpuUsage()
    const start = performance.now()
    yield* Effect.forEach(some, filter.judge, { concurrency: 16 })
    const wall = performance.now() - start
    const { system, user } = process.cpuUsage(cpu)
    return [wall / some.length, (user + system) / 1_000 / some.length]
  })

const program = Effect.gen(function* () {
  const some = yield* subjects
  const local = yield* chooseLocalModels(
    Settings.parse({}),
    Object.fromEntries(values.local.map((text) => text.split(/=(.*)/s).slice(0, 2) as [string, string]))
  )
  const measured = filters.filter(({ asks, options }) => options.safeParse({}).success && !asks.includes("judge"))
  const rows = yield* Effect.forEach(measured, ({ asks, make, name }) =>
    Effect.gen(function* () {
      const filter = make({})
      const [wall = 0, cpu = 0] = yield* time(filter, some)
      return [name, asks.length === 0 ? "rules" : asks.join(", "), String(filter.cost), wall.toFixed(3), cpu.toFixed(3)]
    })
  ).pipe(Effect.provide(localModelsLayer(local)))
  const messages = some.reduce((sum, { messages }) => sum + messages.length, 0)
  console.log(`${machine()}, ${some.length} dialogues of ${(messages / some.length).toFixed(1)} messages\n`)
  console.log(markdown([["filter", "asks", "declared cost", "ms a dialogue", "CPU ms a dialogue"], ...rows]))
})

await Effect.runPromise(program as Effect.Effect<void, unknown, never>)
