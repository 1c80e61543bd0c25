import type { Message } from "../../schemas/message.ts"
import type { Tool } from "../../schemas/tool.ts"
import { grammarSchema } from "./grammar-schema.ts"
import type { FunctionCall, Functions, HistoryItem } from "./library.ts"

/**
 * Messages as node-llama-cpp's chat templates take them: a call and its result are one part of the model's turn, and what
 * the model says after its tools have answered belongs to that same turn. Reasoning of earlier turns is not sent. The last
 * item is the turn that the model is to write.
 */
export const historyOf = (messages: ReadonlyArray<Message>): ReadonlyArray<HistoryItem> => {
  const results = new Map<string, string | null>()
  for (const message of messages) {
    if (message.role === "tool" && message.tool_call_id !== undefined)
      results.set(message.tool_call_id, message.content)
  }
  const items: Array<HistoryItem> = []
  let turn: Array<string | FunctionCall> | undefined
  const modelTurn = (): Array<string | FunctionCall> => {
    if (turn === undefined) {
      turn = []
      items.push({ type: "model", response: turn })
    }
    return turn
  }
  for (const message of messages) {
    switch (message.role) {
      case "system":
      case "user":
        turn = undefined
        items.push({ type: message.role, text: message.content ?? "" })
        break
      case "assistant": {
        const parts = modelTurn()
        if (message.content !== null && message.content !== "") parts.push(message.content)
        message.tool_calls?.forEach((call, index) => {
          parts.push({
            type: "functionCall",
            name: call.name,
            params: jsonOr(call.arguments),
            result: jsonOr(results.get(call.id) ?? null),
            startsNewChunk: index === 0
          })
        })
        break
      }
      case "tool":
        // Its content stands with its call.
        break
    }
  }
  modelTurn()
  return items
}

/** The value of a JSON text; the text itself where it is none: a template would quote it twice otherwise. */
const jsonOr = (text: string | null): unknown => {
  if (text === null) return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Tools as node-llama-cpp takes them; one whose arguments its grammars cannot say takes any JSON object. */
export const functionsOf = (tools: ReadonlyArray<Tool>): Functions =>
  Object.fromEntries(
    tools.map((tool) => [
      tool.name,
      {
        description: tool.description,
        params: grammarSchema(tool.parameters) ?? { type: "object", additionalProperties: true }
      }
    ])
  )
