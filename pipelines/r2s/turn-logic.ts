import { z } from "zod"

/** The six kinds of exchange of R2S (section 2.5 of the method): what A does in a round, and what B makes of it. */
export const LogicType = z.enum([
  /** A asks, B answers: the default. */
  "question_answer",
  /** A asks something vague, B asks back and does not answer. */
  "question_question",
  /** A states something it did or knows, B asks for more about it. */
  "statement_inquiry",
  /** A states a fact, B explains or extends it. */
  "statement_explanation",
  /** A voices an opinion, B disagrees and argues from facts. */
  "opinion_rebuttal",
  /** A voices an opinion, thanks or closes, B agrees. */
  "opinion_agreement"
])
export type LogicType = z.infer<typeof LogicType>

/** Types whose reply must rest on a passage; in `opinion_agreement` only a reply that states a fact must. */
export const NEEDS_FOUND: ReadonlySet<LogicType> = new Set([
  "question_answer",
  "statement_explanation",
  "opinion_rebuttal"
])

/** Types in which A asks. */
export const ASKS: ReadonlySet<LogicType> = new Set(["question_answer", "question_question"])

/** A second label on rounds in which A asks. Ours: the paper defines no such taxonomy. Reported, never a gate. */
export const QuestionLogic = z.enum([
  "factual",
  "definition",
  "comparison",
  "causal",
  "procedural",
  "temporal",
  "quantity",
  "summary",
  "follow_up",
  "clarification"
])
export type QuestionLogic = z.infer<typeof QuestionLogic>

/** Where a round stands in its dialogue. The last one is `end`. */
export const Progress = z.enum(["start", "continue", "deepen", "end"])
export type Progress = z.infer<typeof Progress>

/** How a dialogue is made (section 2.6). `base` and `cot` are the paper's baselines. */
export const Mode = z.enum(["stepwise", "single_pass", "base", "cot"])
export type Mode = z.infer<typeof Mode>

/** The variant of a training row: both modes of the chain of dialogue make the same kind. */
export const Variant = z.enum(["cod", "base", "cot"])
export type Variant = z.infer<typeof Variant>

export const variantOf = (mode: Mode): Variant => (mode === "base" || mode === "cot" ? mode : "cod")
