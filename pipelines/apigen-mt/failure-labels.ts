import type { DialogueMessage } from "../../schemas/dialogue.ts"
import { canonicalJson } from "../../schemas/json.ts"
import type { Acceptance, Episode, FailureCode } from "./acceptance.ts"
import type { DialogueCall } from "./calls.ts"
import { foreignFacts, knownFacts } from "./facts.ts"
import type { Gold } from "./gold.ts"
import { asksForConsent } from "./speech.ts"
import type { FaultOwner } from "./trajectory-tables.ts"

export interface Fault {
  readonly owner: FaultOwner
  /** tau-bench's `wrong_tool`, `wrong_argument`, `goal_partly_done`, `other`, or one of ours, in lower case. */
  readonly type: string
}

/** Failures that need no closer look: who and what by code. */
const PLAIN: Partial<Record<FailureCode, Fault>> = {
  MAX_ERRORS: { owner: "agent", type: "max_errors" },
  PARSE_ERROR: { owner: "agent", type: "parse_error" },
  TIMEOUT: { owner: "environment", type: "timeout" },
  INFRA_ERROR: { owner: "environment", type: "infra_error" },
  REPLAY_MISMATCH: { owner: "environment", type: "replay_mismatch" },
  USER_FAILURE: { owner: "user", type: "user_hallucination" },
  MAX_STEPS: { owner: "agent", type: "max_steps" },
  OUTPUT_UNCLEAR: { owner: "agent", type: "output_missing" },
  POLICY_VIOLATION: { owner: "agent", type: "policy_violation" },
  TRIVIAL: { owner: "agent", type: "goal_partly_done" },
  FAILED_WRITES: { owner: "agent", type: "wrong_argument" },
  HYGIENE: { owner: "agent", type: "other" },
  PROMPT_LEAK: { owner: "user", type: "prompt_leak" }
}

const same = (a: { readonly name: string; readonly arguments: unknown }, b: DialogueCall) =>
  a.name === b.name && canonicalJson(a.arguments) === canonicalJson(b.arguments)

const said = (messages: ReadonlyArray<DialogueMessage>, role: "user" | "assistant") =>
  messages
    .filter((message) => message.role === role && message.content !== null)
    .map((message) => message.content ?? "")

/** Whose fault a failed attempt is, and of what kind (tau-bench's analyser, spec section 3.5). By rules: no model calls. */
export const faultOf = (gold: Gold, episode: Episode, acceptance: Acceptance): Fault => {
  const code = acceptance.problems[0]?.code
  if (code === undefined) return { owner: "agent", type: "other" }
  if (gold.errors.length > 0) return { owner: "environment", type: "broken_ground_truth" }
  const plain = PLAIN[code]
  if (plain !== undefined) return plain

  if (code === "MAX_TURNS") {
    // With all done and told it is the human who did not stop.
    return { owner: acceptance.state === 1 && acceptance.output === 1 ? "user" : "agent", type: "max_turns" }
  }

  const lines = said(episode.messages, "user")
  const replies = said(episode.messages, "assistant")
  const known = knownFacts(`${gold.task.instruction}\n${replies.join("\n")}`)
  const invented = lines.some((line) => foreignFacts(line, known).length > 0)
  if (invented) return { owner: "user", type: "user_hallucination" }
  const stopped = episode.termination === "user_stop"
  if (stopped && asksForConsent(replies.at(-1) ?? "")) return { owner: "user", type: "user_premature_stop" }
  return code === "OUTPUT_MISSING" ? outputFault(gold, lines) : stateFault(gold, acceptance, lines, stopped)
}

/** A user who never asked cannot be told. */
const outputFault = (gold: Gold, lines: ReadonlyArray<string>): Fault =>
  gold.changes &&
  !lines.some((line) => line.includes("?") || /\b(?:know|tell|wonder|curious|how much|how many)\b/i.test(line))
    ? { owner: "user", type: "user_premature_stop" }
    : { owner: "agent", type: "output_missing" }

const stateFault = (gold: Gold, acceptance: Acceptance, lines: ReadonlyArray<string>, stopped: boolean): Fault => {
  const writes = acceptance.calls.filter((call) => call.kind === "write" && !call.isError)
  const wanted = gold.task.actions
  const missing = wanted.filter((action) => !writes.some((call) => same(action, call)))
  const extra = writes.filter((call) => !wanted.some((action) => same(action, call)))
  const refused = acceptance.calls.some((call) => call.isError && missing.some((action) => same(action, call)))
  if (refused && extra.length === 0) return { owner: "environment", type: "state_mismatch" }
  if (extra.length > 0) {
    const nearly = extra.some((call) => missing.some((action) => action.name === call.name))
    return { owner: "agent", type: nearly ? "wrong_argument" : "wrong_tool" }
  }
  if (missing.length === 0) return { owner: "agent", type: "state_mismatch" }
  const spoken = lines.join("\n").toLowerCase()
  const unasked = missing.every((action) => {
    const order = action.arguments.order_id
    const number = typeof order === "string" ? order.toLowerCase().replace("#", "") : ""
    // Only an order number that the instruction gives can be expected to have been said.
    return number !== "" && gold.task.instruction.toLowerCase().includes(number) && !spoken.includes(number)
  })
  if (stopped && unasked) return { owner: "user", type: "user_premature_stop" }
  return { owner: "agent", type: "goal_partly_done" }
}
