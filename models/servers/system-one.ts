import { Effect } from "effect"
import type { DecisionModel } from "effect/ai"
import { z } from "zod"
import type { Json } from "../../schemas/json.ts"
import type { DecisionQuestion } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import { type Answer, distribution, LEAST_LABEL_MASS, type Question, REFUSAL, worded } from "./distribution.ts"
import { eachAlone } from "./in-order.ts"
import type { Place, Route } from "./shape.ts"

const ROUTE = "/v1/systemone"

const probabilities = z.record(z.string(), z.number())
const confidence = z.number().min(0).max(1).nullish().catch(null)
/** Beside each answer (SGLang), or under `diagnostics` (vLLM), or not given. */
const labelMass = z.number().nullish()

const SystemOneAnswer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("noul"), noul: z.number().min(0).max(1), label_mass: labelMass }),
  z.object({ type: z.literal("choice"), choice: z.string(), probabilities, confidence, label_mass: labelMass }),
  z.object({ type: z.literal("score"), score: z.number(), probabilities, confidence, label_mass: labelMass }),
  z.object({ type: z.literal("refusal"), label_mass: labelMass })
])
type SystemOneAnswer = z.output<typeof SystemOneAnswer>

const count = z.number().nullish().catch(null)
const SystemOneReply = z.object({
  id: z.string().nullish().catch(null),
  model: z.string().nullish().catch(null),
  answers: z.record(z.string(), SystemOneAnswer),
  usage: z.object({ input_tokens: count, output_tokens: count }).nullish().catch(null),
  diagnostics: z.record(z.string(), z.object({ label_mass: labelMass })).nullish()
})

/**
 * POST /v1/systemone of vLLM, SGLang, llama.cpp's server and Ollama: one state and its questions a request, a probability for
 * each allowed answer, no text. An answer whose labels held less than half of the probability is a refusal.
 */
export const systemOne: Route<"decision"> = (place) => ({
  inputs: 1,
  run: eachAlone((question) => decide(place, question), place.spec.concurrency)
})

const decide = (
  { call, served }: Place,
  { decisions, state }: DecisionQuestion
): Effect.Effect<DecisionModel.ProviderResponse, CapabilityError> => {
  const questions = Object.fromEntries(Object.entries(decisions).map(([id, question]) => [id, asked(question)]))
  return Effect.flatMap(call.post(ROUTE, { model: served.id, state, questions }, SystemOneReply), (reply) => {
    const answers: Record<string, Answer> = {}
    for (const [id, question] of Object.entries(decisions)) {
      const said = Object.hasOwn(reply.answers, id) ? reply.answers[id] : undefined
      if (said === undefined) return call.fail("bad_output", `answered ${ROUTE} without an answer to "${id}".`)
      const mass = said.label_mass ?? reply.diagnostics?.[id]?.label_mass ?? 1
      const answer = mass < LEAST_LABEL_MASS ? REFUSAL : understood(question, said)
      if (answer === undefined) {
        return call.fail(
          "bad_output",
          `answered "${id}" with a ${said.type} that does not fit the question, or whose probabilities do not sum to 1.`
        )
      }
      answers[id] = answer
    }
    return Effect.succeed({
      answers,
      usage: {
        inputTokens: reply.usage?.input_tokens ?? undefined,
        outputTokens: reply.usage?.output_tokens ?? undefined
      },
      id: reply.id ?? undefined,
      modelId: reply.model ?? undefined
    })
  })
}

const asked = (question: Question): Json => {
  const instructions = worded(question.instructions)
  switch (question._tag) {
    case "Probability": {
      const { criteria } = question
      return {
        type: "noul",
        instructions,
        ...(criteria === undefined ? {} : { criteria: { true: worded(criteria.true), false: worded(criteria.false) } })
      }
    }
    case "Classify":
      return {
        type: "choice",
        instructions,
        criteria: Object.fromEntries(
          Object.entries(question.criteria).map(([label, text]) => [label, text === null ? null : worded(text)])
        )
      }
    case "Rate":
      return { type: "score", instructions, criteria: question.criteria.map(({ description }) => worded(description)) }
  }
}

/** Undefined where the answer is no answer to the question. Levels are named by their index, from 0. */
const understood = (question: Question, said: SystemOneAnswer): Answer | undefined => {
  if (said.type === "refusal") return REFUSAL
  if (question._tag === "Probability") {
    return said.type === "noul" ? { _tag: "Probability", probability: said.noul } : undefined
  }
  if (question._tag === "Classify") {
    if (said.type !== "choice" || !Object.hasOwn(question.criteria, said.choice)) return undefined
    const labels = Object.keys(question.criteria)
    const over = distribution(
      labels,
      labels.map((label) => said.probabilities[label])
    )
    if (over === undefined) return undefined
    return { _tag: "Classify", label: said.choice, probabilities: over, confidence: said.confidence ?? undefined }
  }
  if (said.type !== "score" || said.score < 0 || said.score > question.criteria.length - 1) return undefined
  const levels = question.criteria.map(({ label }) => label)
  const over = distribution(
    levels,
    levels.map((_, level) => said.probabilities[String(level)])
  )
  if (over === undefined) return undefined
  return { _tag: "Rate", rating: said.score, probabilities: over, confidence: said.confidence ?? undefined }
}
