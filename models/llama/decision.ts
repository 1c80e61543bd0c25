import { Effect, type Scope } from "effect"
import type { Decision, DecisionModel } from "effect/ai"
import type { Json } from "../../schemas/json.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import type { DecisionBackend, DecisionQuestion } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import type { LlamaAnswer, LlamaQuestion } from "./library.ts"
import { contextSizeOf, type LoadedModel, openContext } from "./load-model.ts"
import { badNumber, each, oneAtATime } from "./run.ts"

/** State and questions together. */
const USUAL_TOKENS = 4_096

/**
 * One forward pass a question, no generated text: the probabilities of the letters of the allowed answers, as they stand
 * against each other. Any chat model answers so; models made for decisions answer well. A state that does not fit fails with
 * `bad_request`.
 */
export const decisionBackend = Effect.fnUntraced(function* (
  loaded: LoadedModel,
  card: ModelCard,
  maxTokens: number | undefined
): Effect.fn.Return<DecisionBackend, CapabilityError, Scope.Scope> {
  const contextSize = contextSizeOf(loaded, maxTokens, USUAL_TOKENS)
  // Questions side by side share batches, and their rounding moves probabilities by a few hundredths from call to call.
  const context = yield* openContext("decision", loaded, () =>
    loaded.model.createDecisionContext({ contextSize, parallelQuestions: 1 })
  )
  const decide = async (
    asked: DecisionQuestion,
    signal: AbortSignal
  ): Promise<DecisionModel.ProviderResponse | CapabilityError> => {
    const questions = Object.fromEntries(
      Object.entries(asked.decisions).map(([key, decision]) => [key, questionOf(decision)])
    )
    const { answers, tokenUsage } = await context.decideWithMeta(textOf(asked.state), questions, {
      signal,
      onOverflow: "throw"
    })
    const mapped: Record<string, DecisionModel.ProviderAnswer> = {}
    for (const [key, decision] of Object.entries(asked.decisions)) {
      const answer = answers[key]
      const provided = answer === undefined ? undefined : answerOf(decision, answer)
      if (provided === undefined) return badNumber("decision", card.id, `an answer to "${key}"`)
      mapped[key] = provided
    }
    return {
      answers: mapped,
      usage: { inputTokens: tokenUsage.input, outputTokens: tokenUsage.output },
      modelId: card.id
    }
  }
  return {
    // The library takes state and questions together, and itself refuses what does not fit.
    card: { ...card, max_tokens: contextSize },
    batching: oneAtATime(),
    run: each("decision", card.id, decide)
  }
})

const textOf = (value: Json | Decision.Description): string =>
  typeof value === "string" ? value : JSON.stringify(value)

type Asked = DecisionQuestion["decisions"][string]

/** In the library's words. */
export const questionOf = (decision: Asked): LlamaQuestion => {
  const instruction = textOf(decision.instructions)
  switch (decision._tag) {
    case "Probability":
      return {
        type: "noul",
        instruction,
        ...(decision.criteria === undefined
          ? {}
          : { criteria: { true: textOf(decision.criteria.true), false: textOf(decision.criteria.false) } })
      }
    case "Classify":
      return {
        type: "choice",
        instruction,
        criteria: Object.fromEntries(
          Object.entries(decision.criteria).map(([label, description]) => [
            label,
            description === null ? null : textOf(description)
          ])
        )
      }
    case "Rate":
      return {
        type: "score",
        instruction,
        criteria: decision.criteria.map(({ description, label }) => `${label}: ${textOf(description)}`)
      }
  }
}

/** Undefined where the answer is not one to the question, or holds what is no number. */
export const answerOf = (decision: Asked, answer: LlamaAnswer): DecisionModel.ProviderAnswer | undefined => {
  if (decision._tag === "Probability" && answer.type === "noul") {
    return isShare(answer.value) ? { _tag: "Probability", probability: answer.value } : undefined
  }
  if (decision._tag === "Classify" && answer.type === "choice") {
    const { choice: label, confidence, probabilities } = answer
    return Object.values(probabilities).every(isShare) && isShare(confidence)
      ? { _tag: "Classify", label, probabilities, confidence }
      : undefined
  }
  if (decision._tag === "Rate" && answer.type === "score") {
    const { confidence, probabilities, score } = answer
    const highest = decision.criteria.length - 1
    return probabilities.length === highest + 1 && probabilities.every(isShare) && isShare(confidence)
      ? {
          _tag: "Rate",
          // A sum of shares times levels may be past the last by a rounding.
          rating: Math.min(score, highest),
          probabilities: Object.fromEntries(
            decision.criteria.map(({ label }, index) => [label, probabilities[index] ?? 0])
          ),
          confidence
        }
      : undefined
  }
  return undefined
}

const isShare = (value: number): boolean => value >= 0 && value <= 1
