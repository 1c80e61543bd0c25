import { z } from "zod"
import { Message } from "./message.ts"

/** How a conversation ended. Only `user_stop` and `transfer` are regular ends. */
export const Termination = z.enum([
  "user_stop",
  /** A terminating tool was called. */
  "transfer",
  "max_steps",
  "max_turns",
  "max_errors",
  "timeout",
  /** The (simulated) person could not go on. */
  "user_failure",
  /** The agent's reply could not be used. */
  "parse_error",
  /** A model did not answer: no fault of either party. */
  "infra_error"
])
export type Termination = z.infer<typeof Termination>

/** A message of a stored dialogue. */
export const DialogueMessage = Message.extend({
  /** Position in the dialogue, from 0. */
  index: z.int32(),
  /** On a tool message: whether the tool refused. */
  is_error: z.boolean().optional()
})
export type DialogueMessage = z.infer<typeof DialogueMessage>

/** What happened in a conversation, counted: sizes first, then what had to be put right. */
export const DialogueCounts = z.strictObject({
  user_turns: z.int32(),
  /** Tool calls and replies. */
  agent_steps: z.int32(),
  agent_replies: z.int32(),
  tool_calls: z.int32(),
  tool_errors: z.int32(),
  /** Steps that held several calls: the first was executed. */
  parallel_calls: z.int32(),
  /** Calls that were dropped because they were not the first of their step. */
  dropped_calls: z.int32(),
  text_with_call: z.int32(),
  unknown_tool: z.int32(),
  duplicate_call_id: z.int32(),
  non_object_arguments: z.int32(),
  /** Agent messages that tried to end the conversation with the person's marker. */
  agent_stop_marker: z.int32(),
  /** Agent messages with reasoning inside their text. */
  inline_reasoning: z.int32(),
  /** Messages cut to the limit of characters. */
  long_message: z.int32()
})
export type DialogueCounts = z.infer<typeof DialogueCounts>
