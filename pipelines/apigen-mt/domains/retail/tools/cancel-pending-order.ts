import type { EnvironmentTool } from "../../../../../stages/environment.ts"
import type { State } from "../../../../../stages/state.ts"
import type { Profile } from "../../domain.ts"
import { cents, dollars } from "../money.ts"
import type { Order, Payment } from "../records.ts"
import { methodOf, orderOf, putOrder, putUser, userOf } from "../tables.ts"
import { choice, define, failure, orderIdParameter } from "./definition.ts"

export const cancelReasons: ReadonlyArray<string> = ["no longer needed", "ordered by mistake"]

/** What each method has paid and not got back, in cents, in the order of first use. */
const outstanding = (order: Order): Map<string, number> => {
  const owed = new Map<string, number>()
  for (const { amount, payment_method_id: id, transaction_type } of order.payment_history) {
    owed.set(id, (owed.get(id) ?? 0) + (transaction_type === "payment" ? cents(amount) : -cents(amount)))
  }
  return owed
}

/** Adds cents to a gift card (or takes them); other methods are settled elsewhere. */
export const credit = (state: State, userId: string, methodId: string, amount: number): void => {
  const user = userOf(state, userId)
  const method = methodOf(user, methodId)
  if (user === undefined || method?.source !== "gift_card" || amount === 0) return
  putUser(state, userId, {
    ...user,
    payment_methods: {
      ...user.payment_methods,
      [methodId]: { ...method, balance: dollars(cents(method.balance) + amount) }
    }
  })
}

/**
 * tau1 refunds every entry of the payment history, also the refund that an earlier change of payment made, so that money
 * appears from nowhere. strict refunds to each method what it has paid and not got back.
 */
export const cancelPendingOrder = (profile: Profile): EnvironmentTool =>
  define(
    "write",
    "cancel_pending_order",
    "Cancel an order that is still pending. The whole order is cancelled and paid back: to a gift card at once, to other methods within 5 to 7 business days. Tell the customer what will happen and get a clear yes first.",
    { order_id: orderIdParameter, reason: choice(cancelReasons, "Why the customer cancels.") },
    (state, input) => {
      const order = orderOf(state, input.text("order_id"))
      if (order === undefined) return failure("order not found")
      if (order.status !== "pending") return failure("an order that is not pending cannot be cancelled")
      const reason = input.text("reason")
      if (!cancelReasons.includes(reason)) return failure("invalid reason")

      const refunds: Array<Payment> =
        profile === "tau1"
          ? order.payment_history.map((entry) => ({ ...entry, transaction_type: "refund" }))
          : [...outstanding(order)]
              .filter(([, amount]) => amount > 0)
              .map(([id, amount]) => ({
                transaction_type: "refund",
                amount: dollars(amount),
                payment_method_id: id
              }))
      for (const refund of refunds) credit(state, order.user_id, refund.payment_method_id, cents(refund.amount))
      const cancelled: Order = {
        ...order,
        status: "cancelled",
        payment_history: [...order.payment_history, ...refunds],
        cancel_reason: reason
      }
      putOrder(state, cancelled)
      return JSON.stringify(cancelled)
    }
  )
