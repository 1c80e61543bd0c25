import type { JsonObject } from "../../../../schemas/json.ts"
import { random } from "../../../../stages/random.ts"
import type { Database } from "../../../../stages/state.ts"
import { freshIds } from "./fresh-ids.ts"
import { makeOrders } from "./make-orders.ts"
import { makeProducts } from "./make-products.ts"
import { makeUsers } from "./make-users.ts"

/**
 * An invented shop at the benchmark's scale (APIGen-MT, arXiv 2504.03601; tau-bench's retail tables): 500 users, 50
 * products with 591 variants, 1,000 orders, and every invariant of theirs. The same for both profiles, which differ in
 * tools only. Equal seeds give equal bytes.
 */
export const retailDatabase = (seed: string): Database => {
  const source = random(`retail/${seed}`)
  const ids = freshIds(source.fork("ids"))
  const products = makeProducts(source.fork("products"), ids)
  const users = makeUsers(source.fork("users"), ids)
  const orders = makeOrders(source.fork("orders"), ids, users, products)

  const ordersOf = new Map<string, Array<string>>()
  for (const order of orders) {
    const known = ordersOf.get(order.user_id)
    if (known === undefined) ordersOf.set(order.user_id, [order.order_id])
    else known.push(order.order_id)
  }
  const table = (records: ReadonlyArray<readonly [key: string, record: JsonObject]>) => Object.fromEntries(records)
  return {
    tables: {
      users: table(users.map(({ id, user }) => [id, { ...user, orders: ordersOf.get(id) ?? [] }])),
      products: table(products.map((product) => [product.product_id, product])),
      orders: table(orders.map((order) => [order.order_id, order as JsonObject]))
    }
  }
}
