import type { Action } from "../../../../../stages/environment.ts"
import type { State } from "../../../../../stages/state.ts"
import { orderOf, userOf } from "../tables.ts"
import { identify } from "./identity.ts"

const strings = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : typeof value === "string" ? [value] : []

/**
 * The reads that make every id of the actions derivable, in the order in which an agent would make them: who it is, the
 * profile, each order before the products whose variants its items are to become.
 */
export const readsFor = (initial: State, userId: string, actions: ReadonlyArray<Action>): ReadonlyArray<Action> => {
  const user = userOf(initial, userId)
  if (user === undefined) return []
  const reads = new Map<string, Action>()
  const read = (action: Action) => {
    const key = JSON.stringify(action)
    if (!reads.has(key)) reads.set(key, action)
  }
  read(identify(userId, user))
  read({ name: "get_user_details", arguments: { user_id: userId } })
  for (const action of actions) {
    for (const orderId of strings(action.arguments.order_id)) {
      const order = orderOf(initial, orderId)
      if (order === undefined) continue
      read({ name: "get_order_details", arguments: { order_id: orderId } })
      if (action.arguments.new_item_ids === undefined) continue
      for (const itemId of strings(action.arguments.item_ids)) {
        const item = order.items.find((one) => one.item_id === itemId)
        if (item !== undefined) read({ name: "get_product_details", arguments: { product_id: item.product_id } })
      }
    }
    for (const productId of strings(action.arguments.product_id)) {
      read({ name: "get_product_details", arguments: { product_id: productId } })
    }
  }
  return [...reads.values()]
}
