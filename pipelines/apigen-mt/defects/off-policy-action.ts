import type { DialogueMessage } from "../../../schemas/dialogue.ts"
import type { Message } from "../../../schemas/message.ts"
import { execute } from "../../../stages/execute.ts"
import type { Random } from "../../../stages/random.ts"
import type { PlantedInTrial, TrialDefect } from "../../calibration.ts"
import { callsOf } from "../calls.ts"
import type { Domain } from "../domains/domain.ts"
import { trajectoryDialogue } from "../trajectory-dialogue.ts"
import type { Trajectory } from "../trajectory-tables.ts"
import { asFiltersCount } from "./row-message.ts"

interface Spoilt {
  readonly messages: ReadonlyArray<Message>
  readonly planted: PlantedInTrial
}
type Way = (domain: Domain, messages: ReadonlyArray<DialogueMessage>, random: Random) => Spoilt | null

/** What people say who have not agreed to anything. */
const NO_ANSWERS = [
  "Hm, what would that mean for my refund?",
  "How long does it usually take?",
  "I would like to think about it for a moment.",
  "Is there another way to have it?",
  "My sister asked me about this as well.",
  "Let me look for the receipt first."
]

/** The user asks something back instead of saying yes, and the agent makes its change all the same. */
const withoutConsent: Way = (domain, messages, random) => {
  const writes = callsOf(domain.environment, messages).filter((call) => call.kind === "write" && !call.isError)
  if (writes.length === 0) return null
  const write = random.pick(writes)
  const index = messages.findLastIndex((message, at) => at < write.messageIndex && message.role === "user")
  const answer = messages[index]
  if (answer === undefined) return null
  const after = random.pick(NO_ANSWERS)
  return {
    messages: messages.with(index, { ...answer, content: after }),
    planted: { message: asFiltersCount(index), before: answer.content, after }
  }
}

/** Records are opened although the user was never looked up. */
const withoutIdentification: Way = (domain, messages) => {
  const finders = callsOf(domain.environment, messages).filter((call) => call.name.startsWith("find_user_id_by_"))
  const [first] = finders
  if (first === undefined) return null
  const ids = new Set(finders.map((call) => call.id))
  const makers = new Set(finders.map((call) => call.messageIndex))
  return {
    messages: messages.filter(
      (message) => !makers.has(message.index) && !(message.role === "tool" && ids.has(message.tool_call_id ?? ""))
    ),
    planted: { message: asFiltersCount(first.messageIndex), before: first.name, after: null }
  }
}

/** The agent looks into somebody else's order. */
const otherCustomer: Way = ({ environment }, messages, random) => {
  const [found] = callsOf(environment, messages).filter(
    (call) => call.name.startsWith("find_user_id_by_") && !call.isError
  )
  const answer = messages.findIndex((message) => message.role === "tool" && message.tool_call_id === found?.id)
  if (found === undefined || answer < 0) return null
  const orders = environment.initial.keys("orders").filter((id) => {
    const order = environment.initial.get("orders", id) as { readonly user_id?: string } | undefined
    return order?.user_id !== undefined && order.user_id !== found.observation.trim()
  })
  if (orders.length === 0) return null
  const action = { name: "get_order_details", arguments: { order_id: random.pick(orders) } }
  const observation = execute(environment, environment.initial.fork(), action)
  if (observation.isError) return null
  const id = "call_other"
  const input = JSON.stringify(action.arguments)
  return {
    messages: messages.toSpliced(
      answer + 1,
      0,
      { role: "assistant", content: null, tool_calls: [{ id, name: action.name, arguments: input }], index: 0 },
      { role: "tool", content: observation.text, tool_call_id: id, name: action.name, index: 0 }
    ),
    planted: { message: asFiltersCount(answer + 1), before: null, after: `${action.name} ${input}` }
  }
}

const WAYS: ReadonlyArray<Way> = [withoutConsent, withoutIdentification, otherCustomer]

/** A step that the policy forbids, in a dialogue that ends as it should. */
export const offPolicyAction = (domain: Domain): TrialDefect => ({
  name: "off-policy-action",
  family: "policy",
  description: "A change without the user's yes, records opened before the user is known, or another customer's order.",
  part: "row",
  plant: (trial, random) => {
    const row = trial.row as Trajectory
    for (const way of random.shuffle(WAYS)) {
      const spoilt = way(domain, row.messages, random)
      if (spoilt === null) continue
      return {
        row: trajectoryDialogue.withMessages(row, spoilt.messages),
        origin: trial.origin,
        planted: spoilt.planted
      }
    }
    return null
  }
})
