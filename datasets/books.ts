import { Effect } from "effect"
import type { PartFile, PlanCommit, Totals } from "../schemas/commit.ts"
import { readPhase } from "./commits.ts"
import type { DatasetError } from "./dataset-error.ts"
import { Duck, type DuckRow, readParquet, sqlFiles } from "./duck.ts"
import { type DatasetFolder, partFile } from "./folder.ts"
import { HOUSE_NAMES, Items, Plan, RejectedItems } from "./house-tables.ts"
import { type PhaseInForce, partsInForce, shardCount, shardItems } from "./in-force.ts"
import { readingError } from "./part-error.ts"

/** planned = accepted + rejected + failed + pending. */
export interface Books extends Totals {
  readonly phase: string
  readonly planned: number
  readonly pending: number
}

/** One line of the books a phase, by its commits. */
export const booksOf = (phase: PhaseInForce): Books => ({
  phase: phase.phase,
  planned: phase.plan.items,
  ...phase.totals,
  pending: phase.pending
})

/**
 * Holds the commits of a phase against its plan and against its rows: every planned item has exactly one outcome or is
 * pending, the rows say what the commits say, no row is lost or doubled. Gives one sentence for each thing that does not
 * agree; an empty list means that the books balance.
 */
export const checkBooks = (
  folder: DatasetFolder,
  plan: Pick<PlanCommit, "phase" | "run">
): Effect.Effect<ReadonlyArray<string>, DatasetError, Duck> =>
  Effect.gen(function* () {
    const phase = yield* readPhase(folder, plan.run, plan.phase)
    if (phase === null) return []
    return [...commitFaults(phase), ...(yield* rowFaults(folder, phase))]
  })

const commitFaults = (phase: PhaseInForce): ReadonlyArray<string> => {
  const { merge, pending, plan, shards, totals } = phase
  const faults: Array<string> = []
  const known = shardCount(plan)
  for (const { first, items, shard, totals: own } of shards) {
    const settled = own.accepted + own.rejected + own.failed
    if (shard >= known) faults.push(`shard ${shard} is committed, but the plan has ${known} shards`)
    else if (first !== shard * plan.shardSize || items !== shardItems(plan, shard)) {
      faults.push(
        `shard ${shard} says ${items} items from ${first}, the plan ${shardItems(plan, shard)} from ${shard * plan.shardSize}`
      )
    }
    if (settled !== items) faults.push(`shard ${shard} has ${items} items and ${settled} outcomes`)
  }
  if (pending < 0) faults.push(`${plan.items} items are planned, ${plan.items - pending} have an outcome`)
  if (merge !== null && !sameTotals(merge.totals, totals)) {
    faults.push(`the merge says ${show(merge.totals)}, its shards ${show(totals)}`)
  }
  return faults
}

