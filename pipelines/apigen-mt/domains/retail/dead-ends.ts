import type { Random } from "../../../../stages/random.ts"
import type { Scenario } from "../domain.ts"
import type { DeadEnd } from "../domain-kit.ts"
import { Order } from "./records.ts"

const ordersOf = (scenario: Scenario): ReadonlyArray<Order> =>
  Object.entries(scenario.data).flatMap(([key, record]) => {
    if (!key.startsWith("orders/")) return []
    const order = Order.safeParse(record)
    return order.success ? [order.data] : []
  })

const readOrder = (order: Order) => ({ name: "get_order_details", arguments: { order_id: order.order_id } })

const itemNames = (order: Order): string => {
  const names = [...new Set(order.items.map((item) => item.name.toLowerCase()))]
  return names.length === 1 ? `the ${names[0]}` : `the ${names.slice(0, -1).join(", the ")} and the ${names.at(-1)}`
}

/** Requests that the policy forbids, each for a status that an order must have (R8, R10, R11, R14). */
const refusals: ReadonlyArray<{
  readonly code: string
  readonly status: string
  readonly request: (order: Order) => string
  readonly ending: string
}> = [
  {
    code: "cancel_delivered",
    status: "delivered",
    request: (order) =>
      `You want order ${order.order_id} cancelled although it has already been delivered, because you never wanted it so late.`,
    ending: "You do not want to return or exchange anything instead; you just wanted it cancelled."
  },
  {
    code: "cancel_processed",
    status: "processed",
    request: (order) =>
      `You want to cancel order ${order.order_id}, with ${itemNames(order)}, which you no longer need.`,
    ending:
      "If it is too late for that you are disappointed, ask once whether there is no exception, and accept the answer."
  },
  {
    code: "address_processed",
    status: "processed",
    request: (order) =>
      `You want order ${order.order_id} sent to your neighbour at 27 Old Quarry Road, Unit 6, Denver, CO 80205, USA instead of the address it is going to.`,
    ending: "If the order can no longer be changed you will ask your neighbour to pick it up, and you leave it at that."
  },
  {
    code: "return_pending",
    status: "pending",
    request: (order) =>
      `You want to return what is in order ${order.order_id} before it has arrived, and have the money back, but you do not want the order cancelled.`,
    ending: "If it cannot be returned yet you wait for it to arrive, and want nothing else today."
  },
  {
    code: "cancel_for_price",
    status: "pending",
    request: (order) =>
      `You want order ${order.order_id} cancelled because you found ${itemNames(order)} cheaper in another shop. That is your only reason and you will not give another one.`,
    ending: "If that is no reason they accept, you keep the order and leave it as it is."
  },
  {
    code: "other_product",
    status: "pending",
    request: (order) =>
      `You want something else altogether in order ${order.order_id} instead of the ${(order.items[0]?.name ?? "item").toLowerCase()}: a different kind of product from the shop's range, at no extra fuss.`,
    ending: "If a product cannot be swapped for one of another kind you keep the order as it is."
  },
  {
    code: "return_cancelled",
    status: "cancelled",
    request: (order) =>
      `You want to bring order ${order.order_id}, which was cancelled, back to life and have it sent after all.`,
    ending: "If that is not possible you will think about ordering again another day, and want nothing else now."
  }
]

/** Requests beyond the tools and rules (R7): only a person can take them on. */
const transfers: ReadonlyArray<{ readonly code: string; readonly request: string; readonly ending: string }> = [
  {
    code: "new_email",
    request: "You want the e-mail address of your account changed, since you are giving the old one up.",
    ending: "You want nothing else, and are fine with being handed over to a person."
  },
  {
    code: "courier_damage",
    request:
      "You want to file a complaint about the courier, who damaged your front gate when delivering, and want somebody to call you back about the repair.",
    ending: "You do not want to return anything; you want a person to take it on."
  },
  {
    code: "company_invoice",
    request: "You want an invoice made out to your company, with its tax number, for your past orders.",
    ending: "If the assistant cannot do it you want to be passed on to someone in accounting."
  },
  {
    code: "close_account",
    request: "You want your account closed for good and all your personal data deleted.",
    ending: "You will not be talked out of it, and agree to be handed over to a person who can do it."
  },
  {
    code: "bulk_purchase",
    request: "You want a quotation for two hundred pieces of one product, with a discount, for a school.",
    ending: "You want to speak to somebody from sales, and will wait to be transferred."
  },
  {
    code: "change_name",
    request: "You want the surname on your account changed, since you have married.",
    ending: "You have the certificate at hand and want to be transferred to a person who can deal with it."
  }
]

/** A forbidden request about one of the scenario's orders, or one for a person; null where no order has a fitting status. */
export const retailDeadEnd = (kind: "refusal" | "transfer", scenario: Scenario, random: Random): DeadEnd | null => {
  if (kind === "transfer") {
    const { code, ending, request } = random.pick(transfers)
    return { request, ending, reads: [], facts: { dead_end: code } }
  }
  const orders = ordersOf(scenario)
  const possible = refusals.flatMap((refusal) =>
    orders.filter((order) => order.status === refusal.status).map((order) => ({ refusal, order }))
  )
  if (possible.length === 0) return null
  const { order, refusal } = random.pick(possible)
  return {
    request: refusal.request(order),
    ending: refusal.ending,
    reads: [readOrder(order)],
    facts: { dead_end: refusal.code }
  }
}
