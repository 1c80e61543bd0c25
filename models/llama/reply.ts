import { sha256 } from "../../schemas/json.ts"
import type { ToolCall } from "../../schemas/message.ts"
import type { FinishReason, ProviderReply, ProviderRequest } from "../provider.ts"
import type { GeneratedResponse } from "./library.ts"

/** What a generation took, as the model's own tokenizer counts. */
export interface Taken {
  readonly model: string
  /** Tokens of the whole prompt. */
  readonly prompt: number
  /** Tokens of it that were not in the sequence's memory. */
  readonly evaluated: number
  readonly completion: number
  readonly count: (text: string) => number
}

/** A generation as a reply. A reply of calls alone has no content. */
export const replyOf = (response: GeneratedResponse, request: ProviderRequest, taken: Taken): ProviderReply => {
  const toolCalls = toolCallsOf(response, request)
  const reasoning = response.fullResponse
    .flatMap((part) => (typeof part !== "string" && part.segmentType === "thought" ? [part.text] : []))
    .join("")
  const content = response.response
  return {
    content: content === "" && toolCalls.length > 0 ? null : content,
    reasoning: reasoning === "" ? null : reasoning,
    toolCalls,
    finishReason: finishReasonOf(response.metadata.stopReason, toolCalls.length),
    usage: {
      prompt: taken.prompt,
      completion: taken.completion,
      // The last token of a prompt is always read anew, and counted with what follows it.
      cached: Math.min(taken.prompt, Math.max(0, taken.prompt - taken.evaluated - 1)),
      reasoning: reasoning === "" ? 0 : Math.min(taken.completion, taken.count(reasoning))
    },
    usageEstimated: false,
    model: taken.model
  }
}

/** The library gives no ids, and one must be unique within its dialogue: it is made from what was asked. */
const toolCallsOf = ({ functionCalls }: GeneratedResponse, request: ProviderRequest): ReadonlyArray<ToolCall> => {
  if (functionCalls === undefined || functionCalls.length === 0) return []
  const asked = sha256(JSON.stringify(request.messages)).slice(0, 12)
  return functionCalls.map((call, index) => ({
    id: `call_${asked}_${index}`,
    name: call.functionName,
    arguments: JSON.stringify(call.params ?? {})
  }))
}

const finishReasonOf = (stopReason: string, toolCalls: number): FinishReason => {
  if (toolCalls > 0) return "tool_calls"
  if (stopReason === "maxTokens") return "length"
  return stopReason === "abort" ? "other" : "stop"
}
