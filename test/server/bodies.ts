import type { Fault } from "./faults.ts"
import type { Answer, WireRequest } from "./wire.ts"

export const errorBody = (message: string, extra: { readonly code?: string; readonly param?: string } = {}): string =>
  JSON.stringify({
    error: { message, type: "invalid_request_error", code: extra.code ?? null, param: extra.param ?? null }
  })

const tokens = (text: string): number => Math.ceil(text.length / 4)

/** A chat completion as OpenAI-compatible servers write it, with what `fault` does to it. */
export const completionBody = (asked: WireRequest, hash: string, said: Answer, fault: Fault | undefined): string => {
  const calls = said.toolCalls ?? []
  const refusal = fault === "refusal" ? "I can't help with that." : (said.refusal ?? null)
  const truncated = fault === "truncated"
  const content = refusal !== null ? null : truncated ? (said.content ?? "").slice(0, 10) : said.content
  const finish =
    fault === "content-filter"
      ? "content_filter"
      : truncated
        ? "length"
        : (said.finishReason ?? (calls.length > 0 ? "tool_calls" : "stop"))
  const prompt = asked.messages.reduce((sum, message) => sum + tokens(message.content ?? ""), 0)
  const reasoning = tokens(said.reasoning ?? "")
  const completion = tokens(content ?? "") + reasoning + calls.reduce((sum, call) => sum + tokens(call.arguments), 0)
  return JSON.stringify({
    id: `chatcmpl-${hash.slice(0, 16)}`,
    object: "chat.completion",
    created: 1_700_000_000,
    model: asked.model,
    choices:
      fault === "empty-choices"
        ? []
        : [
            {
              index: 0,
              finish_reason: finish,
              message: {
                role: "assistant",
                content,
                ...(refusal === null ? {} : { refusal }),
                ...(said.reasoning ? { reasoning_content: said.reasoning } : {}),
                ...(calls.length === 0
                  ? {}
                  : {
                      tool_calls: calls.map((call) => ({
                        id: call.id,
                        type: "function",
                        function: { name: call.name, arguments: call.arguments }
                      }))
                    })
              }
            }
          ],
    ...(fault === "no-usage"
      ? {}
      : {
          usage: {
            prompt_tokens: prompt,
            completion_tokens: completion,
            total_tokens: prompt + completion,
            prompt_tokens_details: { cached_tokens: Math.floor(prompt / 2) },
            completion_tokens_details: { reasoning_tokens: reasoning }
          }
        })
  })
}
