import type { Order, User } from "../records.ts"
import { orderOf, putOrder, putUser, userOf } from "../tables.ts"
import { addressFrom, addressParameters, define, failure, orderIdParameter, text } from "./definition.ts"

export const modifyPendingOrderAddress = define(
  "write",
  "modify_pending_order_address",
  "Change where a pending order is sent. Read the new address back to the customer and get a clear yes first.",
  { order_id: orderIdParameter, ...addressParameters },
  (state, input) => {
    const order = orderOf(state, input.text("order_id"))
    if (order === undefined) return failure("order not found")
    if (order.status !== "pending") return failure("an order that is not pending cannot be changed")
    const moved: Order = { ...order, address: addressFrom(input) }
    putOrder(state, moved)
    return JSON.stringify(moved)
  }
)

export const modifyUserAddress = define(
  "write",
  "modify_user_address",
  "Change the default address in a customer's profile; orders keep theirs. Read the new address back to the customer and get a clear yes first.",
  { user_id: text("The user id, as one of the find tools gave it."), ...addressParameters },
  (state, input) => {
    const id = input.text("user_id")
    const user = userOf(state, id)
    if (user === undefined) return failure("user not found")
    const moved: User = { ...user, address: addressFrom(input) }
    putUser(state, id, moved)
    return JSON.stringify(moved)
  }
)
