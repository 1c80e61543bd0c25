import { z } from "zod"

export const Role = z.enum(["system", "user", "assistant", "tool"])
export type Role = z.infer<typeof Role>

export const ToolCall = z.strictObject({
  /** Unique within its dialogue. */
  id: z.string(),
  name: z.string(),
  /** JSON text, as the model wrote it: never an inferred struct, so that nothing is null-padded at rest. */
  arguments: z.string()
})
export type ToolCall = z.infer<typeof ToolCall>

/** The one shape of a message, in memory, on the wire to a provider and at rest. */
export const Message = z.strictObject({
  role: Role,
  /** Null where an assistant message only calls tools. */
  content: z.string().nullable(),
  /** Private reasoning of the model: never shown to the other party of a dialogue. */
  reasoning: z.string().optional(),
  tool_calls: z.array(ToolCall).optional(),
  /** On a tool message: the call it answers. */
  tool_call_id: z.string().optional(),
  /** On a tool message: the tool that answered. */
  name: z.string().optional()
})
export type Message = z.infer<typeof Message>

export const system = (content: string): Message => ({ role: "system", content })
export const user = (content: string): Message => ({ role: "user", content })
export const assistant = (content: string): Message => ({ role: "assistant", content })
