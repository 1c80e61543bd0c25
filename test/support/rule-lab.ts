import { Effect } from "effect"
import type { z } from "zod"
import type { Message, ToolCall } from "../../schemas/message.ts"
import type { FilterKind, FilterSubject, Finding } from "../../stages/filters/filter.ts"
import { judgeWith, subjectOf } from "./filter-lab.ts"

/** What a rule filter finds in these messages. Options go through its schema, as from a config. */
export const findings = <S extends z.ZodObject>(
  kind: FilterKind<S, never>,
  messages: ReadonlyArray<Message>,
  options: unknown = {},
  more: Partial<FilterSubject> = {}
): ReadonlyArray<Finding> => Effect.runSync(judgeWith(kind, subjectOf(messages, more), options)).findings

/** The same as lines: "CODE: reason". */
export const found = <S extends z.ZodObject>(
  kind: FilterKind<S, never>,
  messages: ReadonlyArray<Message>,
  options: unknown = {},
  more: Partial<FilterSubject> = {}
): ReadonlyArray<string> => findings(kind, messages, options, more).map(({ code, reason }) => `${code}: ${reason}`)

/** The codes alone. */
export const codes = <S extends z.ZodObject>(
  kind: FilterKind<S, never>,
  messages: ReadonlyArray<Message>,
  options: unknown = {},
  more: Partial<FilterSubject> = {}
): ReadonlyArray<string> => findings(kind, messages, options, more).map(({ code }) => code)

export const calling = (id: string, name: string, input: unknown = {}): Message => {
  const call: ToolCall = { id, name, arguments: typeof input === "string" ? input : JSON.stringify(input) }
  return { role: "assistant", content: null, tool_calls: [call] }
}

export const answering = (id: string, content: unknown): Message => ({
  role: "tool",
  content: typeof content === "string" ? content : JSON.stringify(content),
  tool_call_id: id
})
