import type { Simulated } from "../pipeline.ts"
import { scriptedAgent } from "./simulated/agent.ts"
import { readHistory } from "./simulated/agent-history.ts"
import { callReply } from "./simulated/agent-missteps.ts"
import type { Script } from "./simulated/agent-script.ts"
import { type DialogueBackstage, isDialogueBackstage } from "./simulated/backstage.ts"

// Test instruments (spec section 6): the gates must give 1 to the first and 0 to the others. Each is a model of role `agent`.

/** Never errs. */
export const faultlessAgent: Simulated[string] = scriptedAgent({ slips: false, mistakes: false })

/** Says nothing of use and does nothing: passes tau-bench's reward wherever nothing has to change. */
export const silentAgent: Simulated[string] = () => ({ content: "I see." })

const withBackstage =
  (act: (script: Script) => ReturnType<Simulated[string]>): Simulated[string] =>
  ({ backstage, random, request }) =>
    isDialogueBackstage(backstage)
      ? act({ backstage, history: readHistory(request), random, slips: false })
      : { content: "I see." }

/** Hands over at once. */
export const transferringAgent: Simulated[string] = withBackstage((script) =>
  callReply({ name: "transfer_to_human_agents", arguments: { summary: "The customer needs somebody else." } }, script)
)

/** Lists every output that could be asked for, the right ones among them, and does nothing: the worst case of a guesser. */
export const spammingAgent: Simulated[string] = withBackstage(({ backstage, random }) => {
  const guesses = Array.from({ length: 20 }, () => (random.integer(100, 99999) / 100).toFixed(2))
  return {
    content: `It is one of these: ${[...backstage.gold.task.outputs, ...guesses].join(" ; ")} . I cannot do more.`
  }
})

/** Identifies nobody, asks nobody, and changes whatever it finds. */
export const randomWriter: Simulated[string] = withBackstage((script) => {
  const { backstage, history, random } = script
  if (history.calls.length >= 2 && history.lastCall !== null) return { content: "All done." }
  return callReply(randomWrite(backstage, random.pick), script)
})

const randomWrite = ({ gold, user }: DialogueBackstage, pick: <A>(values: ReadonlyArray<A>) => A) => {
  const orders = user?.orders ?? []
  if (orders.length > 0 && pick([true, true, false])) {
    return {
      name: "cancel_pending_order",
      arguments: { order_id: pick(orders), reason: pick(["no longer needed", "ordered by mistake"]) }
    }
  }
  const address = { ...user?.address, address1: `${pick([1, 2, 3, 4, 5, 6, 7])} Random Road` }
  return { name: "modify_user_address", arguments: { user_id: gold.userId, ...address } }
}

export const degenerateAgents: Readonly<Record<string, Simulated[string]>> = {
  silent: silentAgent,
  transfer: transferringAgent,
  spammer: spammingAgent,
  random_writes: randomWriter
}
