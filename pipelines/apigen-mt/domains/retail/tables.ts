import type { JsonObject } from "../../../../schemas/json.ts"
import type { State } from "../../../../stages/state.ts"
import type { Order, OrderItem, PaymentMethod, Product, User, Variant } from "./records.ts"

// Typed access to a retail state. The records were validated when the database was made or loaded, and tools write no
// others; this is the one place that says so to the compiler.

export const userOf = (state: State, id: string) => state.get("users", id) as User | undefined
export const orderOf = (state: State, id: string) => state.get("orders", id) as Order | undefined
export const productOf = (state: State, id: string) => state.get("products", id) as Product | undefined

export const putUser = (state: State, id: string, user: User) => state.put("users", id, user as JsonObject)
export const putOrder = (state: State, order: Order) => state.put("orders", order.order_id, order as JsonObject)

/** A user's own property, never one that every object inherits. */
export const methodOf = (user: User | undefined, id: string): PaymentMethod | undefined =>
  user !== undefined && Object.hasOwn(user.payment_methods, id) ? user.payment_methods[id] : undefined

export const variantOf = (state: State, productId: string, itemId: string): Variant | undefined => {
  const variants = productOf(state, productId)?.variants
  return variants !== undefined && Object.hasOwn(variants, itemId) ? variants[itemId] : undefined
}

/** The order's lines that hold these items, a line for each mention; null where one is mentioned oftener than held. */
export const linesFor = (order: Order, itemIds: ReadonlyArray<string>): ReadonlyArray<OrderItem> | null => {
  const left = [...order.items]
  const lines: Array<OrderItem> = []
  for (const id of itemIds) {
    const index = left.findIndex((item) => item.item_id === id)
    if (index < 0) return null
    lines.push(...left.splice(index, 1))
  }
  return lines
}
