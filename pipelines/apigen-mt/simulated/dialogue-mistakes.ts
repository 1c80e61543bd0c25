/** What a simulated agent may get wrong on purpose, once an attempt. Told by the tag `planted: <code>` in its reasoning. */
export const agentMistakes = [
  /** Writes without having asked. Gate: DC-R4. */
  "skip_confirmation",
  /** Another reason, method, item or street than agreed. Gate: state. */
  "wrong_argument",
  /** Reports a write that it never made. Gate: state. */
  "forget_write",
  /** Writes something that nobody asked for. Gate: state. */
  "extra_write",
  /** Leaves a question without its answer. Gate: output. */
  "forget_output",
  /** Puts the answer into a question: said by tau-bench's rule, not by the strict one. */
  "unclear_output",
  /** Gate: hygiene. */
  "unknown_tool",
  /** Two calls at once: put right and counted. */
  "parallel_calls",
  /** A text beside a call: put right and counted. */
  "text_with_call",
  /** An id of an earlier call again: put right and counted. */
  "duplicate_call_id",
  /** Arguments that are no object. Gate: hygiene. */
  "bad_arguments",
  /** Tries to end the dialogue itself: put right and counted. */
  "stop_marker",
  /** Hands over what it could have done. Gate: DC-R7, and state. */
  "early_transfer",
  /** Opens an order before it knows who is asking. Gate: DC-R2. */
  "data_before_identity",
  /** Looks up an order number that nobody has given. Gate: DC-R5. */
  "invented_id"
] as const
export type AgentMistake = (typeof agentMistakes)[number]

/** What a simulated customer may get wrong in some of its candidates. Filters and critic are there for them. */
export const humanMistakes = [
  /** Agrees and leaves in one breath. Filter: PREMATURE_STOP. */
  "premature_stop",
  /** Leaves although there is more to settle. Critic. */
  "early_goodbye",
  /** Filter: FOREIGN_FACT. */
  "hallucinated_id",
  /** Filter: TOOL_NAME. */
  "tool_name",
  /** Filter: VERBATIM. */
  "verbatim_quote",
  /** Does not know what the instruction says. Critic. */
  "unhelpful"
] as const
export type HumanMistake = (typeof humanMistakes)[number]
