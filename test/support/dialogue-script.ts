import type { Episode } from "../../pipelines/apigen-mt/acceptance.ts"
import type { TaskKind } from "../../pipelines/apigen-mt/blueprint-tables.ts"
import { callsOf } from "../../pipelines/apigen-mt/calls.ts"
import type { Scenario, Task } from "../../pipelines/apigen-mt/domains/domain.ts"
import type { Order, User } from "../../pipelines/apigen-mt/domains/retail/records.ts"
import { orderOf, userOf } from "../../pipelines/apigen-mt/domains/retail/tables.ts"
import { type Gold, goldOf } from "../../pipelines/apigen-mt/gold.ts"
import type { DialogueMessage } from "../../schemas/dialogue.ts"
import type { Message } from "../../schemas/message.ts"
import type { Action } from "../../stages/environment.ts"
import { execute } from "../../stages/execute.ts"
import { random } from "../../stages/random.ts"
import { labWorld } from "./blueprint-lab.ts"

/** One line of a written dialogue: what the person says, what the agent says, what the agent calls. */
export type Line = { readonly user: string } | { readonly say: string } | { readonly call: Action }

/** Plays a written dialogue on a fresh database: calls are really executed. */
export const play = (lines: ReadonlyArray<Line>, more: Partial<Episode> = {}): Episode => {
  const { environment } = labWorld().domain
  const state = environment.initial.fork()
  const messages: Array<DialogueMessage> = []
  let transferred = false
  const add = (message: Message, isError?: boolean) =>
    messages.push({ ...message, index: messages.length, ...(isError === undefined ? {} : { is_error: isError }) })
  for (const line of lines) {
    if ("user" in line) add({ role: "user", content: line.user })
    else if ("say" in line) add({ role: "assistant", content: line.say })
    else {
      const id = `call_${messages.length}`
      const { arguments: given, name } = line.call
      add({ role: "assistant", content: null, tool_calls: [{ id, name, arguments: JSON.stringify(given) }] })
      const observation = execute(environment, state, line.call)
      transferred ||= observation.terminated
      add({ role: "tool", content: observation.text, tool_call_id: id, name }, observation.isError)
    }
  }
  return {
    messages,
    termination: transferred ? "transfer" : "user_stop",
    detail: null,
    hash: state.hash(),
    leaks: [],
    ...more
  }
}

/** Messages alone, with whatever is wrong with them. */
export const raw = (
  messages: ReadonlyArray<Message & { readonly is_error?: boolean }>
): ReadonlyArray<DialogueMessage> => messages.map((message, index) => ({ ...message, index }))

export interface LabTask {
  readonly gold: Gold
  readonly scenario: Scenario
  readonly user: User
  /** Of the first write; fails the test where that has none. */
  readonly order: Order
  readonly writes: ReadonlyArray<Action>
  /** The look-ups of a proper agent: who it is, the profile, the orders, the products. */
  readonly reads: ReadonlyArray<Action>
  /** How the person says who they are. */
  readonly identity: string
}

/** A task with these writes on some user of the lab's shop. */
export const labTask = (
  walk: ReadonlyArray<string>,
  more: {
    readonly outputs?: ReadonlyArray<string>
    readonly kind?: TaskKind
    readonly rules?: Gold["evalRules"]
    readonly seed?: string
  } = {}
): LabTask => {
  const { domain } = labWorld()
  const scenario = domain.scenario(walk, random(more.seed ?? walk.join(" ")))
  if (scenario === null) throw new Error(`no scenario for ${walk.join(", ")}`)
  const state = domain.environment.initial
  const user = userOf(state, scenario.userId)
  const writes = scenario.writes.map((write) => ({ name: write.tool, arguments: write.arguments }))
  const order = orderOf(state, String(writes[0]?.arguments.order_id ?? user?.orders[0] ?? ""))
  if (user === undefined || order === undefined) throw new Error("the scenario's records are not in the database")
  const identity = `I am ${scenario.identity}.`
  const task: Task = {
    instruction: `You are ${scenario.identity}. You want to ${scenario.writes.map((write) => write.description).join("; and to ")}. Then you are done.`,
    actions: writes,
    outputs: more.outputs ?? [],
    facts: Object.assign({}, ...scenario.writes.map((write) => write.facts))
  }
  const gold = goldOf(domain, {
    task,
    taskKind: more.kind ?? (writes.length > 0 ? "write" : "refusal"),
    userId: scenario.userId,
    evalRules: more.rules ?? []
  })
  return { gold, scenario, user, order, writes, identity, reads: domain.readsFor(scenario.userId, writes) }
}

/** A proper dialogue about the task: identity, look-ups, and for each write a plan, a yes, the write and a report. */
export const properLines = (task: LabTask): ReadonlyArray<Line> => [
  { user: `Hello. ${task.identity}` },
  ...task.reads.map((call): Line => ({ call })),
  { say: "Thank you. What can I do for you?" },
  ...task.scenario.writes.flatMap(
    (write, index): ReadonlyArray<Line> => [
      { user: `I would like to ${write.description}.` },
      { say: `I will ${write.description}. That is all of it. Shall I go ahead (yes/no)?` },
      { user: "Yes, please." },
      { call: task.writes[index] as Action },
      { say: "That has been done. Is there anything else?" }
    ]
  )
]

export const callsIn = (episode: Episode) => callsOf(labWorld().domain.environment, episode.messages)
