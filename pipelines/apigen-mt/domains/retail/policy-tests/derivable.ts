import type { State } from "../../../../../stages/state.ts"
import { orderOf, productOf, userOf } from "../tables.ts"

/** Whose identity an instruction proves: it holds the e-mail address, or first name, last name and zip code. */
export const provesIdentity = (state: State, userId: string, instruction: string): boolean => {
  const user = userOf(state, userId)
  if (user === undefined) return false
  const said = instruction.toLowerCase()
  const says = (value: string) => said.includes(value.toLowerCase())
  return says(user.email) || (says(user.name.first_name) && says(user.name.last_name) && says(user.address.zip))
}

/**
 * Every id that reads reveal to somebody who starts from this user: their profile's, their orders', and the catalogue's,
 * which `list_all_product_types` opens to everybody.
 */
export const derivableIds = (state: State, userId: string): ReadonlySet<string> => {
  const ids = new Set<string>([userId])
  const user = userOf(state, userId)
  for (const id of Object.keys(user?.payment_methods ?? {})) ids.add(id)
  for (const orderId of user?.orders ?? []) {
    ids.add(orderId)
    for (const item of orderOf(state, orderId)?.items ?? []) {
      ids.add(item.item_id)
      ids.add(item.product_id)
    }
  }
  for (const productId of state.keys("products")) {
    ids.add(productId)
    for (const itemId of Object.keys(productOf(state, productId)?.variants ?? {})) ids.add(itemId)
  }
  return ids
}
