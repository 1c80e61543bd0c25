import type { Action, Step } from "../../../../../stages/environment.ts"
import type { Random } from "../../../../../stages/random.ts"
import type { State } from "../../../../../stages/state.ts"
import type { Scenario } from "../../domain.ts"
import { cents, money } from "../money.ts"
import type { Order, Product } from "../records.ts"
import { linesFor, orderOf, productOf, userOf } from "../tables.ts"
import { spokenItem, spokenMethod } from "./words.ts"

export type Question = Scenario["questions"][number]

const orderRead = (orderId: string): Action => ({ name: "get_order_details", arguments: { order_id: orderId } })
const productRead = (productId: string): Action => ({
  name: "get_product_details",
  arguments: { product_id: productId }
})

/** What the writes of the task move. Their reads are needed for the writes anyway. */
const aboutWrite = (initial: State, final: State, { action }: Step): ReadonlyArray<Question> => {
  const orderId = action.arguments.order_id
  if (typeof orderId !== "string") return []
  const [before, after] = [orderOf(initial, orderId), orderOf(final, orderId)]
  if (before === undefined || after === undefined) return []
  const reads = [orderRead(orderId)]
  const question = (text: string, amount: number, more: ReadonlyArray<Action> = []): ReadonlyArray<Question> =>
    amount === 0 ? [] : [{ question: text, answer: money(Math.abs(amount)), reads: [...reads, ...more] }]
  const products = [...new Set(before.items.map((item) => item.product_id))].map(productRead)

  switch (action.name) {
    case "cancel_pending_order": {
      const paid = cents(before.payment_history[0]?.amount ?? 0)
      return question(`How much money do I get back for order ${orderId} in total?`, paid)
    }
    case "return_delivered_order_items": {
      const lines = linesFor(before, after.return_items ?? []) ?? []
      const amount = lines.reduce((sum, item) => sum + cents(item.price), 0)
      return question(`What will the refund for the return from order ${orderId} add up to?`, amount)
    }
    case "exchange_delivered_order_items":
      return question(
        `How much is the difference in price for the exchange in order ${orderId}?`,
        cents(after.exchange_price_difference ?? 0),
        products
      )
    case "modify_pending_order_items": {
      const total = (order: Order) => order.items.reduce((sum, item) => sum + cents(item.price), 0)
      const difference = total(after) - total(before)
      return [
        ...question(`By how much does the price of order ${orderId} change with the new items?`, difference, products),
        ...question(`What do all items of order ${orderId} cost together after the change?`, total(after), products)
      ]
    }
    default:
      return []
  }
}

const aboutOrder = (order: Order, random: Random): ReadonlyArray<Question> => {
  const reads = [orderRead(order.order_id)]
  const total = order.items.reduce((sum, item) => sum + cents(item.price), 0)
  const questions: Array<Question> = [
    { question: `What did I pay for order ${order.order_id} altogether?`, answer: money(total), reads }
  ]
  const tracking = order.fulfillments[0]?.tracking_id[0]
  if (tracking !== undefined) {
    questions.push({ question: `What is the tracking number of order ${order.order_id}?`, answer: tracking, reads })
  }
  if (order.items.length > 1) {
    const item = random.pick(order.items)
    const text = `What did ${spokenItem(item)} in order ${order.order_id} cost?`
    questions.push({ question: text, answer: money(cents(item.price)), reads })
  }
  return questions
}

const aboutProduct = (product: Product): ReadonlyArray<Question> => {
  const available = Object.values(product.variants).filter((variant) => variant.available)
  const prices = available.map((variant) => cents(variant.price))
  const reads: ReadonlyArray<Action> = [
    { name: "list_all_product_types", arguments: {} },
    productRead(product.product_id)
  ]
  const questions: Array<Question> = []
  if (prices.length > 1) {
    questions.push(
      {
        question: `What does the cheapest ${product.name} that you have available cost?`,
        answer: money(Math.min(...prices)),
        reads
      },
      {
        question: `What does the most expensive ${product.name} that you have available cost?`,
        answer: money(Math.max(...prices)),
        reads
      }
    )
  }
  // A single digit would be found in almost any reply.
  if (prices.length > 9) {
    questions.push({
      question: `How many different variants of the ${product.name} are available at the moment?`,
      answer: String(prices.length),
      reads
    })
  }
  return questions
}

/** Balances that no write of the task touches: any other answer would depend on when it is asked. */
const aboutBalance = (initial: State, final: State, userId: string): ReadonlyArray<Question> => {
  const [user, later] = [userOf(initial, userId), userOf(final, userId)]
  if (user === undefined || later === undefined) return []
  return Object.values(user.payment_methods).flatMap((method) => {
    const same = later.payment_methods[method.id]
    if (method.source !== "gift_card" || same?.source !== "gift_card" || same.balance !== method.balance) return []
    const gifts = Object.values(user.payment_methods).filter((other) => other.source === "gift_card")
    // Several gift cards are told apart by their balance, which would give the answer away.
    if (gifts.length > 1) return []
    return [
      {
        question: `How much money is left on ${spokenMethod(user, method.id).replace("your", "my")}?`,
        answer: money(cents(method.balance)),
        reads: [{ name: "get_user_details", arguments: { user_id: userId } }]
      }
    ]
  })
}

/**
 * One to three questions with different answers, those about the writes first in half of the cases. The answers hold at
 * any time of the task: they concern what the writes move, or what they leave alone.
 */
export const questionsFor = (
  initial: State,
  final: State,
  userId: string,
  steps: ReadonlyArray<Step>,
  random: Random
): ReadonlyArray<Question> => {
  const touched = new Set(steps.map(({ action }) => action.arguments.order_id))
  const orders = (userOf(initial, userId)?.orders ?? []).flatMap((id) => orderOf(initial, id) ?? [])
  const products = [...new Set(orders.flatMap((order) => order.items.map((item) => item.product_id)))]
  const own = random.shuffle(steps.flatMap((step) => aboutWrite(initial, final, step)))
  const others = random.shuffle([
    ...orders.filter((order) => !touched.has(order.order_id)).flatMap((order) => aboutOrder(order, random)),
    ...random.sample(products, 3).flatMap((id) => {
      const product = productOf(initial, id)
      return product === undefined ? [] : aboutProduct(product)
    }),
    ...aboutBalance(initial, final, userId)
  ])
  const pool = random.boolean(0.5) ? [...own, ...others] : random.shuffle([...own, ...others])
  const chosen: Array<Question> = []
  const count = random.integer(1, 3)
  for (const question of pool) {
    if (chosen.length === count) break
    if (chosen.every((one) => one.answer !== question.answer)) chosen.push(question)
  }
  return chosen
}
