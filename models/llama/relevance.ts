import { Effect, type Scope } from "effect"
import type { ModelCard } from "../../schemas/model-card.ts"
import type { LabelScore, Pair, PairBackend } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import { contextSizeOf, type LoadedModel, openContext } from "./load-model.ts"
import { badNumber, each, oneAtATime } from "./run.ts"

const USUAL_TOKENS = 2_048

/**
 * How well a document answers a query, 0 to 1, where the file is a reranker; any other file is refused as `unsupported`.
 */
export const relevanceBackend = Effect.fnUntraced(function* (
  loaded: LoadedModel,
  card: ModelCard,
  maxTokens: number | undefined
): Effect.fn.Return<PairBackend, CapabilityError, Scope.Scope> {
  const contextSize = contextSizeOf(loaded, maxTokens, USUAL_TOKENS)
  const context = yield* openContext("pairs", loaded, () => loaded.model.createRankingContext({ contextSize }))
  const rank = async ({ first, second }: Pair): Promise<ReadonlyArray<LabelScore> | CapabilityError> => {
    const score = await context.rank(first, second)
    return Number.isFinite(score) ? [{ label: "score", score }] : badNumber("pairs", card.id, "a score")
  }
  return {
    card: { ...card, max_tokens: contextSize - 1 },
    batching: oneAtATime(({ first, second }) => context.calculateInputLength(first, second)),
    run: each("pairs", card.id, rank)
  }
})
