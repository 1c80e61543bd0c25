import type { UserView } from "../../stages/conversation.ts"
import { foreignFacts, type KnownFacts } from "./facts.ts"
import { overlap } from "./overlap.ts"
import { STOP } from "./prompts/human.ts"
import { asksForConsent, givesConsent, refuses, reportsDone } from "./speech.ts"

/** Why a candidate never reached the critic. */
export type Dropped =
  /** Nothing but white space. */
  | "EMPTY"
  | "TOO_LONG"
  /** Cut off by the token limit. */
  | "TRUNCATED"
  /** The provider filtered it. */
  | "REFUSED"
  /** Equal to an earlier candidate. */
  | "DUPLICATE"
  /** An id, name or amount that neither the instruction nor the agent has given. */
  | "FOREIGN_FACT"
  | "TOOL_NAME"
  /** A passage of the persona's description. */
  | "PERSONA_TEXT"
  /** The end marker before something that was agreed to has been reported as done. */
  | "PREMATURE_STOP"
  /** More than 60 % of its word 8-grams stand in the instruction. */
  | "VERBATIM"
  /** The critic gave no usable score. */
  | "UNSCORED"

/** Spec section 3.3. */
const VERBATIM_SHARE = 0.6

export interface FilterContext {
  /** Ids, names and amounts of the instruction and of what the agent has said. */
  readonly known: KnownFacts
  /** Word 8-grams of the instruction and of the persona. */
  readonly instruction: ReadonlySet<string>
  readonly persona: ReadonlySet<string>
  /** Names that no customer says. */
  readonly tools: ReadonlyArray<string>
  readonly maxCharacters: number
}

/** The hard filters that a candidate passes before it is scored; null where it passes them all. */
export const dropReason = (text: string, view: UserView, context: FilterContext): Dropped | null => {
  if (text.trim() === "") return "EMPTY"
  if (text.length > context.maxCharacters) return "TOO_LONG"
  const lower = text.toLowerCase()
  if (context.tools.some((name) => lower.includes(name.toLowerCase()))) return "TOOL_NAME"
  if (foreignFacts(text.replaceAll(STOP, ""), context.known).length > 0) return "FOREIGN_FACT"
  if (text.includes(STOP) && isPremature(view)) return "PREMATURE_STOP"
  if (overlap(text, context.instruction) > VERBATIM_SHARE) return "VERBATIM"
  if (overlap(text, context.persona) > 0) return "PERSONA_TEXT"
  return null
}

/** The agent waits for an answer to its question, or has not yet reported what was agreed to. */
const isPremature = (view: UserView): boolean => {
  const last = view.lines.findLast((line) => line.from === "agent")?.text ?? ""
  if (asksForConsent(last)) return true
  const own = view.lines.findLastIndex((line) => line.from === "user")
  const asked = view.lines.slice(0, Math.max(own, 0)).findLast((line) => line.from === "agent")?.text ?? ""
  const agreed = own >= 0 && asksForConsent(asked) && givesConsent(view.lines[own]?.text ?? "")
  return agreed && !reportsDone(last) && !refuses(last)
}
