import { Effect, Result, Schema } from "effect"
import { Decision, DecisionModel, EmbeddingModel } from "effect/ai"
import { fromAiError } from "../../models/capabilities/ai-error.ts"
import { type CapabilityError, capabilityError } from "../../models/capabilities/capability-error.ts"
import { ModelCards } from "../../models/capabilities/model-cards.ts"
import type { JsonObject } from "../../schemas/json.ts"
import type { ModelCard } from "../../schemas/model-card.ts"

export interface Embedded {
  readonly card: ModelCard | null
  /** Unit vectors in the order of the texts, so that a dot product is the cosine. */
  readonly vectors: ReadonlyArray<ReadonlyArray<number>>
}

/** Vectors of texts by the `embedding` role. Equal texts are embedded once; no text, no call. */
export const embed = Effect.fnUntraced(function* (
  texts: ReadonlyArray<string>
): Effect.fn.Return<Embedded, CapabilityError, EmbeddingModel.EmbeddingModel | ModelCards> {
  const model = yield* EmbeddingModel.EmbeddingModel
  const cards = yield* ModelCards
  const different = [...new Set(texts)]
  const { embeddings } = yield* model
    .embedMany(different)
    .pipe(Effect.mapError((error) => fromAiError(error, "embedding", cards.of("embedding")?.id ?? "embedding")))
  const card = cards.of("embedding") ?? null
  const byText = new Map<string, ReadonlyArray<number>>()
  for (const [index, { vector }] of embeddings.entries()) {
    const unit = normalized(vector)
    if (unit === null) {
      return yield* capabilityError(
        "bad_output",
        "embedding",
        card?.id ?? "embedding",
        `The embedding of text ${index + 1} of ${different.length} holds a number that is not finite; use another model or dtype.`
      )
    }
    byText.set(different[index] as string, unit)
  }
  return { card, vectors: texts.map((text) => byText.get(text) ?? []) }
})

/** Cosine of two unit vectors, from -1 to 1; 0 where one of them has no direction. */
export const cosine = (left: ReadonlyArray<number>, right: ReadonlyArray<number>): number => {
  let sum = 0
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index++) sum += (left[index] as number) * (right[index] as number)
  return Math.max(-1, Math.min(1, sum))
}

/** Zero vectors stay: a text without any known word has no direction, and is like nothing. */
const normalized = (vector: ReadonlyArray<number>): ReadonlyArray<number> | null => {
  let square = 0
  for (const value of vector) square += value * value
  if (!Number.isFinite(square)) return null
  const length = Math.sqrt(square)
  return length === 0 ? vector : vector.map((value) => value / length)
}

export interface Decided {
  readonly card: ModelCard | null
  /** Probability of yes by question, 0 to 1; null where the model declined to answer. */
  readonly yes: ReadonlyMap<string, number | null>
}

/**
 * Yes-or-no questions about one state, by the `decision` role, in one call. A declined question is null; an answer that is
 * missing, or that is no probability, is a failure of kind `bad_output`.
 */
export const decide = Effect.fnUntraced(function* (
  state: JsonObject,
  questions: Readonly<Record<string, string>>
): Effect.fn.Return<Decided, CapabilityError, DecisionModel.DecisionModel | ModelCards> {
  const model = yield* DecisionModel.DecisionModel
  const cards = yield* ModelCards
  const definition = Decision.make({
    input: Schema.Json,
    decisions: Object.fromEntries(
      Object.entries(questions).map(([name, instructions]) => [name, Decision.probability({ instructions })])
    )
  })
  const { outcomes } = yield* model
    .decideSettled(definition, { input: state as Schema.Json })
    .pipe(Effect.mapError((error) => fromAiError(error, "decision", cards.of("decision")?.id ?? "decision")))
  const card = cards.of("decision") ?? null
  const yes = new Map<string, number | null>()
  for (const name of Object.keys(questions)) {
    const outcome = outcomes[name]
    if (outcome !== undefined && Result.isSuccess(outcome)) yes.set(name, outcome.success.probability)
    else if (outcome?.failure.reason === "Refused") yes.set(name, null)
    else {
      const reason = outcome?.failure.description ?? `no answer to ${JSON.stringify(name)}`
      return yield* capabilityError("bad_output", "decision", card?.id ?? "decision", `Decision model: ${reason}.`)
    }
  }
  return { card, yes }
})
