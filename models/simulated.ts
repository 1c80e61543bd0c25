import { Effect } from "effect"
import { Backstage, CurrentCall } from "./call-context.ts"
import { modelError } from "./model-error.ts"
import type { Provider, ProviderReply, ProviderRequest } from "./provider.ts"
import { roleNames } from "./role-family.ts"

/** What a scripted model answers: text, tool calls or both. Usage and model name are filled in by the provider. */
export type SimulatedReply = Partial<Pick<ProviderReply, "content" | "reasoning" | "toolCalls" | "finishReason">>

/**
 * Scripted models by role. `backstage` is what the stage provided through `Backstage`; `random` is seeded by the call's
 * address, so that equal calls get equal answers.
 */
export type SimulatedBy<Random> = Readonly<
  Record<
    string,
    (call: {
      readonly request: ProviderRequest
      readonly backstage: unknown
      readonly random: Random
    }) => SimulatedReply
  >
>

/**
 * Mistakes that a simulated model made on purpose. It says so in its private reasoning, in the form `planted: code`, one a
 * line: the one way by which the truth about them comes into the tables. Real models do not write such lines, and nobody who
 * judges a reply sees its reasoning.
 */
export const plantedIn = (reasoning: string | undefined): ReadonlyArray<string> =>
  [...(reasoning ?? "").matchAll(/^planted: ([a-z_]+)$/gm)].map((match) => match[1] as string)

/** What every scripted model is called: by it rows and stages know that nobody real has spoken. */
export const SIMULATED_MODEL = "simulated"

/** The usual figure for English text; good enough for models that cost nothing. */
const CHARACTERS_A_TOKEN = 4

/** Prompt tokens as the simulated models count them. */
export const simulatedTokens = (request: ProviderRequest): number => {
  let characters = 0
  for (const message of request.messages) {
    characters += message.content?.length ?? 0
    for (const call of message.tool_calls ?? []) characters += call.name.length + call.arguments.length
  }
  return Math.ceil(characters / CHARACTERS_A_TOKEN)
}

const reply = (request: ProviderRequest, answer: SimulatedReply): ProviderReply => {
  const toolCalls = answer.toolCalls ?? []
  const content = answer.content ?? null
  const reasoning = answer.reasoning ?? null
  const written = toolCalls.reduce((sum, call) => sum + call.name.length + call.arguments.length, content?.length ?? 0)
  const reasoningTokens = Math.ceil((reasoning?.length ?? 0) / CHARACTERS_A_TOKEN)
  return {
    content,
    reasoning,
    toolCalls,
    finishReason: answer.finishReason ?? (toolCalls.length > 0 ? "tool_calls" : "stop"),
    usage: {
      prompt: simulatedTokens(request),
      completion: Math.ceil(written / CHARACTERS_A_TOKEN) + reasoningTokens,
      cached: 0,
      reasoning: reasoningTokens
    },
    usageEstimated: true,
    model: SIMULATED_MODEL
  }
}

/**
 * Answers from a pipeline's scripted models: deterministic, in process, free. `random` makes a stream from a seed. A role
 * without a script is a bad_request, as a model that its endpoint does not serve would be; a script that throws is a
 * defect of the pipeline and ends the run.
 */
export const simulated = <Random>(scripts: SimulatedBy<Random>, random: (seed: string) => Random): Provider => ({
  name: "simulated",
  complete: Effect.fnUntraced(function* (request) {
    const { address, role } = yield* CurrentCall
    const backstage = yield* Backstage
    const name = roleNames(role).find((candidate) => Object.hasOwn(scripts, candidate))
    const script = name === undefined ? undefined : scripts[name]
    if (script === undefined) {
      return yield* modelError(
        "bad_request",
        "simulated",
        `The pipeline has no simulated model for the role "${role}"; it has ${Object.keys(scripts).join(", ") || "none"}.`
      )
    }
    return reply(request, script({ request, backstage, random: random(address) }))
  })
})
