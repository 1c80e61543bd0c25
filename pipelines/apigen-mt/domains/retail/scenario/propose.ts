import type { Random } from "../../../../../stages/random.ts"
import type { State } from "../../../../../stages/state.ts"
import type { FeasibleWrite } from "../../domain.ts"
import { makeAddress, sameAddress, spokenAddress } from "../address.ts"
import { cents } from "../money.ts"
import type { Address, Order, OrderItem, User, Variant } from "../records.ts"
import { orderOf, productOf, userOf } from "../tables.ts"
import { cancelReasons } from "../tools/cancel-pending-order.ts"
import { changedOptions, spokenContents, spokenItems, spokenMethod, spokenSwap } from "./words.ts"

export interface Situation {
  /** As the writes before have left it. */
  readonly state: State
  readonly userId: string
  /** The user as they were before all writes: what they can speak of. */
  readonly knownUser: User
  readonly random: Random
  /** The most items that one write is to swap: a person asks for little of each when they ask for much. */
  readonly mostItems: number
  /** May this tool be called on this order after the writes before? */
  readonly mayTarget: (orderId: string) => boolean
}

type Propose = (situation: Situation) => FeasibleWrite | null

const targets = ({ mayTarget, random, state, userId }: Situation, status: string): Array<Order> =>
  random.shuffle(
    (userOf(state, userId)?.orders ?? []).flatMap((id) => {
      const order = orderOf(state, id)
      return order !== undefined && order.status === status && mayTarget(id) ? [order] : []
    })
  )

/** The first order on which it can be done, in random order. */
const onSome = (
  situation: Situation,
  status: string,
  attempt: (order: Order) => FeasibleWrite | null
): FeasibleWrite | null => {
  for (const order of targets(situation, status)) {
    const write = attempt(order)
    if (write !== null) return write
  }
  return null
}

/** Methods that can pay this many cents: all but gift cards that hold less. */
const payers = ({ state, userId }: Situation, amount: number): Array<string> =>
  Object.values(userOf(state, userId)?.payment_methods ?? {})
    .filter((method) => method.source !== "gift_card" || cents(method.balance) >= amount)
    .map((method) => method.id)

const reasonWords: Readonly<Record<string, string>> = {
  "no longer needed": "because you no longer need it",
  "ordered by mistake": "because you ordered it by mistake"
}

const cancel: Propose = (situation) =>
  onSome(situation, "pending", (order) => {
    const reason = situation.random.pick(cancelReasons)
    return {
      tool: "cancel_pending_order",
      arguments: { order_id: order.order_id, reason },
      description: `cancel order ${order.order_id} (${spokenContents(order)}) ${reasonWords[reason]}`,
      facts: { cancel_reason: reason }
    }
  })

/** Home, the address of another order, or a new one: whatever differs from the present one. */
const otherAddress = ({ random, state, userId }: Situation, present: Address): Address => {
  const user = userOf(state, userId)
  const known = [
    ...(user === undefined ? [] : [user.address]),
    ...(user?.orders ?? []).flatMap((id) => orderOf(state, id)?.address ?? [])
  ].filter((address) => !sameAddress(address, present))
  if (known.length > 0 && random.boolean(0.5)) return random.pick(known)
  let fresh = makeAddress(random)
  while (sameAddress(fresh, present)) fresh = makeAddress(random)
  return fresh
}

const orderAddress: Propose = (situation) =>
  onSome(situation, "pending", (order) => {
    const address = otherAddress(situation, order.address)
    return {
      tool: "modify_pending_order_address",
      arguments: { order_id: order.order_id, ...address },
      description: `have order ${order.order_id} (${spokenContents(order)}) sent to ${spokenAddress(address)} instead of ${order.address.address1} in ${order.address.city}`,
      facts: {}
    }
  })

const userAddress: Propose = (situation) => {
  const address = otherAddress(situation, situation.knownUser.address)
  return {
    tool: "modify_user_address",
    arguments: { user_id: situation.userId, ...address },
    description: `change the default address of your account to ${spokenAddress(address)}`,
    facts: {}
  }
}

