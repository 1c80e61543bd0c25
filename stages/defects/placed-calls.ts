import type { Message, ToolCall } from "../../schemas/message.ts"

export interface PlacedCall {
  readonly call: ToolCall
  /** Index of the message that makes it. */
  readonly message: number
  /** Its place among the calls of that message. */
  readonly place: number
}

export const placedCalls = (messages: ReadonlyArray<Message>): ReadonlyArray<PlacedCall> =>
  messages.flatMap(({ tool_calls }, message) => (tool_calls ?? []).map((call, place) => ({ call, message, place })))

/** The messages with another call in the place of one. */
export const withCall = (
  messages: ReadonlyArray<Message>,
  { message, place }: PlacedCall,
  call: ToolCall
): ReadonlyArray<Message> => {
  const maker = messages[message] as Message
  return messages.with(message, { ...maker, tool_calls: (maker.tool_calls ?? []).with(place, call) })
}
