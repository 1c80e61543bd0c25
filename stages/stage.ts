import { Data, Effect } from "effect"
import { CurrentStage } from "../models/call-context.ts"
import type { Entry } from "../schemas/table.ts"

/** Turned down: not an error. Counted, kept, explained; the run goes on. */
export class Rejected extends Data.TaggedError("Rejected")<{
  /** The stage that turned it down: "review". */
  readonly stage: string
  /** Machine-readable reason: "REVIEW_MAJORITY". */
  readonly code: string
  readonly reasons: ReadonlyArray<string>
  /** Anything that explains the decision, kept as JSON beside the item. */
  readonly evidence?: unknown
  /** Rows that are kept although the item is turned down: its attempts, for tables that hold failures too. */
  readonly entries?: ReadonlyArray<Entry>
}> {}

/** Names the stage that the calls of `body` belong to. */
export const stage =
  (name: string) =>
  <A, E, R>(body: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(body, CurrentStage, name)
