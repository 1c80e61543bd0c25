import { basename } from "node:path"
import { Effect, Semaphore, Stream } from "effect"
import type { z } from "zod"
import type { Duck } from "../../datasets/duck.ts"
import { type DatasetFolder, openDataset } from "../../datasets/folder.ts"
import { layerStoredTables } from "../../datasets/stored-tables.ts"
import { type TableReadError, TableReader } from "../../datasets/table-reader.ts"
import { sqlName } from "../../schemas/duckdb-types.ts"
import type { Table } from "../../schemas/table.ts"
import { random } from "../../stages/random.ts"
import type { MethodCalibration } from "../calibration.ts"
import { type Pipeline, PlanError } from "../pipeline.ts"
import type { CalibrateConfig } from "./config.ts"

/** The rows that are used, by their position in the table, and what the method can do with them. */
export interface OpenSource {
  readonly rows: ReadonlyMap<number, unknown>
  readonly method: MethodCalibration | null
}

/** Opens the source when it is first asked for, and once: the same rows stand behind the plan and behind each of its items. */
export const lazySource = (
  method: Pipeline,
  table: Table,
  config: CalibrateConfig,
  seed: string
): Effect.Effect<OpenSource, PlanError, Duck> => {
  const turn = Semaphore.makeUnsafe(1)
  let opened: OpenSource | undefined
  return turn.withPermits(1)(
    Effect.suspend(() =>
      opened === undefined
        ? Effect.tap(openSource(method, table, config, seed), (source) =>
            Effect.sync(() => {
              opened = source
            })
          )
        : Effect.succeed(opened)
    )
  )
}

const openSource = Effect.fnUntraced(function* (
  method: Pipeline,
  table: Table,
  config: CalibrateConfig,
  seed: string
): Effect.fn.Return<OpenSource, PlanError, Duck> {
  const reader = yield* readerOf(folderOf(config.source))
  const [counted] = yield* reader
    .query(`SELECT count(*) AS n FROM ${sqlName(table.name)}`)
    .pipe(Effect.mapError(planError))
  const count = Number(counted?.n ?? 0)
  if (count === 0) {
    return yield* new PlanError({
      phase: "trials",
      message: `${config.source} has no rows in ${table.name}: there is nothing to plant defects in.`
    })
  }
  const positions = random(`${seed}/rows`).sample(
    Array.from({ length: count }, (_, position) => position),
    config.rows
  )
  const wanted = new Set(positions)
  const rows = new Map<number, unknown>()
  let position = 0
  yield* reader.rows(table).pipe(
    Stream.takeWhile(() => rows.size < wanted.size),
    Stream.runForEach((row) =>
      Effect.sync(() => {
        if (wanted.has(position)) rows.set(position, row)
        position++
      })
    ),
    Effect.mapError(planError)
  )
  return { rows, method: yield* openMethod(method, config, [...rows.values()]) }
})

const openMethod = Effect.fnUntraced(function* (
  { calibration, config: schema }: Pipeline,
  config: CalibrateConfig,
  used: ReadonlyArray<unknown>
): Effect.fn.Return<MethodCalibration | null, PlanError, Duck> {
  if (calibration === undefined || config.origin === null || !config.methodJudges) return null
  const folder = folderOf(config.origin)
  const record = yield* openDataset(folder).pipe(Effect.mapError(planError))
  const own = schema.safeParse(record.config)
  if (!own.success) {
    return yield* new PlanError({
      phase: "trials",
      message: `${folder.path}/run.json holds a config that this version does not know. --set methodJudges=false measures filters alone.`
    })
  }
  const reader = yield* readerOf(folder)
  return yield* calibration.open({
    config: own.data,
    seed: record.seed,
    used,
    rows: <S extends z.ZodObject>(other: Table<S>) => reader.rows(other).pipe(Stream.mapError(planError))
  })
})

const folderOf = (path: string): DatasetFolder => ({ name: basename(path), path })

const readerOf = (folder: DatasetFolder) => Effect.provide(TableReader, layerStoredTables(folder))

const planError = (error: TableReadError | { readonly message: string; readonly remedy: string }): PlanError =>
  new PlanError({ phase: "trials", message: "remedy" in error ? `${error.message}. ${error.remedy}` : error.message })
