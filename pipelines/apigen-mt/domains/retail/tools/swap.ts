import type { State } from "../../../../../stages/state.ts"
import type { Profile } from "../../domain.ts"
import { cents, dollars } from "../money.ts"
import type { Order, OrderItem, Variant } from "../records.ts"
import { linesFor, methodOf, userOf, variantOf } from "../tables.ts"
import { failure } from "./definition.ts"

/** Items of an order with the variants that take their places. */
export interface Swap {
  readonly pairs: ReadonlyArray<{ readonly line: OrderItem; readonly variant: Variant }>
  /** What the customer owes (or, below 0, gets back), in dollars. */
  readonly difference: number
}

/**
 * The checks that item modification and exchange have in common: items in the order often enough, lists of one length,
 * variants of the same product that can be had, a method of the profile, a gift card that covers the difference.
 *
 * strict also demands at least one item and another variant in every pair, and reckons in cents. tau1 takes an empty
 * list and a variant for itself, and its difference is a sum of floats in the order of the lists: unrounded for item
 * modification, so that permuted lists can store another amount.
 */
export const swap = (
  profile: Profile,
  state: State,
  order: Order,
  itemIds: ReadonlyArray<string>,
  newItemIds: ReadonlyArray<string>,
  methodId: string
): Swap | string => {
  const lines = linesFor(order, itemIds)
  if (lines === null) return failure("the order does not hold these items")
  if (itemIds.length !== newItemIds.length) return failure("there must be as many new items as items to replace")
  if (profile === "strict" && itemIds.length === 0) return failure("no items to replace")
  const pairs: Array<{ line: OrderItem; variant: Variant }> = []
  for (const [index, line] of lines.entries()) {
    const id = newItemIds[index] as string
    const variant = variantOf(state, line.product_id, id)
    if (variant === undefined || !variant.available) {
      return failure(`new item ${id} is not an available variant of the same product`)
    }
    if (profile === "strict" && id === line.item_id) return failure(`new item ${id} is the item it would replace`)
    pairs.push({ line, variant })
  }
  const difference =
    profile === "tau1"
      ? pairs.reduce((sum, { line, variant }) => sum + (variant.price - line.price), 0)
      : dollars(pairs.reduce((sum, { line, variant }) => sum + cents(variant.price) - cents(line.price), 0))

  const method = methodOf(userOf(state, order.user_id), methodId)
  if (method === undefined) return failure("payment method not found")
  if (method.source === "gift_card" && cents(method.balance) < cents(difference)) {
    return failure("the gift card's balance does not cover the difference in price")
  }
  return { pairs, difference }
}
