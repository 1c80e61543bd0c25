import type { Environment } from "../../stages/environment.ts"
import { replay } from "../../stages/execute.ts"
import type { State } from "../../stages/state.ts"
import type { EvalRule, TaskKind } from "./blueprint-tables.ts"
import type { Domain, Task } from "./domains/domain.ts"

/** A blueprint's ground truth, played once on a fresh database. */
export interface Gold {
  readonly task: Task
  readonly taskKind: TaskKind
  readonly userId: string
  readonly evalRules: ReadonlyArray<EvalRule>
  readonly final: State
  readonly hash: string
  readonly tolerantHash: string
  /** False for tasks that leave the database as it was: information, refusal, transfer. */
  readonly changes: boolean
  /** The ground truth itself hands over to a person. */
  readonly transfers: boolean
  /** Observations of actions that fail although they are the ground truth: the blueprint or the environment is broken. */
  readonly errors: ReadonlyArray<string>
}

const isTransfer = (environment: Environment, name: string) => environment.tools.get(name)?.terminates === true

/** Replays `a_gt`; terminating tools are skipped, as in tau-bench. */
export const goldOf = (
  domain: Domain,
  blueprint: {
    readonly task: Task
    readonly taskKind: TaskKind
    readonly userId: string
    readonly evalRules: ReadonlyArray<EvalRule>
  }
): Gold => {
  const { environment } = domain
  const actions = blueprint.task.actions.filter((action) => !isTransfer(environment, action.name))
  const played = replay(environment, actions)
  const hash = played.final.hash()
  return {
    ...blueprint,
    final: played.final,
    hash,
    tolerantHash: played.final.tolerantHash(),
    changes: hash !== environment.initial.hash(),
    transfers:
      blueprint.taskKind === "transfer" ||
      blueprint.task.actions.some((action) => isTransfer(environment, action.name)) ||
      blueprint.evalRules.some((rule) => rule.kind === "transfer"),
    errors: played.steps.flatMap((step) =>
      step.observation.isError ? [`${step.action.name}: ${step.observation.text}`] : []
    )
  }
}
