import { Context, type Effect } from "effect"
import type { Answers } from "./answers.ts"
import type { LabelScore, Pair } from "./backend.ts"
import type { CapabilityError } from "./capability-error.ts"

export type PairRole = "entailment" | "relevance" | "reward"

/** Two texts judged together: does one follow from the other, does it belong to it, is it a good reply to it. */
export class PairScorer extends Context.Service<
  PairScorer,
  {
    /**
     * `entailment` gives the labels `entailment`, `neutral` and `contradiction` with probabilities (first: premise, second:
     * hypothesis); `relevance` (query, document) and `reward` (prompt, reply) give one label, `score`. No paid calls.
     */
    readonly score: (
      role: PairRole,
      pairs: ReadonlyArray<Pair>
    ) => Effect.Effect<Answers<ReadonlyArray<LabelScore>>, CapabilityError>
  }
>()("dialoom/models/PairScorer") {}
