import type { DuckDBConnection } from "@duckdb/node-api"
import { Effect, Stream } from "effect"
import type { PartFile, PlanCommit } from "../schemas/commit.ts"
import type { PlanRow } from "../schemas/item.ts"
import { rowCodec } from "../schemas/row-codec.ts"
import { commitPlan } from "./commits.ts"
import { type DatasetError, datasetError } from "./dataset-error.ts"
import { Duck, readParquet, rowsOn } from "./duck.ts"
import { type DatasetFolder, partFile } from "./folder.ts"
import { Plan } from "./house-tables.ts"
import { shardItems } from "./in-force.ts"
import { readingError } from "./part-error.ts"
import { writePart } from "./parts.ts"

/** A part of the plan is cut at this many rows or characters: the memory that planning takes, and a shard's reading. */
const PART_ROWS = 16_384
const PART_CHARACTERS = 32 * 1024 * 1024
/** Small row groups, since a shard reads one or two of them. */
const PLAN_ROW_GROUP = 2_048

/**
 * Writes down what a phase is going to do and commits it. `shardSize` may depend on the number of items, which is known
 * only at the end. Two items with one key fail with `duplicate_key`; nothing is committed then.
 * Where the generation has a plan already, that one is returned.
 */
export const writePlan = <E, R>(
  folder: DatasetFolder,
  options: {
    readonly phase: string
    readonly generation: number
    readonly run: string
    readonly fingerprint: string
    readonly shardSize: (items: number) => number
  },
  items: Stream.Stream<{ readonly key: string; readonly payload: string }, E, R>
): Effect.Effect<PlanCommit, E | DatasetError, R | Duck> =>
  Effect.gen(function* () {
    const { fingerprint, generation, phase, run } = options
    const codec = rowCodec(Plan)
    const parts: Array<PartFile> = []
    let lines: Array<string> = []
    let characters = 0
    let position = 0

    const flush = Effect.suspend(() => {
      if (lines.length === 0) return Effect.void
      const full = lines
      lines = []
      characters = 0
      const prefix = `${phase}-${generation}-${String(parts.length).padStart(4, "0")}`
      return Effect.map(writePart(folder, Plan, full, prefix, PLAN_ROW_GROUP), (part) => void parts.push(part))
    })

    yield* Stream.runForEachArray(items, (chunk) =>
      Effect.gen(function* () {
        for (const { key, payload } of chunk) {
          const line = codec.encode({ phase, position, key, payload })
          position += 1
          lines.push(line)
          characters += line.length
          if (lines.length === PART_ROWS || characters >= PART_CHARACTERS) yield* flush
        }
      })
    )
    yield* flush
    yield* checkKeys(folder, phase, parts)
    const { commit } = yield* commitPlan(folder, {
      kind: "plan",
      phase,
      generation,
      run,
      fingerprint,
      items: position,
      shardSize: Math.max(1, Math.floor(options.shardSize(position))),
      parts
    })
    return commit
  })

const checkKeys = (
  folder: DatasetFolder,
  phase: string,
  parts: ReadonlyArray<PartFile>
): Effect.Effect<void, DatasetError, Duck> =>
  Effect.gen(function* () {
    if (parts.length === 0) return
    const duck = yield* Duck
    const files = readParquet(parts.map((part) => partFile(folder, part.path)))
    const [twice] = yield* duck
      .rows(
        "look for equal keys",
        `SELECT key, count(*) AS times, min(position) AS first FROM ${files} GROUP BY key HAVING count(*) > 1 ORDER BY first LIMIT 1`
      )
      .pipe(Effect.mapError((cause) => readingError("read the plan in", folder.path, cause)))
    if (twice === undefined) return
    return yield* Effect.fail(
      datasetError(
        "duplicate_key",
        folder.path,
        `phase ${phase}: ${twice.times} items have the key "${twice.key}", the first at position ${twice.first}`,
        "A key names one item of its phase. Where the items come from a file of yours, its ids must differ; else please report it."
      )
    )
  })

/** The items of one shard, in order. */
export const readShard = (
  folder: DatasetFolder,
  plan: PlanCommit,
  shard: number
): Effect.Effect<ReadonlyArray<PlanRow>, DatasetError, Duck> =>
  Effect.scoped(Effect.flatMap(planConnection(folder), (on) => readShardOn(folder, plan, shard, on)))

const planConnection = (folder: DatasetFolder) =>
  Duck.use((duck) => duck.connection).pipe(
    Effect.mapError((cause) => readingError("read the plan in", folder.path, cause))
  )

const readShardOn = (
  folder: DatasetFolder,
  plan: PlanCommit,
  shard: number,
  on: DuckDBConnection
): Effect.Effect<ReadonlyArray<PlanRow>, DatasetError> =>
  Effect.gen(function* () {
    const first = shard * plan.shardSize
    const count = shardItems(plan, shard)
    if (count === 0) return []
    const files: Array<string> = []
    let start = 0
    for (const part of plan.parts) {
      if (start < first + count && start + part.rows > first) files.push(partFile(folder, part.path))
      start += part.rows
    }
    // The row groups' statistics of `position` let all but one or two of them be skipped.
    const rows = yield* rowsOn(
      "read a shard of the plan",
      on,
      `SELECT phase, position, key, payload FROM ${readParquet(files)}
       WHERE position BETWEEN ${first} AND ${first + count - 1} ORDER BY position`
    ).pipe(Effect.mapError((cause) => readingError("read the plan in", folder.path, cause)))
    if (rows.length === count) return rows as unknown as ReadonlyArray<PlanRow>
    return yield* Effect.fail(
      datasetError(
        "corrupt",
        files[0] ?? folder.path,
        `phase ${plan.phase}, shard ${shard}: the plan's parts hold ${rows.length} items, not ${count}`,
        "Remove the folder's plan commit of this phase and start `generate` again: the plan is written anew."
      )
    )
  })
