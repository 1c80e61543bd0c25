import type { Message, ToolCall } from "../../schemas/message.ts"

/** A tool call with its place, and the message that answers it. */
export interface PlacedCall {
  readonly call: ToolCall
  /** Index of the assistant message that makes it. */
  readonly message: number
  /** Index of the tool message that answers it; null where none does. */
  readonly answer: number | null
}

export interface CallPairs {
  readonly calls: ReadonlyArray<PlacedCall>
  /** Indexes of tool messages that answer no call before them, or one that was answered already. */
  readonly orphans: ReadonlyArray<number>
  /** Calls whose id an earlier call has. */
  readonly repeatedIds: ReadonlyArray<PlacedCall>
}

/**
 * Which tool message answers which call, by `tool_call_id`. Where ids repeat, an answer belongs to the earliest open call
 * with its id. A tool message without an id answers the earliest open call of the assistant message before it.
 */
export const pairCalls = (messages: ReadonlyArray<Message>): CallPairs => {
  const calls: Array<{ call: ToolCall; message: number; answer: number | null }> = []
  const orphans: Array<number> = []
  const repeatedIds: Array<PlacedCall> = []
  const ids = new Set<string>()
  let latest = -1
  for (const [index, message] of messages.entries()) {
    if (message.role === "assistant") latest = index
    for (const call of message.tool_calls ?? []) {
      const placed = { call, message: index, answer: null }
      if (ids.has(call.id)) repeatedIds.push(placed)
      ids.add(call.id)
      calls.push(placed)
    }
    if (message.role !== "tool") continue
    const { tool_call_id: id } = message
    const open = calls.find((each) =>
      each.answer === null && id === undefined ? each.message === latest : each.answer === null && each.call.id === id
    )
    if (open === undefined) orphans.push(index)
    else open.answer = index
  }
  return { calls, orphans, repeatedIds }
}
