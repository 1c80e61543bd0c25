import { replay } from "../../../stages/execute.ts"
import type { TrialDefect } from "../../calibration.ts"
import { actionsOf, callsOf } from "../calls.ts"
import type { Domain } from "../domains/domain.ts"
import { trajectoryDialogue } from "../trajectory-dialogue.ts"
import type { Trajectory } from "../trajectory-tables.ts"
import { asFiltersCount } from "./row-message.ts"

/**
 * A write that the agent says it has made and has not: call and answer are gone, and the row's final state is the one that the other
 * calls lead to. Nothing in the row disagrees with itself; only the ground truth tells.
 */
export const wrongFinalState = (domain: Domain): TrialDefect => ({
  name: "wrong-final-state",
  family: "outcome",
  description: "The agent reports a change that it has not made, and the database ends in another state.",
  part: "row",
  plant: (trial, random) => {
    const row = trial.row as Trajectory
    const { environment } = domain
    const writes = callsOf(environment, row.messages).filter((call) => call.kind === "write" && !call.isError)
    for (const write of random.shuffle(writes)) {
      const maker = row.messages[write.messageIndex]
      if (maker?.tool_calls?.length !== 1) continue
      const messages = row.messages.filter(
        (message) => message !== maker && !(message.role === "tool" && message.tool_call_id === write.id)
      )
      const spoilt = trajectoryDialogue.withMessages(row, messages) as Trajectory
      const hash = replay(environment, actionsOf(callsOf(environment, spoilt.messages))).final.hash()
      // Undone or overwritten by a later call: the state is right after all.
      if (hash === row.db_hash_final) continue
      return {
        row: { ...spoilt, db_hash_final: hash },
        origin: trial.origin,
        planted: {
          message: asFiltersCount(write.messageIndex),
          before: `${write.name} ${maker.tool_calls[0]?.arguments ?? ""}`,
          after: null
        }
      }
    }
    return null
  }
})
