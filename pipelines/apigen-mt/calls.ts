import type { DialogueMessage } from "../../schemas/dialogue.ts"
import type { Json, JsonObject } from "../../schemas/json.ts"
import type { Action, Environment, EnvironmentTool } from "../../stages/environment.ts"

/** One tool call of a dialogue with what it was answered. */
export interface DialogueCall {
  /** Index of the assistant message that made it. */
  readonly messageIndex: number
  readonly id: string
  readonly name: string
  /** Null where the stored arguments are no JSON object. */
  readonly arguments: JsonObject | null
  readonly observation: string
  readonly isError: boolean
  /** Null where no such tool exists. */
  readonly kind: EnvironmentTool["kind"] | null
  readonly terminates: boolean
}

/** A call's arguments as an object; null where the text is not JSON or not an object. */
export const parseArguments = (text: string): JsonObject | null => {
  try {
    const value = JSON.parse(text) as Json
    return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as JsonObject) : null
  } catch {
    return null
  }
}

/** The calls of a dialogue in order, each with the tool message that answers it. */
export const callsOf = (
  environment: Environment,
  messages: ReadonlyArray<DialogueMessage>
): ReadonlyArray<DialogueCall> => {
  const answers = new Map<string, DialogueMessage>()
  for (const message of messages) {
    if (message.role === "tool" && message.tool_call_id !== undefined) answers.set(message.tool_call_id, message)
  }
  return messages.flatMap((message) =>
    (message.role === "assistant" ? (message.tool_calls ?? []) : []).map((call) => {
      const answer = answers.get(call.id)
      const tool = environment.tools.get(call.name)
      return {
        messageIndex: message.index,
        id: call.id,
        name: call.name,
        arguments: parseArguments(call.arguments),
        observation: answer?.content ?? "",
        isError: answer?.is_error ?? (answer?.content ?? "Error").startsWith("Error"),
        kind: tool?.kind ?? null,
        terminates: tool?.terminates ?? false
      }
    })
  )
}

/** What can be run again: calls whose arguments are an object, in order. */
export const actionsOf = (calls: ReadonlyArray<DialogueCall>): ReadonlyArray<Action> =>
  calls.flatMap((call) => (call.arguments === null ? [] : [{ name: call.name, arguments: call.arguments }]))

/** Messages of the agent that the human reads: no calls. */
export const repliesOf = (messages: ReadonlyArray<DialogueMessage>): ReadonlyArray<DialogueMessage> =>
  messages.filter((message) => message.role === "assistant" && (message.tool_calls ?? []).length === 0)
