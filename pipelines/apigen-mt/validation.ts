import { z } from "zod"
import type { Json, JsonObject } from "../../schemas/json.ts"
import { JsonSchema, type Tool } from "../../schemas/tool.ts"
import type { Action, Replay } from "../../stages/environment.ts"
import { replay } from "../../stages/execute.ts"
import type { ReplyIssue } from "../../stages/json-reply.ts"
import type { State } from "../../stages/state.ts"
import { argumentIssues } from "../../stages/tool-arguments.ts"
import type { TaskKind } from "./blueprint-tables.ts"
import type { Domain, Task, Violation } from "./domains/domain.ts"

/** The answer block of the generator: JSON of this shape, nothing more. */
export const Answer = z.strictObject({
  intent: z.string(),
  actions: z.array(z.strictObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()) })),
  outputs: z.array(z.string()),
  facts: z.record(z.string(), z.unknown())
})
export type Answer = z.infer<typeof Answer>

/** A draft as the checks and the tables take it. */
export const taskOf = (answer: Answer): Task => ({
  instruction: answer.intent.trim(),
  actions: answer.actions as ReadonlyArray<Action>,
  outputs: answer.outputs,
  facts: answer.facts as JsonObject
})

const MIN_WORDS = 20
export const MAX_WORDS = 250
const MAX_OUTPUTS = 10
/** Shorter ones are found in almost any reply. */
export const MIN_OUTPUT_CHARACTERS = 2

/**
 * Format rules (paper section 4.1.2, spec section 2.5), each with a JSON pointer into the answer: the tool exists and was
 * offered; its arguments are those of its schema; named records exist; outputs are at most 10, different, at least 2
 * characters long; the instruction has 20 to 250 words; a task with a question has something to tell.
 */
export const formatErrors = (
  task: Task,
  options: { readonly domain: Domain; readonly kind: TaskKind; readonly offered: ReadonlyArray<string> }
): ReadonlyArray<ReplyIssue> => [
  ...instructionErrors(task.instruction),
  ...task.actions.flatMap((action, index) => actionErrors(action, index, options)),
  ...outputErrors(task.outputs, options.kind)
]

const instructionErrors = (instruction: string): ReadonlyArray<ReplyIssue> => {
  const words = instruction === "" ? 0 : instruction.split(/\s+/).length
  if (words >= MIN_WORDS && words <= MAX_WORDS) return []
  return [{ pointer: "/intent", message: `has ${words} words; ${MIN_WORDS} to ${MAX_WORDS} are wanted` }]
}

const actionErrors = (
  action: Action,
  index: number,
  options: { readonly domain: Domain; readonly offered: ReadonlyArray<string> }
): ReadonlyArray<ReplyIssue> => {
  const at = `/actions/${index}`
  const found = options.domain.environment.tools.get(action.name)
  if (found === undefined) return [{ pointer: `${at}/name`, message: `there is no tool ${action.name}` }]
  if (!options.offered.includes(action.name)) {
    return [{ pointer: `${at}/name`, message: `the tool ${action.name} was not among those offered` }]
  }
  const issues = argumentIssues(found.tool.parameters, action.arguments, `${at}/arguments`)
  if (issues.length > 0) return issues
  return unknownRecords(options.domain.environment.initial, action.arguments, `${at}/arguments`)
}

/** An argument `order_id` names a record of the table `orders`, if there is such a table; so the record must exist. */
const unknownRecords = (state: State, input: JsonObject, pointer: string): ReadonlyArray<ReplyIssue> =>
  Object.entries(input).flatMap(([name, value]) => {
    if (typeof value !== "string" || !name.endsWith("_id")) return []
    const table = `${name.slice(0, -"_id".length)}s`
    if (state.get(table, value) !== undefined || state.keys(table).length === 0) return []
    return [{ pointer: `${pointer}/${name}`, message: `${JSON.stringify(value)} is not in the data` }]
  })