const rowFaults = (
  folder: DatasetFolder,
  phase: PhaseInForce
): Effect.Effect<ReadonlyArray<string>, DatasetError, Duck> =>
  Effect.gen(function* () {
    const duck = yield* Duck
    const parts = partsInForce(phase)
    const ask = (sql: string): Effect.Effect<ReadonlyArray<DuckRow>, DatasetError> =>
      duck.rows("check the books", sql).pipe(Effect.mapError((cause) => readingError("read", folder.path, cause)))
    const faults: Array<string> = []

    // Counting by the footers first: a part with other rows than its commit says makes all below meaningless.
    if (parts.length > 0) {
      const counted = yield* ask(
        `SELECT file_name AS file, num_rows AS rows FROM parquet_file_metadata(${sqlFiles(parts.map((part) => partFile(folder, part.path)))})`
      )
      const rows = new Map(counted.map((row) => [String(row.file), Number(row.rows)]))
      for (const part of parts) {
        const found = rows.get(partFile(folder, part.path))
        if (found !== part.rows) faults.push(`${part.path} has ${found ?? "no"} rows, its commit says ${part.rows}`)
      }
    }
    if (faults.length > 0) return faults

    const of = (table: string): ReadonlyArray<PartFile> => parts.filter((part) => part.table === table)
    const count = (some: ReadonlyArray<PartFile>): number => some.reduce((sum, part) => sum + part.rows, 0)
    const settled = phase.totals.accepted + phase.totals.rejected + phase.totals.failed
    if (count(of(Items.name)) !== settled) {
      return [`${settled} items have an outcome, \`items\` has ${count(of(Items.name))} rows`]
    }
    if (settled === 0) return faults

    const found = { accepted: 0, rejected: 0, failed: 0, positions: 0, rows: 0 }
    let stranger: DuckRow | undefined
    for (const run of runsOfShards(phase)) {
      const [sums] = yield* ask(
        `SELECT count(*) FILTER (outcome = 'accepted') AS accepted, count(*) FILTER (outcome = 'rejected') AS rejected,
                count(*) FILTER (outcome = 'failed') AS failed, count(DISTINCT position) AS positions,
                coalesce(sum(rows), 0) AS rows
         FROM ${rowsOf(folder, Items.name, run)}`
      )
      for (const name of Object.keys(found) as Array<keyof typeof found>) found[name] += Number(sums?.[name])
      // Planned keys are unique, so with unique positions every settled item being planned makes its key unique too.
      stranger ??= (yield* ask(
        `SELECT key, position FROM ${rowsOf(folder, Items.name, run)} AS settled
         ANTI JOIN ${rowsOf(folder, Plan.name, { ...run, parts: phase.plan.parts })} AS planned USING (position, key)
         ORDER BY position LIMIT 1`
      ))[0]
    }
    if (!sameTotals(found, phase.totals)) {
      faults.push(`the commits say ${show(phase.totals)}, the rows of \`items\` ${show(found)}`)
    }
    if (found.positions !== settled) faults.push(`${settled} rows of \`items\` are of ${found.positions} items`)
    const own = count(parts.filter((part) => !HOUSE_NAMES.has(part.table)))
    if (found.rows !== own) faults.push(`items say that they gave ${found.rows} rows, the tables hold ${own}`)
    const turnedDown = count(of(RejectedItems.name))
    if (turnedDown !== phase.totals.rejected) {
      faults.push(`${phase.totals.rejected} items were rejected, \`rejected\` has ${turnedDown} rows`)
    }

    if (stranger !== undefined) {
      faults.push(`the item "${stranger.key}" at position ${stranger.position} is not in the plan`)
    }
    return faults
  })

/** Consecutive shards, and the parts that hold their rows. */
interface RunOfShards {
  /** Positions from `first` to before `end`. */
  readonly first: number
  readonly end: number
  readonly parts: ReadonlyArray<PartFile>
}

/** Items that are held against the plan at a time: what is checked at once is held in memory. */
const ITEMS_AT_ONCE = 100_000

const runsOfShards = (phase: PhaseInForce): ReadonlyArray<RunOfShards> => {
  const runs: Array<{ first: number; end: number; parts: Array<PartFile> }> = []
  for (const { first, items, parts } of phase.shards) {
    const last = runs.at(-1)
    // A merge holds the rows of all shards: then every run reads its own part of the same files.
    const own = phase.merge === null ? parts : []
    if (last !== undefined && last.end === first && first + items - last.first <= ITEMS_AT_ONCE) {
      last.end = first + items
      last.parts.push(...own)
    } else runs.push({ first, end: first + items, parts: [...(phase.merge?.parts ?? own)] })
  }
  return runs
}

const rowsOf = (folder: DatasetFolder, table: string, { end, first, parts }: RunOfShards): string => {
  const files = parts.filter((part) => part.table === table).map((part) => partFile(folder, part.path))
  return `(FROM ${readParquet(files)} WHERE position >= ${first} AND position < ${end})`
}

const sameTotals = (left: Totals, right: Totals): boolean =>
  left.accepted === right.accepted && left.rejected === right.rejected && left.failed === right.failed

const show = (totals: Totals): string =>
  `${totals.accepted} accepted, ${totals.rejected} rejected, ${totals.failed} failed`
