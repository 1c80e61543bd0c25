import type { Environment, Replay } from "../../stages/environment.ts"
import type { DialogueCall } from "./calls.ts"
import type { Domain } from "./domains/domain.ts"
import type { Gold } from "./gold.ts"
import type { PolicyFinding } from "./trajectory-tables.ts"

/**
 * The domain's policy tests (spec section 4.5) over what the agent really did: the writes that went through, with the
 * states between them. A write that the tool refused has broken nothing; reads are the dialogue checks' matter.
 */
export const policyTestFindings = (
  domain: Domain,
  gold: Gold,
  calls: ReadonlyArray<DialogueCall>,
  played: Replay
): ReadonlyArray<PolicyFinding> => {
  const writes = writePositions(domain.environment, played)
  if (writes.length === 0) return []
  const runnable = calls.filter((call) => call.arguments !== null)
  const trace = {
    task: gold.task,
    userId: gold.userId,
    steps: writes.flatMap((at) => played.steps[at] ?? []),
    states: [...writes.flatMap((at) => played.states[at] ?? []), played.final]
  }
  return domain.policyTests.flatMap((test) =>
    test.check(trace).map((violation) => ({
      rule_id: test.id,
      message_index: violation.step === null ? null : (runnable[writes[violation.step] ?? -1]?.messageIndex ?? null),
      message: violation.message,
      severity: "violation" as const
    }))
  )
}

const writePositions = (environment: Environment, played: Replay): ReadonlyArray<number> =>
  played.steps.flatMap((step, at) =>
    environment.tools.get(step.action.name)?.kind === "write" && !step.observation.isError ? [at] : []
  )
