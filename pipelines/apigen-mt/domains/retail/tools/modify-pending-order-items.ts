import type { EnvironmentTool } from "../../../../../stages/environment.ts"
import type { Profile } from "../../domain.ts"
import { cents } from "../money.ts"
import type { Order, OrderItem, Payment } from "../records.ts"
import { orderOf, putOrder } from "../tables.ts"
import { credit } from "./cancel-pending-order.ts"
import { define, failure, orderIdParameter, text, texts } from "./definition.ts"
import { swap } from "./swap.ts"

/** tau1 stores a refund of 0 where nothing is owed; strict stores no payment then. See swap.ts for the rest. */
export const modifyPendingOrderItems = (profile: Profile): EnvironmentTool =>
  define(
    "write",
    "modify_pending_order_items",
    "Replace items of a pending order by other variants of the same products. Possible once per order, and afterwards the order can be neither changed nor cancelled: collect all changes, tell the customer the difference in price and get a clear yes first.",
    {
      order_id: orderIdParameter,
      item_ids: texts("Ids of the items to replace. An item that is to be replaced twice is named twice."),
      new_item_ids: texts("Ids of the variants that take their places, in the same order."),
      payment_method_id: text(
        "Id of the payment method, from the customer's profile, that pays or gets the difference."
      )
    },
    (state, input) => {
      const order = orderOf(state, input.text("order_id"))
      if (order === undefined) return failure("order not found")
      if (order.status !== "pending") return failure("an order that is not pending cannot be changed")
      const methodId = input.text("payment_method_id")
      const swapped = swap(profile, state, order, input.list("item_ids"), input.list("new_item_ids"), methodId)
      if (typeof swapped === "string") return swapped

      const items: Array<OrderItem> = [...order.items]
      const replaced = new Set<number>()
      for (const { line, variant } of swapped.pairs) {
        // The benchmark looks each item up in the order as changed so far: it can find a variant that has just come in.
        const index =
          profile === "tau1"
            ? items.findIndex((item) => item.item_id === line.item_id)
            : order.items.findIndex((item, at) => item.item_id === line.item_id && !replaced.has(at))
        replaced.add(index)
        items[index] = { ...line, item_id: variant.item_id, price: variant.price, options: variant.options }
      }
      const entry: Payment = {
        transaction_type: swapped.difference > 0 ? "payment" : "refund",
        amount: Math.abs(swapped.difference),
        payment_method_id: methodId
      }
      credit(state, order.user_id, methodId, -cents(swapped.difference))
      const changed: Order = {
        ...order,
        items,
        payment_history:
          profile === "strict" && swapped.difference === 0 ? order.payment_history : [...order.payment_history, entry],
        status: "pending (item modified)"
      }
      putOrder(state, changed)
      return JSON.stringify(changed)
    }
  )
