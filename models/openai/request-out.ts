import type {
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam
} from "openai/resources/chat/completions"
import type { Message } from "../../schemas/message.ts"
import type { Tool } from "../../schemas/tool.ts"
import type { ProviderRequest } from "../provider.ts"
import { withSchema } from "../schema-instruction.ts"
import { type Dialect, structuredFor } from "./dialect.ts"
import { nativeSchema } from "./strict-schema.ts"

/** A request in the words of the chat completions API, as far as this model's dialect has them. */
export const requestOut = (request: ProviderRequest, dialect: Dialect): ChatCompletionCreateParamsNonStreaming => {
  const { response, sampling } = request
  const structured = structuredFor(dialect, request)
  const inPrompt = response !== undefined && structured !== "native"
  const messages = inPrompt ? withSchema(request.messages, response.schema) : request.messages
  const { omit } = dialect
  return {
    model: request.model,
    messages: messages.map(messageOut),
    [dialect.maxTokens]: sampling.maxTokens,
    ...(omit.has("temperature") ? {} : { temperature: sampling.temperature }),
    ...(sampling.topP === undefined || omit.has("top_p") ? {} : { top_p: sampling.topP }),
    ...(sampling.stop === undefined || omit.has("stop") ? {} : { stop: [...sampling.stop] }),
    ...(sampling.seed === undefined || omit.has("seed") ? {} : { seed: sampling.seed }),
    ...(request.tools === undefined || request.tools.length === 0 ? {} : { tools: request.tools.map(toolOut) }),
    ...(response === undefined || structured === "prompt" ? {} : { response_format: formatOut(response, structured) })
  }
}

const messageOut = (message: Message): ChatCompletionMessageParam => {
  const content = message.content ?? ""
  switch (message.role) {
    case "system":
      return { role: "system", content }
    case "user":
      return { role: "user", content }
    case "tool":
      return { role: "tool", content, tool_call_id: message.tool_call_id ?? "" }
    case "assistant":
      // Reasoning stays behind: servers disagree on its field, and models are trained without that of earlier turns.
      return message.tool_calls === undefined || message.tool_calls.length === 0
        ? { role: "assistant", content }
        : {
            role: "assistant",
            content: message.content,
            tool_calls: message.tool_calls.map((call) => ({
              id: call.id,
              type: "function",
              function: { name: call.name, arguments: call.arguments }
            }))
          }
  }
}

const toolOut = (tool: Tool) => ({
  type: "function" as const,
  function: { name: tool.name, description: tool.description, parameters: tool.parameters }
})

const formatOut = (
  response: NonNullable<ProviderRequest["response"]>,
  structured: "native" | "json_object" | undefined
) => {
  if (structured !== "native") return { type: "json_object" as const }
  const { schema, strict } = nativeSchema(response.schema)
  const name = response.name.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 64)
  return { type: "json_schema" as const, json_schema: { name, schema, strict } }
}
