import { Effect, type Scope } from "effect"
import { checkBooks } from "../datasets/books.ts"
import type { DatasetError } from "../datasets/dataset-error.ts"
import type { Duck } from "../datasets/duck.ts"
import type { DatasetFolder } from "../datasets/folder.ts"
import { mergePhase } from "../datasets/merge.ts"
import type { TableReadError } from "../datasets/table-reader.ts"
import type { BudgetExhausted } from "../models/chat-model.ts"
import type { Phase, Pipeline, PlanError, Services } from "../pipelines/pipeline.ts"
import { fingerprint } from "../schemas/json.ts"
import type { RunRecord } from "../schemas/run.ts"
import { type ClaimError, openClaims } from "./claims.ts"
import { preparePlan, rowsFingerprint } from "./phase-plan.ts"
import type { PhaseProgress, Progress } from "./progress.ts"
import { runPhase } from "./run-phase.ts"
import type { RunFacts, Stop } from "./settle.ts"
import { unsettledShards } from "./shard-store.ts"
import { BooksError } from "./usage-error.ts"

export interface RunOptions {
  readonly folder: DatasetFolder
  readonly pipeline: Pipeline
  readonly record: RunRecord
  readonly facts: RunFacts
  readonly phases: ReadonlyArray<Phase>
  readonly progress: Progress
  /** Items in flight. */
  readonly concurrency: number
}

/** Another process on the folder may merge a phase and sweep its parts while this one reads them: then the merge has the rows. */
const steadily = <A, R>(body: Effect.Effect<A, DatasetError, R>): Effect.Effect<A, DatasetError, R> =>
  Effect.retry(body, { times: 1, while: (error) => error.problem === "missing" })

/**
 * Runs a pipeline's phases in order, each to its end, resuming whatever is committed. A phase boundary is the only barrier.
 * Returns the budget's stop, or null when every phase is complete. The books of a phase are checked before the next one
 * reads its rows.
 */
export const run = (
  options: RunOptions
): Effect.Effect<
  BudgetExhausted | null,
  Stop | DatasetError | ClaimError | PlanError | TableReadError | BooksError,
  Services | Duck | Scope.Scope
> =>
  Effect.gen(function* () {
    const { concurrency, facts, folder, phases, pipeline, progress, record } = options
    const claims = yield* openClaims(folder.path, record.run)
    let upstream = ""
    for (const phase of phases) {
      const wanted = fingerprint({ run: record.run, phase: phase.name, upstream })
      const plan = yield* preparePlan(folder, phase, record.run, wanted)
      const counters: PhaseProgress = {
        name: phase.name,
        planned: plan.items,
        accepted: 0,
        rejected: 0,
        failed: 0,
        inherited: 0
      }
      progress.phases.push(counters)
      const store = yield* unsettledShards(folder, pipeline.tables, plan)
      const stop = yield* runPhase({ phase, plan, facts, store, claims, progress, counters, concurrency })
      if (stop !== null) return stop
      const imbalances = yield* steadily(checkBooks(folder, plan))
      if (imbalances.length > 0) {
        return yield* new BooksError({
          message: [`The books of phase ${phase.name} do not balance:`, ...imbalances.map((line) => `  ${line}`)].join(
            "\n"
          )
        })
      }
      yield* steadily(mergePhase(folder, plan))
      upstream = yield* rowsFingerprint(folder, plan, pipeline)
    }
    return null
  })
