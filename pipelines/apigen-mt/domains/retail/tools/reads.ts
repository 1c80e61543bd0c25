import type { State } from "../../../../../stages/state.ts"
import type { User } from "../records.ts"
import { orderOf, productOf, userOf } from "../tables.ts"
import { define, failure, orderIdParameter, text } from "./definition.ts"

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

const findUser = (state: State, matches: (user: User) => boolean): string =>
  state.keys("users").find((id) => {
    const user = userOf(state, id)
    return user !== undefined && matches(user)
  }) ?? failure("no user found")

export const findUserIdByEmail = define(
  "read",
  "find_user_id_by_email",
  "Look up a customer's user id by e-mail address. Answers with an error where no account has the address.",
  { email: text("The customer's e-mail address, such as 'somebody@example.com'.") },
  (state, input) => findUser(state, (user) => same(user.email, input.text("email")))
)

export const findUserIdByNameZip = define(
  "read",
  "find_user_id_by_name_zip",
  "Look up a customer's user id by first name, last name and zip code: for customers who cannot give a known e-mail.",
  {
    first_name: text("The customer's first name."),
    last_name: text("The customer's last name."),
    zip: text("Zip code of the customer's own address, such as '97401'.")
  },
  (state, input) =>
    findUser(
      state,
      (user) =>
        same(user.name.first_name, input.text("first_name")) &&
        same(user.name.last_name, input.text("last_name")) &&
        user.address.zip === input.text("zip")
    )
)

export const getUserDetails = define(
  "read",
  "get_user_details",
  "Show a customer's profile: name, address, e-mail, payment methods and the numbers of their orders.",
  { user_id: text("The user id, as one of the find tools gave it.") },
  (state, input) => {
    const user = userOf(state, input.text("user_id"))
    return user === undefined ? failure("user not found") : JSON.stringify(user)
  }
)

export const getOrderDetails = define(
  "read",
  "get_order_details",
  "Show an order: status, items with their options and prices, address, parcels and payment history.",
  { order_id: orderIdParameter },
  (state, input) => {
    const order = orderOf(state, input.text("order_id"))
    return order === undefined ? failure("order not found") : JSON.stringify(order)
  }
)

export const getProductDetails = define(
  "read",
  "get_product_details",
  "Show a product with all its variants: item ids, options, prices and whether they can be had at present.",
  { product_id: text("The product id, which differs from the ids of its items.") },
  (state, input) => {
    const product = productOf(state, input.text("product_id"))
    return product === undefined ? failure("product not found") : JSON.stringify(product)
  }
)

export const listAllProductTypes = define(
  "read",
  "list_all_product_types",
  "List every kind of product that the shop sells, by name, with its product id.",
  {},
  (state) => {
    const entries = state
      .keys("products")
      .map((id) => [productOf(state, id)?.name ?? "", id] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return JSON.stringify(Object.fromEntries(entries))
  }
)
