import { z } from "zod"

/** A sealed Parquet file. Its name carries its hash, so a name never stands for two contents. */
export const PartFile = z.strictObject({
  table: z.string(),
  /** Relative to the dataset's folder, with forward slashes. */
  path: z.string(),
  rows: z.number().int().min(0),
  bytes: z.number().int().min(0),
  sha256: z.string().length(64)
})
export type PartFile = z.infer<typeof PartFile>

/** `commits/<phase>/plan-<generation>.json`: what a phase is going to do. The highest generation is in force. */
export const PlanCommit = z.strictObject({
  kind: z.literal("plan"),
  phase: z.string(),
  generation: z.number().int().min(1),
  /** The run it belongs to (`run.json`): a plan of another run is history. */
  run: z.string(),
  /** Hash of all that the phase's rows depend on: the run and the rows of the phases before it. */
  fingerprint: z.string(),
  items: z.number().int().min(0),
  /** Items a shard; the last one may hold fewer. */
  shardSize: z.number().int().min(1),
  /** Parts of the table `plan`, in order. */
  parts: z.array(PartFile)
})
export type PlanCommit = z.infer<typeof PlanCommit>

export const Totals = z.strictObject({
  accepted: z.number().int().min(0),
  rejected: z.number().int().min(0),
  failed: z.number().int().min(0)
})
export type Totals = z.infer<typeof Totals>

/**
 * `commits/<phase>/<shard>-<generation>-<retry>.json`: one shard settled. Created only if absent. Of one shard and the plan's
 * generation, the highest retry counts.
 */
export const ShardCommit = z.strictObject({
  kind: z.literal("shard"),
  phase: z.string(),
  generation: z.number().int().min(1),
  shard: z.number().int().min(0),
  retry: z.number().int().min(0),
  /** Position of the shard's first item. */
  first: z.number().int().min(0),
  items: z.number().int().min(1),
  totals: Totals,
  /** Parts of `items`, `rejected` and the pipeline's tables; none for a table without rows. */
  parts: z.array(PartFile)
})
export type ShardCommit = z.infer<typeof ShardCommit>

/** `commits/<phase>/merged-<generation>-<hash>.json`: the phase's parts, merged in shard order into files of a size that readers like. */
export const MergeCommit = z.strictObject({
  kind: z.literal("merged"),
  phase: z.string(),
  generation: z.number().int().min(1),
  /** Hash of the shard commits it stands for: a later retry makes it void. */
  of: z.string(),
  shards: z.number().int().min(0),
  totals: Totals,
  parts: z.array(PartFile)
})
export type MergeCommit = z.infer<typeof MergeCommit>
