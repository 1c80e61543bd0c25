import type { Profile } from "../../../../pipelines/apigen-mt/domains/domain.ts"
import type { Order, Product, User } from "../../../../pipelines/apigen-mt/domains/retail/records.ts"
import { retailTools } from "../../../../pipelines/apigen-mt/domains/retail/tools/tools.ts"
import type { JsonObject } from "../../../../schemas/json.ts"
import type { Environment } from "../../../../stages/environment.ts"
import { State } from "../../../../stages/state.ts"

// A shop small enough to reckon by hand. Two users, two products, an order of each status.

export const home = {
  address1: "12 Alder Hollow",
  address2: "Unit 3",
  city: "Boise",
  country: "USA",
  state: "ID",
  zip: "83702"
}

export const elsewhere = { ...home, address1: "9 Wharf Street", address2: "", city: "Tampa", state: "FL", zip: "33601" }

export const ada: User = {
  name: { first_name: "Ada", last_name: "Quill" },
  address: home,
  email: "Ada.Quill@example.com",
  payment_methods: {
    credit_card_1: { source: "credit_card", id: "credit_card_1", brand: "visa", last_four: "1111" },
    gift_card_2: { source: "gift_card", id: "gift_card_2", balance: 30 },
    paypal_3: { source: "paypal", id: "paypal_3" }
  },
  orders: ["#W1", "#W2", "#W3", "#W4", "#W5", "#W6"]
}

const bo: User = {
  name: { first_name: "Bo", last_name: "Thorne" },
  address: elsewhere,
  email: "bo@example.com",
  payment_methods: { paypal_9: { source: "paypal", id: "paypal_9" } },
  orders: ["#W9"]
}

const variant = (item_id: string, color: string, size: string, price: number, available = true) => ({
  item_id,
  options: { color, size },
  available,
  price
})

export const lamp: Product = {
  name: "Floor Lamp",
  product_id: "p-lamp",
  variants: {
    l1: variant("l1", "brass", "S", 50.1),
    l2: variant("l2", "black", "S", 60.2),
    l3: variant("l3", "oak", "S", 70, false),
    l4: variant("l4", "brass", "L", 45.05),
    l5: variant("l5", "black", "L", 50.1)
  }
}

const mug: Product = {
  name: "Mug",
  product_id: "p-mug",
  variants: { m1: variant("m1", "red", "S", 10.2), m2: variant("m2", "blue", "S", 20.4) }
}

const line = (product: Product, id: string) => {
  const { item_id, options, price } = product.variants[id] as Product["variants"][string]
  return { name: product.name, product_id: product.product_id, item_id, price, options }
}

export const lampLine = line(lamp, "l1")
export const mugLine = line(mug, "m1")

const order = (
  order_id: string,
  status: string,
  items: Order["items"],
  method: string,
  amount: number,
  user_id = "ada_quill_1000"
): Order => ({
  order_id,
  user_id,
  address: home,
  items,
  fulfillments:
    status === "pending" ? [] : [{ tracking_id: ["100000000001"], item_ids: items.map((item) => item.item_id) }],
  status,
  payment_history: [{ transaction_type: "payment", amount, payment_method_id: method }]
})

export const orders: Readonly<Record<string, Order>> = {
  "#W1": order("#W1", "pending", [lampLine, mugLine], "credit_card_1", 60.3),
  "#W2": order("#W2", "pending", [mugLine], "gift_card_2", 10.2),
  "#W3": order("#W3", "delivered", [lampLine, mugLine, mugLine], "credit_card_1", 70.5),
  "#W4": order("#W4", "processed", [mugLine], "paypal_3", 10.2),
  "#W5": order("#W5", "pending", [mugLine], "paypal_3", 10.2),
  "#W6": order("#W6", "delivered", [mugLine], "paypal_3", 10.2),
  "#W9": order("#W9", "pending", [mugLine], "paypal_9", 10.2, "bo_thorne_1000")
}

export const smallShop = (profile: Profile): Environment => ({
  tools: retailTools(profile),
  initial: State.of({
    tables: {
      users: { ada_quill_1000: ada, bo_thorne_1000: bo },
      products: { "p-lamp": lamp, "p-mug": mug },
      orders: orders as Readonly<Record<string, JsonObject>>
    }
  })
})

export const profiles: ReadonlyArray<Profile> = ["tau1", "strict"]
