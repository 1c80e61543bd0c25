import type { Json } from "../../../../../schemas/json.ts"
import type { Action } from "../../../../../stages/environment.ts"
import type { State } from "../../../../../stages/state.ts"
import { orderOf, productOf, userOf } from "../tables.ts"

/** About 6,000 tokens at four characters each. */
const mostCharacters = 24_000

/**
 * The records that a generator is shown, by `table/key`: the user, the orders that are written to or asked about, the
 * products whose variants matter; then, as far as the budget goes, the user's other orders. Products of writes that do
 * not fit whole keep the variants that the writes name and as many others as fit.
 */
export const sampledData = (
  state: State,
  userId: string,
  actions: ReadonlyArray<Action>
): Readonly<Record<string, Json>> => {
  const user = userOf(state, userId)
  if (user === undefined) return {}
  const data: Record<string, Json> = {}
  let left = mostCharacters
  const show = (place: string, record: Json | undefined, must = false): void => {
    if (record === undefined || Object.hasOwn(data, place)) return
    const size = JSON.stringify(record).length
    if (size > left && !must) return
    data[place] = record
    left -= size
  }
  show(`users/${userId}`, user, true)

  const named = new Set(actions.flatMap((action) => Object.values(action.arguments).flat()))
  for (const id of user.orders) if (named.has(id)) show(`orders/${id}`, state.get("orders", id), true)
  for (const action of actions) {
    if (action.arguments.new_item_ids === undefined) continue
    const order = orderOf(state, String(action.arguments.order_id))
    for (const item of order?.items ?? []) {
      const product = productOf(state, item.product_id)
      if (product === undefined || !named.has(item.item_id)) continue
      const variants = Object.values(product.variants)
      const needed = variants.filter((variant) => named.has(variant.item_id))
      const others = variants.filter((variant) => !named.has(variant.item_id))
      const room = Math.max(0, left - 600 * needed.length)
      const perVariant = Math.ceil(JSON.stringify(product).length / Math.max(1, variants.length))
      const kept = new Set([...needed, ...others.slice(0, Math.floor(room / perVariant))])
      const shown = variants.filter((variant) => kept.has(variant)).map((variant) => [variant.item_id, variant])
      show(`products/${product.product_id}`, { ...product, variants: Object.fromEntries(shown) }, true)
    }
  }
  for (const id of named) {
    if (typeof id === "string" && state.get("products", id) !== undefined) {
      show(`products/${id}`, state.get("products", id))
    }
  }
  for (const id of user.orders) show(`orders/${id}`, state.get("orders", id))
  return data
}
