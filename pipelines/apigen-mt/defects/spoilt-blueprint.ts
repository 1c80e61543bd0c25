import type { Random } from "../../../stages/random.ts"
import type { Trial, TrialDefect } from "../../calibration.ts"
import type { Blueprint } from "../blueprint-tables.ts"
import type { Domain, Task } from "../domains/domain.ts"
import { executeTask, formatErrors, policyViolations } from "../validation.ts"

export const taskOfBlueprint = ({ actions, facts, instruction, outputs }: Blueprint): Task => ({
  instruction,
  actions,
  outputs,
  facts
})

/** True where every check that needs no reader lets the task through: what only a committee can see. */
const passesChecks = (domain: Domain, blueprint: Blueprint, task: Task): boolean => {
  const { api_walk, task_kind, user_id } = blueprint
  if (formatErrors(task, { domain, kind: task_kind, offered: api_walk }).length > 0) return false
  const { errors, trace } = executeTask(domain, task, task_kind)
  return errors.length === 0 && policyViolations(domain, task, user_id, trace).length === 0
}

/** A spoilt task with what was put where. */
export interface SpoiltTask {
  readonly task: Task
  readonly before: string | null
  readonly after: string | null
}

/**
 * A defect of a blueprint: `spoil` offers spoilt tasks in the order of its liking, and the first that passes format, execution and
 * policy is planted. A blueprint that no spoilt task of passes has no place for it.
 */
export const blueprintDefect = (
  domain: Domain,
  kind: {
    readonly name: string
    readonly description: string
    readonly spoil: (blueprint: Blueprint, random: Random) => Iterable<SpoiltTask>
  }
): TrialDefect => ({
  name: kind.name,
  family: "blueprint",
  description: kind.description,
  part: "origin",
  plant: (trial: Trial, random) => {
    const blueprint = trial.origin as Blueprint | null
    if (blueprint === null) return null
    for (const { after, before, task } of kind.spoil(blueprint, random)) {
      if (!passesChecks(domain, blueprint, task)) continue
      return { row: trial.row, origin: { ...blueprint, ...task }, planted: { message: null, before, after } }
    }
    return null
  }
})
