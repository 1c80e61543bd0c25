import type { State } from "../../../../../stages/state.ts"
import { cents } from "../money.ts"
import type { Order, Product } from "../records.ts"
import { orderOf, productOf, userOf } from "../tables.ts"
import { type Trace, text, type Write, writesOf } from "./trace.ts"

/** Numbers that the database supports as an answer. */
export interface Computable {
  /** Amounts in cents; a count n stands as 100 n. */
  readonly values: ReadonlySet<number>
  /** Digits that name something: parcels, zip codes, the ends of card numbers. */
  readonly names: ReadonlySet<string>
}

/** The most terms whose every selection is summed: 2 to this power sums. */
const mostTerms = 8

/** The sum of each selection of the terms, the empty one left out; with too many terms, each alone and all together. */
const selectionSums = (terms: ReadonlyArray<number>): ReadonlyArray<number> => {
  if (terms.length > mostTerms) return [...terms, terms.reduce((sum, term) => sum + term, 0)]
  const sums: Array<number> = []
  for (const term of terms) sums.push(term, ...sums.map((sum) => sum + term))
  return sums
}

const total = (order: Order): number => order.items.reduce((sum, item) => sum + cents(item.price), 0)

/** Cents that a write moves or promises to move towards the customer; below 0, away from them. */
const moved = (write: Write): number => {
  const id = text(write, "order_id")
  const [before, after] = [orderOf(write.before, id), orderOf(write.after, id)]
  if (before === undefined || after === undefined) return 0
  if (write.tool === "return_delivered_order_items") {
    const left = [...(after.return_items ?? [])]
    return before.items.reduce((sum, item) => {
      const index = left.indexOf(item.item_id)
      if (index < 0) return sum
      left.splice(index, 1)
      return sum + cents(item.price)
    }, 0)
  }
  if (write.tool === "exchange_delivered_order_items") return -cents(after.exchange_price_difference ?? 0)
  return after.payment_history
    .slice(before.payment_history.length)
    .reduce((sum, { amount, transaction_type: type }) => sum + (type === "refund" ? cents(amount) : -cents(amount)), 0)
}

/** Products that the user has bought, and those that the instruction names. */
const relevantProducts = (state: State, orders: ReadonlyArray<Order>, instruction: string): Array<Product> => {
  const bought = new Set(orders.flatMap((order) => order.items.map((item) => item.product_id)))
  const said = instruction.toLowerCase()
  return state.keys("products").flatMap((id) => {
    const product = productOf(state, id)
    if (product === undefined) return []
    return bought.has(id) || said.includes(product.name.toLowerCase()) ? [product] : []
  })
}

const ordersOf = (state: State, userId: string): Array<Order> =>
  (userOf(state, userId)?.orders ?? []).flatMap((id) => orderOf(state, id) ?? [])

/**
 * All that a numeric output may say of this user's matters (PT-R13): prices, sums of items of an order, totals, what the
 * writes move, balances at any time, variants' prices and what they differ from owned ones by, and counts. It does not
 * know the question, so a wrong number passes where it happens to be the right answer to another one.
 */
export const computable = (trace: Trace): Computable => {
  const values = new Set<number>()
  const names = new Set<string>()
  const add = (amount: number) => values.add(Math.abs(amount))
  const addAll = (amounts: ReadonlyArray<number>) => amounts.forEach(add)
  const count = (things: { readonly length: number }) => values.add(100 * things.length)

  for (const state of trace.states) {
    for (const method of Object.values(userOf(state, trace.userId)?.payment_methods ?? {})) {
      if (method.source === "gift_card") add(cents(method.balance))
      if (method.source === "credit_card") names.add(method.last_four)
    }
  }
  const ends = [trace.states[0], trace.states[trace.states.length - 1]]
  for (const state of ends) {
    if (state === undefined) continue
    const orders = ordersOf(state, trace.userId)
    count(orders)
    addAll([orders.reduce((sum, order) => sum + total(order), 0)])
    for (const status of new Set(orders.map((order) => order.status))) {
      const some = orders.filter((order) => order.status === status)
      count(some)
      add(some.reduce((sum, order) => sum + total(order), 0))
    }
    for (const order of orders) {
      count(order.items)
      addAll(selectionSums(order.items.map((item) => cents(item.price))))
      addAll(order.payment_history.map((entry) => cents(entry.amount)))
      add(cents(order.exchange_price_difference ?? 0))
      names.add(order.address.zip)
      for (const parcel of order.fulfillments) for (const id of parcel.tracking_id) names.add(id)
    }
    const user = userOf(state, trace.userId)
    if (user !== undefined) names.add(user.address.zip)
    const products = relevantProducts(state, orders, trace.task.instruction)
    count(state.keys("products"))
    for (const product of products) {
      const variants = Object.values(product.variants)
      count(variants)
      count(variants.filter((variant) => variant.available))
      const owned = orders.flatMap((order) => order.items.filter((item) => item.product_id === product.product_id))
      for (const variant of variants) {
        add(cents(variant.price))
        for (const item of owned) add(cents(variant.price) - cents(item.price))
        for (const value of Object.values(variant.options)) names.add(value)
      }
    }
  }
  const movements = writesOf(trace).map(moved)
  addAll(selectionSums(movements))
  addAll(selectionSums(movements.map(Math.abs)))
  return { values, names }
}

/** Whether an output is a number, and if so one that the database supports. */
export const isUnsupportedNumber = (output: string, supported: Computable): boolean => {
  const digits = output
    .trim()
    .replace(/^-?\$?-?/, "")
    .replaceAll(",", "")
  if (!/^\d+(\.\d+)?$/.test(digits) || supported.names.has(digits)) return false
  const amount = Number(digits) * 100
  const whole = Math.round(amount)
  return Math.abs(amount - whole) > 1e-6 || !supported.values.has(whole)
}
