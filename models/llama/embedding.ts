import { Effect, type Scope } from "effect"
import type { ModelCard } from "../../schemas/model-card.ts"
import type { EmbeddingBackend } from "../capabilities/backend.ts"
import { type CapabilityError, capabilityError } from "../capabilities/capability-error.ts"
import { contextSizeOf, type LoadedModel, openContext } from "./load-model.ts"
import { badNumber, each, oneAtATime } from "./run.ts"

/** Texts of a dataset are rarely longer, and memory grows with it. */
const USUAL_TOKENS = 2_048
/** The library puts a token before and behind a text, and keeps one free. */
const RESERVED_TOKENS = 3

/** Vectors of length 1, pooled as the file says. */
export const embeddingBackend = Effect.fnUntraced(function* (
  loaded: LoadedModel,
  card: ModelCard,
  maxTokens: number | undefined
): Effect.fn.Return<EmbeddingBackend, CapabilityError, Scope.Scope> {
  const { model } = loaded
  const contextSize = contextSizeOf(loaded, maxTokens, USUAL_TOKENS)
  const context = yield* openContext("embedding", loaded, () => model.createEmbeddingContext({ contextSize }))
  const embed = async (text: string): Promise<ReadonlyArray<number> | CapabilityError> => {
    const tokens = model.tokenize(text)
    if (tokens.length === 0 && model.tokens.bos !== null) tokens.push(model.tokens.bos)
    if (tokens.length === 0) {
      return capabilityError("bad_request", "embedding", card.id, `${card.id} has no embedding for an empty text.`)
    }
    const { vector } = await context.getEmbeddingFor(tokens)
    const length = Math.hypot(...vector)
    const unit = vector.map((value) => value / length)
    return unit.length > 0 && unit.every(Number.isFinite)
      ? unit
      : badNumber("embedding", card.id, "a vector with a value")
  }
  return {
    card: { ...card, max_tokens: contextSize - RESERVED_TOKENS },
    batching: oneAtATime((text) => model.tokenize(text).length),
    run: each("embedding", card.id, embed)
  }
})
