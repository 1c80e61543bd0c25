import { Effect } from "effect"
import { type CallFailure, ChatModel } from "../../models/chat-model.ts"
import { ModelError } from "../../models/model-error.ts"
import { plantedIn } from "../../models/simulated.ts"
import { system } from "../../schemas/message.ts"
import type { AgentReply, AgentView } from "../../stages/conversation.ts"
import { stage } from "../../stages/stage.ts"
import type { ApigenMtConfig } from "./config.ts"
import type { PlantedMistake } from "./trajectory-tables.ts"

export interface AgentOptions {
  readonly config: Pick<ApigenMtConfig, "temperatures" | "maxTokens">
  /** The domain's policy: the whole system prompt. */
  readonly policy: string
  /** From 1: chooses the temperature. */
  readonly attempt: number
  /**
   * Sampling seed, 0 to 2^31 - 1. It is part of a call's address, so that at temperature 0 two items never share an answer: a
   * simulated agent knows its item's ground truth, and whichever asked first would answer for both.
   */
  readonly seed: number
  readonly record: (mistake: PlantedMistake) => void
}

export const agentTemperature = (config: AgentOptions["config"], attempt: number): number =>
  config.temperatures.agent[Math.min(attempt, config.temperatures.agent.length) - 1] ?? 0

/**
 * The agent under test: the policy, the tools, and what it has said and seen itself. Never the instruction, the persona or the
 * ground truth. One call of role `agent` a step.
 */
export const agent = (options: AgentOptions) => {
  const policy = system(options.policy)
  const sampling = {
    temperature: agentTemperature(options.config, options.attempt),
    maxTokens: options.config.maxTokens.agent,
    seed: options.seed
  }
  return Effect.fnUntraced(function* (view: AgentView): Effect.fn.Return<AgentReply, CallFailure, ChatModel> {
    const model = yield* ChatModel
    const asked = model.complete({
      role: "agent",
      messages: [policy, ...view.messages],
      tools: view.tools,
      sampling,
      draw: 0
    })
    const reply: AgentReply = yield* asked.pipe(
      stage("act"),
      Effect.catchIf(
        (error): error is ModelError & { readonly kind: "refused" } =>
          error instanceof ModelError && error.kind === "refused",
        // A refused step ends the attempt, not the item.
        (): Effect.Effect<AgentReply> =>
          Effect.succeed({ message: { role: "assistant", content: null }, finishReason: "content_filter" })
      )
    )
    for (const code of plantedIn(reply.message.reasoning)) {
      options.record({ party: "agent", code, message_index: view.messages.length })
    }
    return { finishReason: reply.finishReason, message: withoutTags(reply.message) }
  })
}

/** The tag that tells of a planted mistake goes to its own column and nowhere else. */
const withoutTags = (message: AgentReply["message"]): AgentReply["message"] => {
  const { reasoning, ...rest } = message
  const kept = (reasoning ?? "").replaceAll(/^planted: [a-z_]+$/gm, "").trim()
  return kept === "" ? rest : { ...rest, reasoning: kept }
}
