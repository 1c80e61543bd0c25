import { existsSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { commitShard, readPhase, shardName } from "../datasets/commits.ts"
import type { DatasetError } from "../datasets/dataset-error.ts"
import { Duck } from "../datasets/duck.ts"
import { type DatasetFolder, phaseFolder } from "../datasets/folder.ts"
import { Items, RejectedItems, withProvenance } from "../datasets/house-tables.ts"
import { shardCount, sumTotals } from "../datasets/in-force.ts"
import { writePart } from "../datasets/parts.ts"
import { readShard } from "../datasets/plan.ts"
import type { PartFile, PlanCommit, ShardCommit } from "../schemas/commit.ts"
import type { Outcome } from "../schemas/item.ts"
import { rowCodec } from "../schemas/row-codec.ts"
import type { Table } from "../schemas/table.ts"
import type { ShardStore } from "./run-phase.ts"
import type { Settled } from "./settle.ts"

const NONE_KEPT: ReadonlyMap<number, Settled> = new Map()
const NONE_REDRAWN: ReadonlyMap<number, number> = new Map()

/** The phase's shards that nobody has settled yet. */
export const unsettledShards = (
  folder: DatasetFolder,
  tables: ReadonlyArray<Table>,
  plan: PlanCommit
): Effect.Effect<ShardStore, never, Duck> =>
  Effect.gen(function* () {
    const duck = yield* Duck
    const committed = Effect.map(readPhase(folder, plan.run, plan.phase), (phase) => phase?.shards ?? [])
    return {
      todo: Effect.map(committed, (shards) => {
        const done = new Set(shards.map((shard) => shard.shard))
        return Array.from({ length: shardCount(plan) }, (_, shard) => shard).filter((shard) => !done.has(shard))
      }),
      settled: Effect.map(committed, (shards) => sumTotals(shards.map((shard) => shard.totals))),
      open: (shard) =>
        existsSync(join(phaseFolder(folder, plan.phase), shardName(shard, plan.generation, 0)))
          ? Effect.succeed(null)
          : Effect.map(readShard(folder, plan, shard), (rows) => ({
              rows,
              kept: NONE_KEPT,
              retry: 0,
              redraws: NONE_REDRAWN
            })).pipe(Effect.provideService(Duck, duck)),
      commit: (shard, retry, settled) =>
        writeShard(folder, tables, plan, shard, retry, settled).pipe(Effect.provideService(Duck, duck))
    }
  })

/**
 * Writes a shard's parts in item order and creates its commit. False where another process was first.
 * Dies where the shard's outcomes are not its planned items: a commit that loses an item must not exist.
 */
export const writeShard = (
  folder: DatasetFolder,
  tables: ReadonlyArray<Table>,
  plan: PlanCommit,
  shard: number,
  retry: number,
  settled: ReadonlyArray<Settled>
): Effect.Effect<boolean, DatasetError, Duck> =>
  Effect.gen(function* () {
    const first = shard * plan.shardSize
    settled.forEach((one, index) => {
      if (one.item.position !== first + index) {
        throw new Error(
          `shard ${shard} of ${plan.phase}: item ${one.item.key} is not the one at position ${first + index}`
        )
      }
    })
    const prefix = `${plan.phase}-${String(shard).padStart(6, "0")}-${plan.generation}`
    const parts: Array<PartFile> = []
    const write = (table: Table, lines: ReadonlyArray<string>) =>
      lines.length === 0
        ? Effect.void
        : Effect.map(writePart(folder, table, lines, prefix), (part) => {
            parts.push(part)
          })
    for (const table of tables) {
      yield* write(
        withProvenance(table),
        settled.flatMap((one) => one.lines.get(table.name) ?? [])
      )
    }
    const items = rowCodec(Items)
    const rejected = rowCodec(RejectedItems)
    yield* write(
      Items,
      settled.map((one) => items.encode(one.item))
    )
    yield* write(
      RejectedItems,
      settled.flatMap((one) => (one.rejected === null ? [] : [rejected.encode(one.rejected)]))
    )
    const count = (outcome: Outcome) => settled.filter((one) => one.item.outcome === outcome).length
    const commit: ShardCommit = {
      kind: "shard",
      phase: plan.phase,
      generation: plan.generation,
      shard,
      retry,
      first,
      items: settled.length,
      totals: { accepted: count("accepted"), rejected: count("rejected"), failed: count("failed") },
      parts
    }
    return (yield* commitShard(folder, commit)).created
  })
