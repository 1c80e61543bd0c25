import { Effect } from "effect"
import type { DecisionModel } from "effect/ai"
import { z } from "zod"
import type { Json } from "../../schemas/json.ts"
import type { DecisionQuestion } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import { type Answer, distribution, type Question, REFUSAL, worded } from "./distribution.ts"
import { eachAlone, wrongCount } from "./in-order.ts"
import type { Place, Route } from "./shape.ts"

const ROUTE = "/v1/decisions"

const name = z.string().nullish()
const confidence = z.number().min(0).max(1).nullish().catch(null)

const OpenAiAnswer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("predicate"), name, probability: z.number().min(0).max(1) }),
  z.object({
    type: z.literal("choice"),
    name,
    choice: z.union([z.string(), z.boolean()]),
    confidence,
    probabilities: z.array(z.object({ value: z.union([z.string(), z.boolean()]), probability: z.number() }))
  }),
  z.object({
    type: z.literal("score"),
    name,
    score: z.number(),
    confidence,
    probabilities: z.array(z.object({ label: z.string(), probability: z.number() }))
  }),
  z.object({ type: z.literal("refusal"), name })
])
type OpenAiAnswer = z.output<typeof OpenAiAnswer>

const count = z.number().nullish().catch(null)
const OpenAiReply = z.object({
  model: z.string().nullish().catch(null),
  answers: z.array(OpenAiAnswer),
  usage: z.object({ input_tokens: count, output_tokens: count }).nullish().catch(null)
})

/** OpenAI's POST /v1/decisions: one input and its questions a request, answers in their order; any of them may be refused. */
export const openAiDecisions: Route<"decision"> = (place) => ({
  inputs: 1,
  run: eachAlone((question) => decide(place, question), place.spec.concurrency)
})

const decide = (
  { call, served }: Place,
  { decisions, state }: DecisionQuestion
): Effect.Effect<DecisionModel.ProviderResponse, CapabilityError> => {
  const entries = Object.entries(decisions)
  const body = {
    model: served.id,
    input: typeof state === "string" ? state : JSON.stringify(state),
    questions: entries.map(([id, question]) => asked(id, question))
  }
  return Effect.flatMap(call.post(ROUTE, body, OpenAiReply), (reply) => {
    if (reply.answers.length !== entries.length) return wrongCount(call, ROUTE, reply.answers.length, entries.length)
    const answers: Record<string, Answer> = {}
    for (const [position, [id, question]] of entries.entries()) {
      const said = reply.answers[position] as OpenAiAnswer
      const answer = (said.name ?? id) === id ? understood(question, said) : undefined
      if (answer === undefined) {
        return call.fail(
          "bad_output",
          `answered "${id}" with a ${said.type}${said.name ? ` named "${said.name}"` : ""} that does not fit the question, or whose probabilities do not sum to 1.`
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
      modelId: reply.model ?? undefined
    })
  })
}

const asked = (id: string, question: Question): Json => {
  const instructions = worded(question.instructions)
  switch (question._tag) {
    case "Probability": {
      const { criteria } = question
      // A predicate has no place for what each side means.
      const sides = criteria === undefined ? [] : [`True: ${worded(criteria.true)}`, `False: ${worded(criteria.false)}`]
      return { type: "predicate", name: id, instructions: [instructions, ...sides].join("\n") }
    }
    case "Classify":
      return {
        type: "choice",
        name: id,
        instructions,
        choices: Object.entries(question.criteria).map(([value, text]) => ({
          value,
          ...(text === null ? {} : { description: worded(text) })
        }))
      }
    case "Rate":
      return {
        type: "score",
        name: id,
        instructions,
        levels: question.criteria.map(({ description, label }) => ({
          label,
          ...(description === label ? {} : { description: worded(description) })
        }))
      }
  }
}

/** Undefined where the answer is no answer to the question. */
const understood = (question: Question, said: OpenAiAnswer): Answer | undefined => {
  if (said.type === "refusal") return REFUSAL
  if (question._tag === "Probability") {
    return said.type === "predicate" ? { _tag: "Probability", probability: said.probability } : undefined
  }
  if (question._tag === "Classify") {
    if (said.type !== "choice" || typeof said.choice !== "string" || !Object.hasOwn(question.criteria, said.choice)) {
      return undefined
    }
    const labels = Object.keys(question.criteria)
    const by = new Map(said.probabilities.map(({ probability, value }) => [value, probability]))
    const over = distribution(
      labels,
      labels.map((label) => by.get(label))
    )
    if (over === undefined) return undefined
    return { _tag: "Classify", label: said.choice, probabilities: over, confidence: said.confidence ?? undefined }
  }
  if (said.type !== "score" || said.score < 0 || said.score > question.criteria.length - 1) return undefined
  const levels = question.criteria.map(({ label }) => label)
  const by = new Map(said.probabilities.map(({ label, probability }) => [label, probability]))
  const over = distribution(
    levels,
    levels.map((level) => by.get(level))
  )
  if (over === undefined) return undefined
  return { _tag: "Rate", rating: said.score, probabilities: over, confidence: said.confidence ?? undefined }
}
