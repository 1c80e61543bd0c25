import { z } from "zod"
import { sha256 } from "../../schemas/json.ts"
import { type ModelError, modelError } from "../model-error.ts"
import type { FinishReason, ProviderReply, Usage } from "../provider.ts"

/** No call has more tokens than this: such a figure is a fault of the server's, and would not fit the columns of tables. */
const MOST_TOKENS = 10_000_000
const count = z.number().min(0).max(MOST_TOKENS).transform(Math.floor).nullish().catch(null)

const WireUsage = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count }).nullish().catch(null),
  completion_tokens_details: z.object({ reasoning_tokens: count }).nullish().catch(null),
  /** DeepSeek's word for cached tokens. */
  prompt_cache_hit_tokens: count
})

const WireToolCall = z.object({
  id: z.string().nullish(),
  function: z.object({
    name: z.string(),
    /** Some servers send the object itself instead of its text. */
    arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish()
  })
})

const WireMessage = z.object({
  content: z.union([z.string(), z.array(z.looseObject({ text: z.string().nullish() }))]).nullish(),
  refusal: z.string().nullish(),
  /** DeepSeek, vLLM and SGLang say `reasoning_content`, newer vLLM and OpenRouter `reasoning`. */
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish().catch(null),
  tool_calls: z.array(WireToolCall).nullish()
})

const WireReply = z.object({
  model: z.string().nullish(),
  choices: z.array(z.object({ finish_reason: z.string().nullish(), message: WireMessage })),
  usage: WireUsage.nullish().catch(null)
})

/** Usage is undefined where the server gave none: the caller counts. */
export type ReplyIn = Omit<ProviderReply, "usage" | "usageEstimated"> & { readonly usage: Usage | undefined }

/**
 * The body of a 2xx answer. Anything that is not a chat completion with a choice is a `parse` error. A refusal is a reply like
 * any other, finished by `content_filter`: it has been paid for, so the ledger keeps it.
 */
export const replyIn = (body: string, model: string, redact: (text: string) => string): ReplyIn | ModelError => {
  const parsed = WireReply.safeParse(jsonOf(body))
  if (!parsed.success) {
    return modelError("parse", model, `The answer is not a chat completion. It begins: ${redact(body.slice(0, 200))}`)
  }
  const [choice] = parsed.data.choices
  if (choice === undefined) return modelError("parse", model, "The answer holds no choice.")
  const { message } = choice
  const toolCalls = (message.tool_calls ?? []).map((call, index) => ({
    // An id must be unique within its dialogue, also from servers that give none.
    id: call.id || `call_${sha256(body).slice(0, 12)}_${index}`,
    name: call.function.name,
    arguments: argumentsText(call.function.arguments)
  }))
  const refusal = message.refusal || null
  return {
    content: refusal ?? textOf(message.content),
    reasoning: message.reasoning_content || message.reasoning || null,
    toolCalls,
    finishReason: refusal === null ? finishReason(choice.finish_reason, toolCalls.length) : "content_filter",
    usage: usageIn(parsed.data.usage),
    model: parsed.data.model || model
  }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const textOf = (content: z.output<typeof WireMessage>["content"]): string | null => {
  if (content === null || content === undefined) return null
  return typeof content === "string" ? content : content.map((part) => part.text ?? "").join("")
}

const argumentsText = (value: z.output<typeof WireToolCall>["function"]["arguments"]): string => {
  if (value === null || value === undefined || value === "") return "{}"
  return typeof value === "string" ? value : JSON.stringify(value)
}

/** Servers that call a tool but report "stop" are common; what they did counts. */
const finishReason = (reported: string | null | undefined, calls: number): FinishReason => {
  if (reported === "length" || reported === "content_filter") return reported
  if (calls > 0) return "tool_calls"
  return reported === "stop" || reported === null || reported === undefined ? "stop" : "other"
}

const usageIn = (usage: z.output<typeof WireUsage> | null | undefined): Usage | undefined => {
  if (typeof usage?.prompt_tokens !== "number" || typeof usage.completion_tokens !== "number") return undefined
  const cached = usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? 0
  return {
    prompt: usage.prompt_tokens,
    completion: usage.completion_tokens,
    cached: Math.min(cached, usage.prompt_tokens),
    reasoning: Math.min(usage.completion_tokens_details?.reasoning_tokens ?? 0, usage.completion_tokens)
  }
}
