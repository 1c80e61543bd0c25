import { canonicalJson } from "../../schemas/json.ts"
import type { Action } from "../../stages/environment.ts"
import type { EvalRule } from "./blueprint-tables.ts"
import type { Domain, Task } from "./domains/domain.ts"
import type { SampledTask } from "./samplers.ts"

const read = (action: Action): EvalRule => ({
  kind: "read",
  value: canonicalJson({ name: action.name, arguments: action.arguments })
})

/** Which look-up finds the user is the customer's choice, so none of them is demanded. */
const identifies = (domain: Domain, action: Action): boolean =>
  domain.graph.some((node) => node.tool === action.name && node.produces.includes("user_id"))

/**
 * What a dialogue about the task must show, derived from the sampled task and never from what the generator says of itself:
 * every output is told; where nothing changes, the reads behind the answer or the refusal are made, and the refusal or the
 * transfer really happens.
 */
export const evalRulesOf = (domain: Domain, sampled: SampledTask, task: Task): Array<EvalRule> => {
  const rules: Array<EvalRule> = task.outputs.map((value) => ({ kind: "state", value }))
  if (sampled.kind === "info") {
    const answered = sampled.scenario.questions.filter((question) => task.outputs.includes(question.answer))
    const reads = answered.flatMap((question) => question.reads)
    const wanted = reads.length > 0 ? reads : domain.readsFor(sampled.scenario.userId, [])
    rules.push(...wanted.filter((action) => !identifies(domain, action)).map(read))
  }
  if (sampled.kind === "refusal" || sampled.kind === "transfer") {
    rules.push(...(sampled.deadEnd?.reads ?? []).map(read))
    rules.push({ kind: sampled.kind === "refusal" ? "refuse" : "transfer", value: sampled.deadEnd?.request ?? "" })
  }
  return unique(rules)
}

const unique = (rules: ReadonlyArray<EvalRule>): Array<EvalRule> =>
  rules.filter(
    (rule, index) => rules.findIndex((other) => other.kind === rule.kind && other.value === rule.value) === index
  )
