import type { DialogueMessage } from "../../schemas/dialogue.ts"
import { canonicalJson } from "../../schemas/json.ts"
import type { Message } from "../../schemas/message.ts"
import type { Action } from "../../stages/environment.ts"
import { execute } from "../../stages/execute.ts"
import type { Episode } from "./acceptance.ts"
import type { Domain } from "./domains/domain.ts"
import type { Gold } from "./gold.ts"
import { saysStrict } from "./outputs.ts"

/**
 * The dialogue of an agent that knows the ground truth: it identifies the user, makes the reads, asks before each write, makes
 * the writes in order, tells the outputs, refuses or hands over where that is the task. No model calls. A blueprint on which it
 * does not pass every gate cannot be passed by anybody (spec section 6), so it is not worth a single call.
 */
export const oracleEpisode = (domain: Domain, gold: Gold): Episode => {
  const { environment } = domain
  const { task } = gold
  const state = environment.initial.fork()
  const messages: Array<DialogueMessage> = []
  let transferred = false
  const add = (message: Message, isError?: boolean) => {
    messages.push({ ...message, index: messages.length, ...(isError === undefined ? {} : { is_error: isError }) })
  }
  const say = (text: string) => add({ role: "assistant", content: text })
  const hear = (text: string) => add({ role: "user", content: text })
  const call = (action: Action) => {
    const id = `call_${messages.length}`
    const observation = execute(environment, state, action)
    transferred ||= observation.terminated
    add({
      role: "assistant",
      content: null,
      tool_calls: [{ id, name: action.name, arguments: JSON.stringify(action.arguments) }]
    })
    add({ role: "tool", content: observation.text, tool_call_id: id, name: action.name }, observation.isError)
  }

  hear(task.instruction)
  for (const read of oracleReads(domain, gold)) call(read)
  if (gold.changes || gold.task.outputs.length === 0) say("Thank you, I have found your account and looked it up.")
  else say("I have looked it up.")
  for (const action of task.actions) {
    if (environment.tools.get(action.name)?.terminates === true) continue
    hear("Please go on.")
    say(`All of this is what I would do: ${action.name.replaceAll("_", " ")} ${describe(action)}. Shall I go ahead?`)
    hear("Yes.")
    call(action)
    say("That has been done.")
  }
  const untold = task.outputs.filter(
    (output) => !messages.some((one) => one.role === "assistant" && saysStrict(one.content ?? "", output))
  )
  if (untold.length > 0) {
    hear("What is the answer to my question?")
    say(untold.map((output) => `The answer: ${output} .`).join("\n"))
  }
  if (!gold.changes && task.outputs.length === 0 && !gold.transfers) {
    hear("So what about it?")
    say("I am sorry, I cannot do that: the policy does not allow it.")
  }
  if (gold.transfers) {
    hear("Please hand me over.")
    const given = task.actions.find((action) => environment.tools.get(action.name)?.terminates === true)
    const name = [...environment.tools].find(([, tool]) => tool.terminates)?.[0] ?? ""
    call(given ?? { name, arguments: { summary: "The customer asks for something beyond the tools." } })
  }
  return {
    messages,
    termination: transferred ? "transfer" : "user_stop",
    detail: null,
    hash: state.hash(),
    leaks: []
  }
}

const describe = (action: Action) => Object.values(action.arguments).flat().join(", ")

/** All that the writes and the demanded reads need, the user found in the way that the instruction allows. */
const oracleReads = (domain: Domain, gold: Gold): ReadonlyArray<Action> => {
  const demanded = gold.evalRules.flatMap((rule) => (rule.kind === "read" ? [JSON.parse(rule.value) as Action] : []))
  const reads = [...domain.readsFor(gold.userId, gold.task.actions), ...demanded]
  const others = reads.filter((read) => !read.name.startsWith("find_user_id_by_"))
  const unique = others.filter(
    (read, index) => others.findIndex((other) => canonicalJson(other) === canonicalJson(read)) === index
  )
  const record = domain.environment.initial.get("users", gold.userId) as
    | {
        readonly email?: string
        readonly name?: Readonly<Record<string, string>>
        readonly address?: { readonly zip?: string }
      }
    | undefined
  const lower = gold.task.instruction.toLowerCase()
  const email = record?.email ?? ""
  const byEmail = email !== "" && lower.includes(email.toLowerCase())
  const identification: Action = byEmail
    ? { name: "find_user_id_by_email", arguments: { email } }
    : { name: "find_user_id_by_name_zip", arguments: { ...record?.name, zip: record?.address?.zip ?? "" } }
  return [identification, ...unique]
}