const payment: Propose = (situation) =>
  onSome(situation, "pending", (order) => {
    const [paid, ...more] = order.payment_history
    if (paid === undefined || more.length > 0) return null
    const methods = payers(situation, cents(paid.amount)).filter((id) => id !== paid.payment_method_id)
    if (methods.length === 0) return null
    const method = situation.random.pick(methods)
    const { knownUser } = situation
    return {
      tool: "modify_pending_order_payment",
      arguments: { order_id: order.order_id, payment_method_id: method },
      description: `pay for order ${order.order_id} (${spokenContents(order)}) with ${spokenMethod(knownUser, method)} instead of ${spokenMethod(knownUser, paid.payment_method_id)}`,
      facts: {}
    }
  })

/** Items that the words for them single out: twins of one order cannot be told apart. */
const distinctItems = (order: Order): Array<OrderItem> =>
  order.items.filter((item) => order.items.filter((other) => other.item_id === item.item_id).length === 1)

/** Available variants that the words for them single out, the closest ones likelier. */
const alternative = ({ random, state }: Situation, item: OrderItem): Variant | null => {
  const variants = Object.values(productOf(state, item.product_id)?.variants ?? {})
  const candidates = variants.filter(
    (variant) =>
      variant.available &&
      changedOptions(item.options, variant.options).length > 0 &&
      variants.filter((other) => changedOptions(other.options, variant.options).length === 0).length === 1
  )
  if (candidates.length === 0) return null
  return random.weighted(candidates, (variant) => 1 / changedOptions(item.options, variant.options).length ** 2)
}

const swapOn = (situation: Situation, order: Order, tool: string, verb: string): FeasibleWrite | null => {
  const { knownUser, mostItems, random } = situation
  const wanted = Math.min(
    mostItems,
    random.weighted([1, 2, 3], (count) => 1 / count ** 2)
  )
  const pairs: Array<{ item: OrderItem; variant: Variant }> = []
  for (const item of random.shuffle(distinctItems(order))) {
    if (pairs.length === wanted) break
    const variant = alternative(situation, item)
    if (variant !== null) pairs.push({ item, variant })
  }
  const difference = pairs.reduce((sum, { item, variant }) => sum + cents(variant.price) - cents(item.price), 0)
  const methods = payers(situation, difference)
  if (pairs.length === 0 || methods.length === 0) return null
  const method = random.pick(methods)
  const words = pairs.map(({ item, variant }) => spokenSwap(item, variant)).join("; and ")
  return {
    tool,
    arguments: {
      order_id: order.order_id,
      item_ids: pairs.map(({ item }) => item.item_id),
      new_item_ids: pairs.map(({ variant }) => variant.item_id),
      payment_method_id: method
    },
    description: `in order ${order.order_id}, ${verb} ${words}, with the difference in price settled on ${spokenMethod(knownUser, method)}`,
    facts: {}
  }
}

const items: Propose = (situation) =>
  onSome(situation, "pending", (order) => swapOn(situation, order, "modify_pending_order_items", "swap"))

const exchange: Propose = (situation) =>
  onSome(situation, "delivered", (order) => swapOn(situation, order, "exchange_delivered_order_items", "exchange"))

const returnItems: Propose = (situation) =>
  onSome(situation, "delivered", (order) => {
    const { knownUser, mostItems, random, state, userId } = situation
    const candidates = distinctItems(order)
    if (candidates.length === 0) return null
    const returned = random.sample(candidates, random.integer(1, Math.min(mostItems, candidates.length)))
    const original = order.payment_history[0]?.payment_method_id
    const methods = Object.values(userOf(state, userId)?.payment_methods ?? {})
      .filter((method) => method.source === "gift_card" || method.id === original)
      .map((method) => method.id)
    if (methods.length === 0) return null
    const method = random.pick(methods)
    return {
      tool: "return_delivered_order_items",
      arguments: {
        order_id: order.order_id,
        item_ids: returned.map((item) => item.item_id),
        payment_method_id: method
      },
      description: `return ${spokenItems(returned)} from order ${order.order_id} and get the refund on ${spokenMethod(knownUser, method)}`,
      facts: {}
    }
  })

const proposals: Readonly<Record<string, Propose>> = {
  cancel_pending_order: cancel,
  modify_pending_order_address: orderAddress,
  modify_pending_order_payment: payment,
  modify_pending_order_items: items,
  return_delivered_order_items: returnItems,
  exchange_delivered_order_items: exchange,
  modify_user_address: userAddress
}

/** One way for this user to make this write in this situation; null where there is none. */
export const propose = (tool: string, situation: Situation): FeasibleWrite | null =>
  proposals[tool]?.(situation) ?? null
