import type { Effect } from "effect"
import type { JsonObject } from "../schemas/json.ts"
import type { Message, ToolCall } from "../schemas/message.ts"
import type { Tool } from "../schemas/tool.ts"
import type { ModelError } from "./model-error.ts"

export interface Sampling {
  readonly temperature: number
  readonly topP?: number
  /** Upper bound of the reply, in tokens. */
  readonly maxTokens: number
  readonly stop?: ReadonlyArray<string>
  readonly seed?: number
}

/** Tokens of one call. `cached` is the part of `prompt` that the server had in its prefix cache, `reasoning` a part of `completion`. */
export interface Usage {
  readonly prompt: number
  readonly completion: number
  readonly cached: number
  readonly reasoning: number
}

/** All that is sent to a provider, ready to be hashed: plain data, no functions, no secrets, no URLs. */
export interface ProviderRequest {
  /** The model's name at its endpoint. */
  readonly model: string
  readonly messages: ReadonlyArray<Message>
  readonly tools?: ReadonlyArray<Tool>
  /** Structured output: the reply must be JSON of this schema. */
  readonly response?: { readonly name: string; readonly schema: JsonObject }
  readonly sampling: Sampling
}

export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter" | "other"

export interface ProviderReply {
  readonly content: string | null
  readonly reasoning: string | null
  readonly toolCalls: ReadonlyArray<ToolCall>
  readonly finishReason: FinishReason
  readonly usage: Usage
  /** True where the server gave no usage and the figures are our count. */
  readonly usageEstimated: boolean
  /** The model's name as the server reported it. */
  readonly model: string
}

/** Something that answers. One call is one attempt: retries, limits, budget and ledger are the caller's. */
export interface Provider {
  readonly name: "simulated" | "openai" | "llama"
  readonly complete: (request: ProviderRequest) => Effect.Effect<ProviderReply, ModelError>
  /**
   * Milliseconds until any endpoint may be asked again, 0 when one may now: after a Retry-After, callers wait this long
   * before they take a slot. Absent where nothing ever asks for a pause.
   */
  readonly pauseMillis?: (now: number) => number
}
