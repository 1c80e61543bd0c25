import { Effect } from "effect"
import { lastGeneration, readPhase } from "../datasets/commits.ts"
import type { DatasetError } from "../datasets/dataset-error.ts"
import type { Duck } from "../datasets/duck.ts"
import type { DatasetFolder } from "../datasets/folder.ts"
import { writePlan } from "../datasets/plan.ts"
import type { TableReadError } from "../datasets/table-reader.ts"
import type { Phase, Pipeline, PlanError, Services } from "../pipelines/pipeline.ts"
import type { PlanCommit } from "../schemas/commit.ts"
import { fingerprint } from "../schemas/json.ts"
import { discardReport } from "./finish.ts"

/**
 * 16 items for a first look, 1,000 for a million, by the square root between: few files in the end, an early first commit, and
 * not a commit (some 15 ms of CPU) for every few items of a middling run.
 */
export const shardSizeFor = (items: number): number => Math.min(1_000, Math.max(16, Math.round(Math.sqrt(items))))

/** The plan in force where it is for this very run; otherwise the phase is planned again, as the next generation. */
export const preparePlan = (
  folder: DatasetFolder,
  phase: Phase,
  run: string,
  wanted: string
): Effect.Effect<PlanCommit, DatasetError | PlanError | TableReadError, Services | Duck> =>
  Effect.gen(function* () {
    const state = yield* readPhase(folder, run, phase.name)
    if (state !== null && state.plan.fingerprint === wanted) return state.plan
    yield* discardReport(folder)
    const generation = (yield* lastGeneration(folder, phase.name)) + 1
    const plan = yield* writePlan(
      folder,
      { phase: phase.name, generation, run, fingerprint: wanted, shardSize: shardSizeFor },
      phase.plan
    )
    // Another process may have taken this generation for other settings: then the next one is ours.
    return plan.fingerprint === wanted ? plan : yield* preparePlan(folder, phase, run, wanted)
  })

/** Changes with any row that the phase put into the pipeline's tables: what later phases depend on. */
export const rowsFingerprint = (
  folder: DatasetFolder,
  plan: PlanCommit,
  pipeline: Pipeline
): Effect.Effect<string, DatasetError> =>
  Effect.map(readPhase(folder, plan.run, plan.phase), (state) => {
    const names = new Set(pipeline.tables.map((table) => table.name))
    return fingerprint(
      (state?.shards ?? []).flatMap((shard) =>
        shard.parts.filter((part) => names.has(part.table)).map((part) => part.sha256)
      )
    )
  })
