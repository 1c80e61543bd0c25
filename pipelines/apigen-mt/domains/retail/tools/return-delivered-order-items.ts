import type { EnvironmentTool } from "../../../../../stages/environment.ts"
import type { Profile } from "../../domain.ts"
import type { Order } from "../records.ts"
import { linesFor, methodOf, orderOf, putOrder, userOf } from "../tables.ts"
import { define, failure, orderIdParameter, text, texts } from "./definition.ts"

/** No money moves yet: that happens when the parcel is back. strict refuses an empty list, which tau1 takes. */
export const returnDeliveredOrderItems = (profile: Profile): EnvironmentTool =>
  define(
    "write",
    "return_delivered_order_items",
    "Request the return of items of a delivered order. The customer gets an e-mail on how to send them back. Possible once per order: collect all items, agree on where the refund goes and get a clear yes first.",
    {
      order_id: orderIdParameter,
      item_ids: texts("Ids of the items to return. An item that is to be returned twice is named twice."),
      payment_method_id: text("Id of the method that gets the refund: the order's original one, or a gift card.")
    },
    (state, input) => {
      const order = orderOf(state, input.text("order_id"))
      if (order === undefined) return failure("order not found")
      if (order.status !== "delivered") return failure("items of an order that is not delivered cannot be returned")
      const methodId = input.text("payment_method_id")
      const method = methodOf(userOf(state, order.user_id), methodId)
      if (method === undefined) return failure("payment method not found")
      if (method.source !== "gift_card" && methodId !== order.payment_history[0]?.payment_method_id) {
        return failure("the refund must go to the original payment method or to a gift card")
      }
      const itemIds = input.list("item_ids")
      if (linesFor(order, itemIds) === null) return failure("the order does not hold these items")
      if (profile === "strict" && itemIds.length === 0) return failure("no items to return")

      const returned: Order = {
        ...order,
        status: "return requested",
        return_items: [...itemIds].sort(),
        return_payment_method_id: methodId
      }
      putOrder(state, returned)
      return JSON.stringify(returned)
    }
  )
