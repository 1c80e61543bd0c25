import type { DialogueMessage, Termination } from "../../schemas/dialogue.ts"
import type { Replay } from "../../stages/environment.ts"
import { replay } from "../../stages/execute.ts"
import { actionsOf, callsOf, type DialogueCall } from "./calls.ts"
import type { ApigenMtConfig } from "./config.ts"
import { dialogueFindings } from "./dialogue-checks.ts"
import type { Domain } from "./domains/domain.ts"
import type { Gold } from "./gold.ts"
import { hygieneIssues } from "./hygiene.ts"
import { missingWork } from "./nontrivial.ts"
import { outputHits } from "./outputs.ts"
import { policyTestFindings } from "./policy-trace.ts"
import type { OutputHit, PolicyFinding } from "./trajectory-tables.ts"

/** Why an attempt was turned down; the first of several names it. */
export type FailureCode =
  | "MAX_STEPS"
  | "MAX_TURNS"
  | "MAX_ERRORS"
  | "TIMEOUT"
  | "USER_FAILURE"
  | "PARSE_ERROR"
  | "INFRA_ERROR"
  | "STATE_MISMATCH"
  | "OUTPUT_MISSING"
  | "OUTPUT_UNCLEAR"
  | "POLICY_VIOLATION"
  | "TRIVIAL"
  | "FAILED_WRITES"
  | "HYGIENE"
  | "PROMPT_LEAK"
  | "REPLAY_MISMATCH"

export interface Problem {
  readonly code: FailureCode
  readonly message: string
}

type Bit = 0 | 1

export interface Acceptance {
  /** Empty: accepted. */
  readonly problems: ReadonlyArray<Problem>
  /** `r`: state and output, of a dialogue that came to its own end. */
  readonly reward: Bit
  readonly state: Bit
  readonly stateTolerant: Bit
  readonly output: Bit
  readonly outputStrict: Bit
  readonly policy: Bit
  readonly nontrivial: Bit
  readonly hygiene: Bit
  readonly hits: ReadonlyArray<OutputHit>
  readonly findings: ReadonlyArray<PolicyFinding>
  readonly hygieneIssues: ReadonlyArray<string>
  readonly calls: ReadonlyArray<DialogueCall>
  /** The dialogue's calls, run again from what is stored. */
  readonly played: Replay
  readonly hash: string
  readonly failedWrites: number
}

export interface Episode {
  readonly messages: ReadonlyArray<DialogueMessage>
  readonly termination: Termination
  /** What ended it, in words; null after a regular end. */
  readonly detail: string | null
  /** Of the database that the episode left. */
  readonly hash: string
  readonly leaks: ReadonlyArray<string>
}

const bit = (passed: boolean): Bit => (passed ? 1 : 0)

/**
 * Judges one episode (spec section 3.4): `r = r_state x r_output` as in tau-bench and the paper, and the checks that we add.
 * Works on what is stored alone: the calls are run again, and must lead to the state that the episode itself left. No model
 * calls.
 */
export const judgeEpisode = (
  domain: Domain,
  gold: Gold,
  episode: Episode,
  config: Pick<ApigenMtConfig, "gates" | "maxFailedWrites">
): Acceptance => {
  const { environment } = domain
  const { messages, termination } = episode
  const calls = callsOf(environment, messages)
  const played = replay(environment, actionsOf(calls))
  const hash = played.final.hash()
  const state = hash === gold.hash
  const stateTolerant = played.final.tolerantHash() === gold.tolerantHash
  const hits = outputHits(messages, gold.task.outputs)
  const missed = hits.filter((hit) => !hit.found)
  const unclear = hits.filter((hit) => !hit.found_strict)
  const findings = [...policyTestFindings(domain, gold, calls, played), ...dialogueFindings({ messages, calls, gold })]
  const violations = findings.filter((finding) => finding.severity === "violation")
  const missing = missingWork(gold, messages, calls)
  const hygiene = hygieneIssues(environment, messages)
  const failedWrites = calls.filter((call) => call.kind === "write" && call.isError).length

  const problems: Array<Problem> = []
  const problem = (code: FailureCode, message: string) => problems.push({ code, message })
  const gated = (gate: keyof ApigenMtConfig["gates"]) => config.gates[gate] === "gate"
  const irregular = termination === "user_stop" || termination === "transfer" ? null : termination
  if (irregular !== null) {
    problem(IRREGULAR_ENDS[irregular], `the dialogue ended as ${termination}: ${episode.detail ?? "no detail"}`)
  }
  if (!state) problem("STATE_MISMATCH", "the final database is not that of the ground truth")
  if (missed.length > 0) problem("OUTPUT_MISSING", `never told: ${missed.map((hit) => hit.output).join(" | ")}`)
  if (gated("r_output_strict") && missed.length === 0 && unclear.length > 0) {
    problem("OUTPUT_UNCLEAR", `told only in part, asked or denied: ${unclear.map((hit) => hit.output).join(" | ")}`)
  }
  if (gated("r_policy")) {
    for (const violation of violations) problem("POLICY_VIOLATION", `${violation.rule_id}: ${violation.message}`)
  }
  if (gated("r_nontrivial") && missing.length > 0) problem("TRIVIAL", `missing: ${missing.join("; ")}`)
  if (failedWrites > config.maxFailedWrites) problem("FAILED_WRITES", `${failedWrites} writes failed`)
  if (gated("r_hygiene")) for (const issue of hygiene) problem("HYGIENE", issue)
  for (const leak of episode.leaks) problem("PROMPT_LEAK", leak)
  if (hash !== episode.hash)
    problem("REPLAY_MISMATCH", "the stored calls do not lead to the state that the episode left")

  return {
    problems,
    reward: bit(irregular === null && state && missed.length === 0),
    state: bit(state),
    stateTolerant: bit(stateTolerant),
    output: bit(missed.length === 0),
    outputStrict: bit(unclear.length === 0),
    policy: bit(violations.length === 0),
    nontrivial: bit(missing.length === 0),
    hygiene: bit(hygiene.length === 0),
    hits,
    findings,
    hygieneIssues: hygiene,
    calls,
    played,
    hash,
    failedWrites
  }
}

const IRREGULAR_ENDS = {
  max_steps: "MAX_STEPS",
  max_turns: "MAX_TURNS",
  max_errors: "MAX_ERRORS",
  timeout: "TIMEOUT",
  user_failure: "USER_FAILURE",
  parse_error: "PARSE_ERROR",
  infra_error: "INFRA_ERROR"
} as const satisfies Record<Exclude<Termination, "user_stop" | "transfer">, FailureCode>
