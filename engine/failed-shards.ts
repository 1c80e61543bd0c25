import { Effect } from "effect"
import { readPhase } from "../datasets/commits.ts"
import { type DatasetError, fileError } from "../datasets/dataset-error.ts"
import { Duck, readParquet } from "../datasets/duck.ts"
import { type DatasetFolder, partFile } from "../datasets/folder.ts"
import { Items } from "../datasets/house-tables.ts"
import { type PhaseInForce, partsInForce, sumTotals } from "../datasets/in-force.ts"
import { readShard } from "../datasets/plan.ts"
import type { PartFile } from "../schemas/commit.ts"
import { sqlText } from "../schemas/duckdb-types.ts"
import type { ItemRow, PlanRow, RejectedRow } from "../schemas/item.ts"
import { rowCodec } from "../schemas/row-codec.ts"
import type { Table } from "../schemas/table.ts"
import type { ShardStore, ShardWork } from "./run-phase.ts"
import type { Settled } from "./settle.ts"
import { writeShard } from "./shard-store.ts"

/** Failures of the way to the model, not of what it said: trying again with the same replies makes sense. */
const TRANSPORT: ReadonlySet<string> = new Set([
  ...["RATE_LIMIT", "TIMEOUT", "SERVER", "PARSE", "BAD_REQUEST"],
  // Of a local model that was asked about replies which are none the worse for it.
  ...["MODEL_RATE_LIMIT", "MODEL_TIMEOUT", "MODEL_SERVER", "MODEL_UNREACHABLE"]
])

export interface FailedItem {
  readonly position: number
  readonly key: string
  readonly stage: string | null
  readonly code: string | null
}

/** Failed items of a phase, of one failure code or of all (`only` is null). */
export const failedItems = (
  folder: DatasetFolder,
  state: PhaseInForce,
  only: string | null
): Effect.Effect<ReadonlyArray<FailedItem>, DatasetError, Duck> =>
  Effect.gen(function* () {
    const files = filesOf(folder, partsInForce(state), Items.name)
    if (files.length === 0) return []
    const duck = yield* Duck
    const rows = yield* duck
      .rows(
        "look for failed items",
        `SELECT position, key, stage, code FROM ${readParquet(files)} WHERE outcome = 'failed'
         ${only === null ? "" : `AND upper(code) = upper(${sqlText(only)})`} ORDER BY position`
      )
      .pipe(Effect.mapError((cause) => fileError("read the items in", folder.path, cause)))
    return rows as unknown as ReadonlyArray<FailedItem>
  })

const filesOf = (folder: DatasetFolder, parts: ReadonlyArray<PartFile>, table: string): ReadonlyArray<string> =>
  parts.filter((part) => part.table === table).map((part) => partFile(folder, part.path))

/**
 * The shards that hold `failed` items: those items are settled again, all others keep their outcome and their rows. An item
 * that failed on its way to the model keeps the replies it got; one whose replies were no use draws them anew.
 */
export const failedShards = (
  folder: DatasetFolder,
  tables: ReadonlyArray<Table>,
  state: PhaseInForce,
  failed: ReadonlyArray<FailedItem>
): Effect.Effect<ShardStore, never, Duck> =>
  Effect.gen(function* () {
    const duck = yield* Duck
    const { plan } = state
    const wanted = new Map(failed.map((item) => [item.position, item]))
    const shards = [...new Set(failed.map((item) => Math.floor(item.position / plan.shardSize)))].sort((a, b) => a - b)
    const before = new Map(state.shards.map((shard) => [shard.shard, shard.retry]))
    const done = new Set<number>()
    const now = Effect.map(readPhase(folder, plan.run, plan.phase), (phase) => phase?.shards ?? [])
    return {
      todo: Effect.map(now, (commits) => {
        for (const commit of commits) if (commit.retry > (before.get(commit.shard) ?? 0)) done.add(commit.shard)
        return shards.filter((shard) => !done.has(shard))
      }),
      settled: Effect.map(now, (commits) =>
        sumTotals(
          commits
            .filter((commit) => !shards.includes(commit.shard) || done.has(commit.shard))
            .map((commit) => commit.totals)
        )
      ),
      open: (shard) =>
        Effect.gen(function* () {
          const rows = yield* readShard(folder, plan, shard)
          const retry = (before.get(shard) ?? 0) + 1
          const keep = rows.filter((row) => !wanted.has(row.position))
          const commit = state.shards.find((one) => one.shard === shard)
          const kept = yield* readSettled(folder, tables, commit?.parts ?? [], keep)
          const redraws = new Map<number, number>()
          rows.forEach((row, index) => {
            const code = wanted.get(row.position)?.code
            if (code !== undefined && code !== null && !TRANSPORT.has(code)) redraws.set(index, retry)
          })
          const first = shard * plan.shardSize
          const work: ShardWork = {
            rows,
            retry,
            redraws,
            kept: new Map(kept.map((one) => [one.item.position - first, one]))
          }
          return work
        }).pipe(Effect.provideService(Duck, duck)),
      commit: (shard, retry, settled) =>
        writeShard(folder, tables, plan, shard, retry, settled).pipe(Effect.provideService(Duck, duck))
    }
  })

/**
 * Settled items as they were committed, rows and all, from the shard's own parts: a phase with failed items keeps them,
 * also after a merge.
 */
const readSettled = (
  folder: DatasetFolder,
  tables: ReadonlyArray<Table>,
  parts: ReadonlyArray<PartFile>,
  items: ReadonlyArray<PlanRow>
): Effect.Effect<ReadonlyArray<Settled>, DatasetError, Duck> =>
  Effect.gen(function* () {
    if (items.length === 0) return []
    const duck = yield* Duck
    const keys = items.map((item) => sqlText(item.key)).join(", ")
    const read = (table: string, key: string) => {
      const files = filesOf(folder, parts, table)
      return files.length === 0
        ? Effect.succeed([])
        : duck
            .rows(
              `read rows of ${table}`,
              `SELECT ${key} AS key, to_json(part) AS line FROM ${readParquet(files)} AS part WHERE ${key} IN (${keys})`
            )
            .pipe(Effect.mapError((cause) => fileError("read rows in", folder.path, cause)))
    }
    const lines = new Map<string, Map<string, Array<string>>>(items.map((item) => [item.key, new Map()]))
    for (const table of tables) {
      for (const { key, line } of yield* read(table.name, "provenance.item")) {
        const ofItem = lines.get(String(key)) as Map<string, Array<string>>
        ofItem.set(table.name, [...(ofItem.get(table.name) ?? []), String(line)])
      }
    }
    const rejected = new Map<string, RejectedRow>()
    const codec = rowCodec(Items)
    for (const { key, line } of yield* read("rejected", "key")) rejected.set(String(key), JSON.parse(String(line)))
    const settled: Array<Settled> = []
    for (const { key, line } of yield* read(Items.name, "key")) {
      const item: ItemRow = codec.decode(String(line))
      settled.push({ item, rejected: rejected.get(String(key)) ?? null, lines: lines.get(String(key)) ?? new Map() })
    }
    return settled
  })
