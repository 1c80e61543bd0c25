import { Context, type Effect } from "effect"
import type { Answers } from "./answers.ts"
import type { SequenceScore } from "./backend.ts"
import type { CapabilityError } from "./capability-error.ts"

/** How probable texts are to a language model: for bands of perplexity. */
export class SequenceScorer extends Context.Service<
  SequenceScorer,
  {
    /** No paid calls. */
    readonly score: (texts: ReadonlyArray<string>) => Effect.Effect<Answers<SequenceScore>, CapabilityError>
  }
>()("dialoom/models/SequenceScorer") {}

/** exp of the mean negative log probability of a token; infinite for a text of one token. */
export const perplexity = ({ logProbability, tokens }: SequenceScore): number =>
  tokens === 0 ? Number.POSITIVE_INFINITY : Math.exp(-logProbability / tokens)
