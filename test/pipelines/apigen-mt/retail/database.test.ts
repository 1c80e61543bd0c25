import { assert, describe, it } from "@effect/vitest"
import { sameAddress } from "../../../../pipelines/apigen-mt/domains/retail/address.ts"
import { retailDatabase } from "../../../../pipelines/apigen-mt/domains/retail/database.ts"
import { cents } from "../../../../pipelines/apigen-mt/domains/retail/money.ts"
import { Order, Product, User } from "../../../../pipelines/apigen-mt/domains/retail/records.ts"

const tables = (seed: string) => {
  const { orders, products, users } = retailDatabase(seed).tables
  return {
    users: Object.entries(users ?? {}).map(([id, user]) => ({ id, ...User.strict().parse(user) })),
    products: Object.entries(products ?? {}).map(([id, product]) => ({ id, ...Product.strict().parse(product) })),
    orders: Object.entries(orders ?? {}).map(([id, order]) => ({ id, ...Order.strict().parse(order) }))
  }
}

const tally = (values: ReadonlyArray<string | number>): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

describe.each(["dialoom", "another seed", ""])("retailDatabase (done-means 1), seed %j", (seed) => {
  const { orders, products, users } = tables(seed)
  const userOf = new Map(users.map((user) => [user.id, user]))
  const variants = products.flatMap((product) => Object.values(product.variants))
  const variantOf = new Map(variants.map((variant) => [variant.item_id, variant]))
  const methods = users.flatMap((user) => Object.values(user.payment_methods))

  it("has the benchmark's numbers of rows and of statuses", () => {
    assert.deepStrictEqual([users.length, products.length, orders.length], [500, 50, 1000])
    assert.deepStrictEqual(tally(orders.map((order) => order.status)), {
      pending: 423,
      delivered: 373,
      processed: 102,
      cancelled: 102
    })
  })

  it("has 591 variants, 379 of them available, 5 to 20 a product, each with options of its own", () => {
    const counts = products.map((product) => Object.keys(product.variants).length)
    assert.deepStrictEqual(
      [
        variants.length,
        variants.filter((variant) => variant.available).length,
        Math.min(...counts),
        Math.max(...counts)
      ],
      [591, 379, 5, 20]
    )
    assert.strictEqual(variantOf.size, 591)
    for (const product of products) {
      assert.match(product.id, /^\d{10}$/)
      assert.strictEqual(product.product_id, product.id)
      const own = Object.values(product.variants)
      assert.strictEqual(new Set(own.map((variant) => JSON.stringify(variant.options))).size, own.length)
      for (const { item_id, options } of own) {
        assert.match(item_id, /^\d{10}$/)
        assert.include([2, 3, 4, 5], Object.keys(options).length)
      }
    }
  })

  it("has prices from 28.14 to 3289.46, in cents", () => {
    const prices = variants.map((variant) => variant.price)
    assert.deepStrictEqual([Math.min(...prices), Math.max(...prices)], [28.14, 3289.46])
    assert.isTrue(prices.every((price) => price === cents(price) / 100))
  })

  it("has the benchmark's payment methods, 1 to 4 a user", () => {
    assert.deepStrictEqual(tally(methods.map((method) => method.source)), {
      credit_card: 239,
      gift_card: 234,
      paypal: 222
    })
    for (const user of users) {
      assert.include([1, 2, 3, 4], Object.keys(user.payment_methods).length)
      for (const [id, method] of Object.entries(user.payment_methods)) {
        assert.strictEqual(method.id, id)
        assert.match(id, new RegExp(`^${method.source}_\\d{7}$`))
        if (method.source === "gift_card") assert.isTrue(method.balance >= 0 && method.balance <= 100)
      }
    }
    assert.strictEqual(new Set(methods.map((method) => method.id)).size, methods.length)
  })

  it("shares 100 names, and no name with zip code", () => {
    const names = tally(users.map((user) => `${user.name.first_name} ${user.name.last_name}`))
    assert.strictEqual(Object.values(names).filter((count) => count > 1).length, 100)
    const withZip = users.map((user) => `${user.name.first_name} ${user.name.last_name} ${user.address.zip}`)
    assert.strictEqual(new Set(withZip).size, 500)
    assert.strictEqual(new Set(users.map((user) => user.email.toLowerCase())).size, 500)
  })

  it("names users after themselves and gives them addresses in the USA and mail that reaches nobody", () => {
    for (const user of users) {
      const plain = `${user.name.first_name}_${user.name.last_name}`.toLowerCase()
      assert.match(user.id, new RegExp(`^${plain}_\\d{4}$`))
      assert.match(user.email, /@(?:[a-z.]*example(?:\.(?:com|net|org))?|letters\.test)$/)
      assert.match(user.address.zip, /^\d{5}$/)
    }
    assert.isTrue([...users, ...orders].every((row) => row.address.country === "USA"))
  })

  it("gives 62 users no order and the others up to nine, both ways consistent", () => {
    const counts = users.map((user) => user.orders.length)
    assert.strictEqual(counts.filter((count) => count === 0).length, 62)
    assert.strictEqual(Math.max(...counts), 9)
    for (const order of orders) {
      assert.match(order.id, /^#W\d{7}$/)
      assert.strictEqual(order.order_id, order.id)
      assert.isTrue(userOf.get(order.user_id)?.orders.includes(order.id), order.id)
    }
    assert.strictEqual(new Set(users.flatMap((user) => user.orders)).size, 1000)
  })

  it("fills orders with 1 to 5 items of the catalogue at its prices, one of them twice in seven orders", () => {
    assert.deepStrictEqual(tally(orders.map((order) => order.items.length)), { 1: 200, 2: 200, 3: 200, 4: 200, 5: 200 })
    for (const item of orders.flatMap((order) => order.items)) {
      const variant = variantOf.get(item.item_id)
      assert.deepStrictEqual([item.price, item.options], [variant?.price, variant?.options])
    }
    const twins = orders.filter((order) => new Set(order.items.map((item) => item.item_id)).size < order.items.length)
    assert.strictEqual(twins.length, 7)
  })

  it("has every order paid in full by a method of its user, and cancelled ones refunded to it", () => {
    for (const order of orders) {
      const [paid, ...more] = order.payment_history
      const sum = order.items.reduce((total, item) => total + cents(item.price), 0)
      assert.deepStrictEqual([paid?.transaction_type, cents(paid?.amount ?? 0)], ["payment", sum])
      assert.property(userOf.get(order.user_id)?.payment_methods, paid?.payment_method_id ?? "")
      assert.deepStrictEqual(more, order.status === "cancelled" ? [{ ...paid, transaction_type: "refund" }] : [])
    }
  })

  it("sends every order but the pending ones in one parcel with all its items", () => {
    for (const order of orders) {
      assert.strictEqual(order.fulfillments.length, order.status === "pending" ? 0 : 1)
      for (const parcel of order.fulfillments) {
        assert.deepStrictEqual(
          parcel.item_ids,
          order.items.map((item) => item.item_id)
        )
        assert.match(parcel.tracking_id.join(), /^\d{12}$/)
      }
    }
  })

  it("sends 80 % of the orders to their user's own address", () => {
    const atHome = orders.filter((order) => {
      const user = userOf.get(order.user_id)
      return user !== undefined && sameAddress(order.address, user.address)
    })
    assert.strictEqual(atHome.length, 800)
  })
})

describe("retailDatabase", () => {
  it("gives equal bytes for equal seeds and others for another seed (done-means 1)", () => {
    assert.strictEqual(JSON.stringify(retailDatabase("a")), JSON.stringify(retailDatabase("a")))
    assert.notStrictEqual(JSON.stringify(retailDatabase("a")), JSON.stringify(retailDatabase("b")))
  })
})
