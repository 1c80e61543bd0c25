import type { DialogueCounts } from "../schemas/dialogue.ts"
import type { JsonObject } from "../schemas/json.ts"
import type { ToolCall } from "../schemas/message.ts"
import type { AgentReply } from "./conversation.ts"
import { splitReasoning } from "./reasoning.ts"

/** What can be wrong with an agent's reply and still be put right; each is counted under its name. */
export type Irregularity = Extract<
  keyof DialogueCounts,
  | "parallel_calls"
  | "text_with_call"
  | "unknown_tool"
  | "duplicate_call_id"
  | "non_object_arguments"
  | "agent_stop_marker"
  | "inline_reasoning"
  | "long_message"
>

interface Read {
  readonly irregularities: ReadonlyArray<Irregularity>
  readonly droppedCalls: number
}

/** A reply put right: one call, or one message to the person, or nothing that can be used. */
export type AgentStep =
  | (Read & { readonly kind: "text"; readonly text: string; readonly reasoning: string | null })
  | (Read & {
      readonly kind: "call"
      /** As the model wrote it, but with an id that is unique in the dialogue. */
      readonly call: ToolCall
      /** Its arguments; null where they are not one JSON object. */
      readonly input: JsonObject | null
      readonly reasoning: string | null
    })
  | (Read & { readonly kind: "unusable"; readonly reason: string })

export interface ReplyRules {
  readonly stopMarker: string
  readonly maxCharacters: number
  readonly knownTools: ReadonlySet<string>
  readonly usedCallIds: ReadonlySet<string>
}

/**
 * Reads an agent's reply by the rules of tau-bench: a step is one call or one message. Of several calls the first counts; text
 * beside a call is no message (it is kept as reasoning); reasoning is never part of a message; a stop marker means nothing when
 * the agent writes it.
 */
export const readAgentReply = ({ finishReason, message }: AgentReply, rules: ReplyRules): AgentStep => {
  const irregularities: Array<Irregularity> = []
  const unusable = (reason: string): AgentStep => ({ kind: "unusable", irregularities, droppedCalls: 0, reason })
  if (finishReason === "length") return unusable("truncated: the agent's reply reached its token limit")
  if (finishReason === "content_filter") return unusable("refused: the provider filtered the agent's reply")

  const { reasoning: inline, text } = splitReasoning(message.content ?? "")
  if (inline !== null) irregularities.push("inline_reasoning")
  const calls = message.tool_calls ?? []
  const first = calls[0]
  if (first !== undefined) {
    if (calls.length > 1) irregularities.push("parallel_calls")
    if (text.trim() !== "") irregularities.push("text_with_call")
    if (!rules.knownTools.has(first.name)) irregularities.push("unknown_tool")
    const id = freeId(first.id, rules.usedCallIds)
    if (id !== first.id) irregularities.push("duplicate_call_id")
    // Some servers send nothing at all for a tool without arguments.
    const written = first.arguments.trim() === "" ? "{}" : first.arguments
    const input = jsonObject(written)
    if (input === null) irregularities.push("non_object_arguments")
    return {
      kind: "call",
      irregularities,
      droppedCalls: calls.length - 1,
      call: { id, name: first.name, arguments: written },
      input,
      reasoning: joined([message.reasoning, inline, text])
    }
  }

  const harmless = without(text, rules.stopMarker)
  if (harmless !== text) irregularities.push("agent_stop_marker")
  const said = clip(harmless.trim(), rules.maxCharacters)
  if (said !== harmless.trim()) irregularities.push("long_message")
  if (said === "") return unusable("empty: the agent sent neither a message nor a call")
  return { kind: "text", irregularities, droppedCalls: 0, text: said, reasoning: joined([message.reasoning, inline]) }
}

/** At most so many UTF-16 units, never half a character. */
export const clip = (text: string, maximum: number): string => {
  if (text.length <= maximum) return text
  const last = text.charCodeAt(maximum - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? maximum - 1 : maximum)
}

/** Again and again: taking one marker out of `###ST###STOP###OP###` must not make another. */
const without = (text: string, marker: string): string => {
  let left = text
  while (left.includes(marker)) left = left.replaceAll(marker, "")
  return left
}

const freeId = (wanted: string, used: ReadonlySet<string>): string => {
  if (wanted !== "" && !used.has(wanted)) return wanted
  let number = used.size + 1
  while (used.has(`call_${number}`)) number++
  return `call_${number}`
}

const jsonObject = (text: string): JsonObject | null => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
  } catch {
    return null
  }
}

const joined = (parts: ReadonlyArray<string | null | undefined>): string | null => {
  const present = parts.map((part) => part?.trim() ?? "").filter((part) => part !== "")
  return present.length === 0 ? null : present.join("\n")
}