const outputErrors = (outputs: ReadonlyArray<string>, kind: TaskKind): ReadonlyArray<ReplyIssue> => {
  const errors: Array<ReplyIssue> = []
  if (outputs.length > MAX_OUTPUTS) {
    errors.push({ pointer: "/outputs", message: `has ${outputs.length} entries; at most ${MAX_OUTPUTS} are allowed` })
  }
  if (outputs.length === 0 && (kind === "info" || kind === "mixed")) {
    errors.push({ pointer: "/outputs", message: "is empty, but the customer wants to know something" })
  }
  outputs.forEach((output, index) => {
    const text = output.trim()
    const pointer = `/outputs/${index}`
    if (text === "") errors.push({ pointer, message: "is blank" })
    else if (text.length < MIN_OUTPUT_CHARACTERS) {
      errors.push({ pointer, message: `has ${text.length} character; at least ${MIN_OUTPUT_CHARACTERS} are wanted` })
    } else if (outputs.findIndex((other) => other.trim().toLowerCase() === text.toLowerCase()) < index) {
      errors.push({ pointer, message: "is there twice" })
    }
  })
  return errors
}

/** What is wrong with an execution; `step` is the index of the action, null where the whole is at fault. */
export interface ExecutionError {
  readonly step: number | null
  readonly message: string
}

export interface Execution {
  readonly trace: Replay
  readonly errors: ReadonlyArray<ExecutionError>
}

/**
 * Runs the actions on a fresh database (paper section 4.1.2). Errors: an observation that begins with `Error`; a write
 * that changes nothing; an amount that is no whole number of cents; writes in a task without any, or none in a task that needs them.
 */
export const executeTask = (domain: Domain, task: Task, kind: TaskKind): Execution => {
  const { environment } = domain
  const trace = replay(environment, task.actions)
  const errors: Array<ExecutionError> = []
  trace.steps.forEach((step, index) => {
    const write = environment.tools.get(step.action.name)?.kind === "write"
    if (step.observation.isError) {
      errors.push({ step: index, message: `${step.action.name}: ${step.observation.text}` })
    } else if (write && step.diff === "") {
      errors.push({ step: index, message: `${step.action.name} changes nothing` })
    } else if (write) {
      errors.push(...roundingErrors(trace.states[index] as State, trace.states[index + 1] as State, index))
    }
  })
  const writes = task.actions.filter((action) => environment.tools.get(action.name)?.kind === "write").length
  if (writes === 0 && (kind === "write" || kind === "mixed")) {
    errors.push({ step: null, message: "no action writes anything, but the task is to change the database" })
  }
  if (writes > 0 && kind !== "write" && kind !== "mixed") {
    errors.push({ step: null, message: `the actions change the database, but the task is one of ${kind} only` })
  }
  return { trace, errors }
}

/** Float arithmetic on money leaves amounts such as 12.340000000000003. */
const roundingErrors = (before: State, after: State, step: number): ReadonlyArray<ExecutionError> =>
  after.changesFrom(before).flatMap(({ after: record, key, table }) =>
    numbersIn(record)
      .filter((value) => Math.round(value * 100) / 100 !== value)
      .map((value) => ({ step, message: `${table}/${key} would hold ${value}, which is no whole number of cents` }))
  )

const numbersIn = (value: Json): ReadonlyArray<number> => {
  if (typeof value === "number") return [value]
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(numbersIn) : []
}

/** All policy tests of the domain over the trace: what one action does to the next is seen here. */
export const policyViolations = (domain: Domain, task: Task, userId: string, trace: Replay): ReadonlyArray<Violation> =>
  domain.policyTests.flatMap((test) => test.check({ task, userId, steps: trace.steps, states: trace.states }))

/** Tool signatures as prompts show them. */
export const signatures = (domain: Domain, names: ReadonlyArray<string>): ReadonlyArray<Tool> =>
  [...new Set(names)].flatMap((name) => {
    const found = domain.environment.tools.get(name)
    return found === undefined ? [] : [{ ...found.tool, parameters: JsonSchema.parse(found.tool.parameters) }]
  })
