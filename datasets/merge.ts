import type { DuckDBConnection } from "@duckdb/node-api"
import { Effect } from "effect"
import type { MergeCommit, PartFile, PlanCommit } from "../schemas/commit.ts"
import { commitMerge, readPhase } from "./commits.ts"
import { type DatasetError, datasetError } from "./dataset-error.ts"
import { type Duck, readParquet, sqlFiles } from "./duck.ts"
import { type DatasetFolder, partFile } from "./folder.ts"
import { hashOfShards, isComplete } from "./in-force.ts"
import { copyStatement, ROW_GROUP_ROWS, writeParquet } from "./parts.ts"

export interface MergeOptions {
  /** Size of the files to make, from what their parts come to. */
  readonly fileBytes: number
  /** Uncompressed size of a row group. */
  readonly groupBytes: number
}

/** Files of 128 MB with row groups of 24 MB, uncompressed: what loaders that read group by group like. */
export const MERGE_SIZES: MergeOptions = { fileBytes: 128 * 1024 * 1024, groupBytes: 24 * 1024 * 1024 }

/**
 * Merges the parts of a complete phase in shard order, and commits them. Null where there is nothing to gain: every table
 * has one part at most. A phase that is merged already keeps its merge; the bytes depend on the parts alone. The old
 * parts stay until `sweep`.
 *
 * Fails with `incomplete` while shards are missing.
 */
export const mergePhase = (
  folder: DatasetFolder,
  plan: Pick<PlanCommit, "phase" | "run">,
  options: MergeOptions = MERGE_SIZES
): Effect.Effect<MergeCommit | null, DatasetError, Duck> =>
  Effect.gen(function* () {
    const phase = yield* readPhase(folder, plan.run, plan.phase)
    if (phase === null || !isComplete(phase)) {
      return yield* Effect.fail(
        datasetError(
          "incomplete",
          folder.path,
          `phase ${plan.phase} cannot be merged: not all of its shards are committed`,
          "Let `generate` finish the phase first."
        )
      )
    }
    if (phase.merge !== null) return phase.merge
    const byTable = new Map<string, Array<PartFile>>()
    for (const part of phase.shards.flatMap((shard) => shard.parts)) {
      const parts = byTable.get(part.table)
      if (parts === undefined) byTable.set(part.table, [part])
      else parts.push(part)
    }
    if ([...byTable.values()].every((parts) => parts.length <= 1)) return null
    const { generation } = phase.plan
    const merged: Array<PartFile> = []
    for (const [table, parts] of [...byTable].sort(([left], [right]) => (left < right ? -1 : 1))) {
      for (const [index, batch] of batches(parts, options.fileBytes).entries()) {
        const prefix = `${plan.phase}-${generation}-merged-${String(index).padStart(4, "0")}`
        merged.push(yield* mergeParts(folder, table, batch, prefix, options.groupBytes))
      }
    }
    const { commit } = yield* commitMerge(folder, {
      kind: "merged",
      phase: plan.phase,
      generation,
      of: hashOfShards(phase.shards),
      shards: phase.shards.length,
      totals: phase.totals,
      parts: merged
    })
    return commit
  })

/** Consecutive parts, cut before a file would grow beyond its size. */
const batches = (parts: ReadonlyArray<PartFile>, fileBytes: number): ReadonlyArray<ReadonlyArray<PartFile>> => {
  const cut: Array<Array<PartFile>> = []
  let bytes = 0
  for (const part of parts) {
    const last = cut.at(-1)
    if (last === undefined || bytes + part.bytes > fileBytes) {
      cut.push([part])
      bytes = part.bytes
    } else {
      last.push(part)
      bytes += part.bytes
    }
  }
  return cut
}

const mergeParts = (
  folder: DatasetFolder,
  table: string,
  parts: ReadonlyArray<PartFile>,
  prefix: string,
  groupBytes: number
): Effect.Effect<PartFile, DatasetError, Duck> => {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  const [only] = parts
  // Parts are immutable: one that is large enough already is named again, not copied.
  if (parts.length === 1 && only !== undefined) return Effect.succeed(only)
  const files = parts.map((part) => partFile(folder, part.path))
  return writeParquet(folder, table, prefix, rows, async (on, temporary) => {
    const group = await groupRows(on, files, rows, groupBytes)
    await on.run(copyStatement(`SELECT * FROM ${readParquet(files)}`, temporary, group))
  })
}

/** Of rows that are tiny: a group is held whole while it is written, with some KB beside each row, whatever its size. */
const MOST_GROUP_ROWS = 32_768

/** Rows of a row group, from what rows of these files come to uncompressed: whole vectors of DuckDB's. */
const groupRows = async (
  on: DuckDBConnection,
  files: ReadonlyArray<string>,
  rows: number,
  groupBytes: number
): Promise<number> => {
  // A sample is enough, and the first files are the same for every process.
  const sample = files.slice(0, 32)
  const result = await on.run(
    `SELECT sum(total_uncompressed_size)::DOUBLE AS bytes, (SELECT sum(num_rows) FROM ${metadata("parquet_file_metadata", sample)})::DOUBLE AS rows
     FROM ${metadata("parquet_metadata", sample)}`
  )
  const [first] = await result.getRowObjects()
  const bytes = Number(first?.bytes ?? 0)
  const counted = Number(first?.rows ?? 0)
  if (!(bytes > 0) || !(counted > 0)) return ROW_GROUP_ROWS
  const wanted = Math.floor((groupBytes * counted) / bytes / 2_048) * 2_048
  return Math.max(2_048, Math.min(wanted, MOST_GROUP_ROWS, Math.ceil(rows / 2_048) * 2_048))
}

const metadata = (reader: string, files: ReadonlyArray<string>): string => `${reader}(${sqlFiles(files)})`
