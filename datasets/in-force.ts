import type { MergeCommit, PartFile, PlanCommit, ShardCommit, Totals } from "../schemas/commit.ts"
import { canonicalJson, sha256 } from "../schemas/json.ts"

/** What a phase has settled, by its commits that count. */
export interface PhaseInForce {
  readonly phase: string
  /** The highest generation of the run. */
  readonly plan: PlanCommit
  /** Of that generation, the highest retry of each shard, in shard order. */
  readonly shards: ReadonlyArray<ShardCommit>
  /** Null where there is none, or a shard was settled again after it. */
  readonly merge: MergeCommit | null
  readonly totals: Totals
  /** Items of the plan that no commit has settled. */
  readonly pending: number
}

/** Shards that a plan is cut into. */
export const shardCount = (plan: PlanCommit): number => Math.ceil(plan.items / plan.shardSize)

/** Items of one shard: all but the last are full. */
export const shardItems = (plan: PlanCommit, shard: number): number =>
  Math.max(0, Math.min(plan.shardSize, plan.items - shard * plan.shardSize))

/** What a merge stands for: changes with any shard commit. */
export const hashOfShards = (shards: ReadonlyArray<ShardCommit>): string =>
  sha256(shards.map((shard) => canonicalJson(shard)).join("\n"))

/** Of one run's plans the highest generation counts, and only its shards; `null` where the run has no plan yet. */
export const inForce = (
  phase: string,
  commits: {
    readonly plans: ReadonlyArray<PlanCommit>
    readonly shards: ReadonlyArray<ShardCommit>
    readonly merges: ReadonlyArray<MergeCommit>
  }
): PhaseInForce | null => {
  const plan = commits.plans.reduce<PlanCommit | null>(
    (best, next) => (best === null || next.generation > best.generation ? next : best),
    null
  )
  if (plan === null) return null
  const latest = new Map<number, ShardCommit>()
  for (const shard of commits.shards) {
    const known = latest.get(shard.shard)
    if (shard.generation === plan.generation && (known === undefined || shard.retry > known.retry)) {
      latest.set(shard.shard, shard)
    }
  }
  const shards = [...latest.values()].sort((left, right) => left.shard - right.shard)
  const candidates = commits.merges.filter((merge) => merge.generation === plan.generation)
  // Hashing a thousand commits takes milliseconds: only where there is something to compare it to.
  const of = candidates.length === 0 ? "" : hashOfShards(shards)
  const totals = sumTotals(shards.map((shard) => shard.totals))
  return {
    phase,
    plan,
    shards,
    merge: candidates.find((merge) => merge.of === of) ?? null,
    totals,
    pending: plan.items - totals.accepted - totals.rejected - totals.failed
  }
}

export const sumTotals = (all: ReadonlyArray<Totals>): Totals =>
  all.reduce(
    (sum, next) => ({
      accepted: sum.accepted + next.accepted,
      rejected: sum.rejected + next.rejected,
      failed: sum.failed + next.failed
    }),
    { accepted: 0, rejected: 0, failed: 0 }
  )

/** Parts that hold the phase's rows now, in row order: of the merge where there is one, of the shards otherwise. */
export const partsInForce = (phase: PhaseInForce): ReadonlyArray<PartFile> =>
  phase.merge?.parts ?? phase.shards.flatMap((shard) => shard.parts)

/** True once every shard of the plan is settled. */
export const isComplete = (phase: PhaseInForce): boolean => phase.shards.length === shardCount(phase.plan)
