import type { Random } from "../../../../stages/random.ts"
import { makeAddress } from "./address.ts"
import type { Fresh } from "./fresh-ids.ts"
import type { KeyedUser } from "./make-users.ts"
import { cents, dollars } from "./money.ts"
import type { Order, OrderItem, Payment, Product } from "./records.ts"

const orderTotal = 1000
const usersWithout = 62
const mostOrders = 9
const statusTotals = { pending: 423, delivered: 373, processed: 102, cancelled: 102 } as const
const mostItems = 5
const ordersWithTwins = 7
const shippedHome = 800

/** Whose order each one is: 62 users have none, the others 1 to 9, both ends taken. */
const owners = (users: ReadonlyArray<KeyedUser>, random: Random): Array<KeyedUser> => {
  const buyers = random.shuffle(users).slice(usersWithout)
  const counts = buyers.map((_, index): number => (index === 0 ? mostOrders : 1))
  // Some people buy often: without them hardly any user could carry a task of four or five writes.
  const keenness = buyers.map(() => random.next() ** 2)
  let left = orderTotal - counts.reduce((sum, count) => sum + count, 0)
  while (left > 0) {
    const index = random.integer(0, buyers.length - 1)
    const count = counts[index] as number
    if (count === mostOrders || !random.boolean(0.1 + 0.9 * (keenness[index] as number))) continue
    counts[index] = count + 1
    left--
  }
  return random.shuffle(buyers.flatMap((buyer, index) => Array.from({ length: counts[index] as number }, () => buyer)))
}

const orderItem = (product: Product, random: Random): OrderItem => {
  const variant = random.pick(Object.values(product.variants))
  return {
    name: product.name,
    product_id: product.product_id,
    item_id: variant.item_id,
    price: variant.price,
    options: variant.options
  }
}

/**
 * 1,000 orders: each paid once, in full, by a method of its user; pending ones not sent yet, the others sent in one
 * parcel; cancelled ones refunded. Seven hold one item twice, 800 go to their user's own address.
 */
export const makeOrders = (
  random: Random,
  fresh: Fresh,
  users: ReadonlyArray<KeyedUser>,
  products: ReadonlyArray<Product>
): Array<Order> => {
  const statuses = random.shuffle(
    Object.entries(statusTotals).flatMap(([status, count]) => Array.from({ length: count }, () => status))
  )
  const sizes = random.shuffle(Array.from({ length: orderTotal }, (_, index) => 1 + (index % mostItems)))
  const home = new Set(random.sample(Array.from(sizes.keys()), shippedHome))
  const several = Array.from(sizes.keys()).filter((index) => (sizes[index] as number) > 1)
  const twins = new Set(random.sample(several, ordersWithTwins))

  return owners(users, random).map(({ id, user }, index) => {
    const size = sizes[index] as number
    const kinds = random.sample(products, twins.has(index) ? size - 1 : size)
    const items = kinds.map((product) => orderItem(product, random))
    if (twins.has(index)) items.push(items[0] as OrderItem)
    const payment: Payment = {
      transaction_type: "payment",
      amount: dollars(items.reduce((sum, item) => sum + cents(item.price), 0)),
      payment_method_id: random.pick(Object.keys(user.payment_methods))
    }
    const status = statuses[index] as string
    return {
      order_id: `#W${fresh.digits("order", 7, 1)}`,
      user_id: id,
      address: home.has(index) ? user.address : makeAddress(random),
      items,
      fulfillments:
        status === "pending"
          ? []
          : [{ tracking_id: [fresh.digits("tracking", 12, 1)], item_ids: items.map((item) => item.item_id) }],
      status,
      payment_history: status === "cancelled" ? [payment, { ...payment, transaction_type: "refund" }] : [payment]
    }
  })
}
