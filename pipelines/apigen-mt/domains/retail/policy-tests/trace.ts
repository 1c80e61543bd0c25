import type { JsonObject } from "../../../../../schemas/json.ts"
import type { State } from "../../../../../stages/state.ts"
import type { PolicyTest, Violation } from "../../domain.ts"
import { retailWrites } from "../graph.ts"
import type { Order } from "../records.ts"
import { orderOf } from "../tables.ts"

export type Trace = Parameters<PolicyTest["check"]>[0]

/** A write that was carried out, with the states round it. */
export interface Write {
  readonly step: number
  readonly tool: string
  readonly input: JsonObject
  readonly before: State
  readonly after: State
  readonly diff: string
}

const writes = new Set(retailWrites)

/** Only what changed something counts: a call that a tool refused has broken no rule about the state. */
export const writesOf = (trace: Trace): ReadonlyArray<Write> =>
  trace.steps.flatMap(({ action, diff, observation }, step) => {
    const [before, after] = [trace.states[step], trace.states[step + 1]]
    if (!writes.has(action.name) || observation.isError || before === undefined || after === undefined) return []
    return [{ step, tool: action.name, input: action.arguments, before, after, diff }]
  })

export const text = (write: Write, name: string): string => {
  const value = write.input[name]
  return typeof value === "string" ? value : ""
}

export const list = (write: Write, name: string): ReadonlyArray<string> => {
  const value = write.input[name]
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : []
}

/** The order as the write found it. */
export const targetOf = (write: Write): Order | undefined => orderOf(write.before, text(write, "order_id"))

export const policyTest = (
  id: string,
  rules: ReadonlyArray<string>,
  description: string,
  find: (trace: Trace) => ReadonlyArray<{ readonly step: number | null; readonly message: string }>
): PolicyTest => ({
  id,
  rules,
  description,
  check: (trace) => find(trace).map(({ message, step }): Violation => ({ rule: id, step, message }))
})

/** A test that looks at one write at a time. */
export const writeTest = (
  id: string,
  rules: ReadonlyArray<string>,
  description: string,
  tools: ReadonlyArray<string>,
  problems: (write: Write, trace: Trace) => ReadonlyArray<string>
): PolicyTest =>
  policyTest(id, rules, description, (trace) =>
    writesOf(trace)
      .filter((write) => tools.includes(write.tool))
      .flatMap((write) => problems(write, trace).map((message) => ({ step: write.step, message })))
  )
