import type { EnvironmentTool } from "../../../../../stages/environment.ts"
import type { Profile } from "../../domain.ts"
import { cents, dollars } from "../money.ts"
import type { Order } from "../records.ts"
import { orderOf, putOrder } from "../tables.ts"
import { define, failure, orderIdParameter, text, texts } from "./definition.ts"
import { swap } from "./swap.ts"

/**
 * The table of notes where strict keeps which item is exchanged for which: the two lists on the order are sorted apart,
 * as in the benchmark, and lose it. Notes are no part of a state's hash.
 */
export const exchangePairs = "_exchange_pairs"

/** No money moves yet, and no new order is made. See swap.ts for what the profiles do differently. */
export const exchangeDeliveredOrderItems = (profile: Profile): EnvironmentTool =>
  define(
    "write",
    "exchange_delivered_order_items",
    "Request the exchange of items of a delivered order for other variants of the same products. The customer gets an e-mail on how to send them back; no new order is made. Possible once per order: collect all exchanges, tell the customer the difference in price and get a clear yes first.",
    {
      order_id: orderIdParameter,
      item_ids: texts("Ids of the items to exchange. An item that is to be exchanged twice is named twice."),
      new_item_ids: texts("Ids of the variants to get instead, in the same order."),
      payment_method_id: text(
        "Id of the payment method, from the customer's profile, that pays or gets the difference."
      )
    },
    (state, input) => {
      const order = orderOf(state, input.text("order_id"))
      if (order === undefined) return failure("order not found")
      if (order.status !== "delivered") return failure("items of an order that is not delivered cannot be exchanged")
      const itemIds = input.list("item_ids")
      const newItemIds = input.list("new_item_ids")
      const methodId = input.text("payment_method_id")
      const swapped = swap(profile, state, order, itemIds, newItemIds, methodId)
      if (typeof swapped === "string") return swapped

      const exchanged: Order = {
        ...order,
        status: "exchange requested",
        exchange_items: [...itemIds].sort(),
        exchange_new_items: [...newItemIds].sort(),
        exchange_payment_method_id: methodId,
        exchange_price_difference: dollars(cents(swapped.difference))
      }
      putOrder(state, exchanged)
      if (profile === "strict") {
        state.put(exchangePairs, order.order_id, {
          pairs: itemIds.map((from, index) => ({ from, to: newItemIds[index] as string }))
        })
      }
      return JSON.stringify(exchanged)
    }
  )
