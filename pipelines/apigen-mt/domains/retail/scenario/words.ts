import { money } from "../money.ts"
import type { Order, OrderItem, PaymentMethod, User, Variant } from "../records.ts"

// How a customer speaks of things. Order numbers stand in their mails, so they know them; item and product ids they do not.

/** "the Camera Drone and the Ukulele". */
export const enumerate = (parts: ReadonlyArray<string>): string =>
  parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`

export const spokenOptions = (options: OrderItem["options"]): string =>
  Object.entries(options)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")

/** "the Ukulele (size tenor, wood koa)": the options tell it from its siblings. */
export const spokenItem = (item: OrderItem): string => `the ${item.name} (${spokenOptions(item.options)})`

export const spokenItems = (items: ReadonlyArray<OrderItem>): string => enumerate(items.map(spokenItem))

/** The short form, by which an order is recognised: "the Turntable and 3 other items". */
export const spokenContents = (order: Order): string => {
  const names = order.items.map((item) => `the ${item.name}`)
  return names.length < 3 ? enumerate(names) : `${names[0]} and ${names.length - 1} other items`
}

/** Names of the options in which the two differ. */
export const changedOptions = (from: OrderItem["options"], to: OrderItem["options"]): ReadonlyArray<string> =>
  [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((name) => from[name] !== to[name])

/** "the Ukulele (size tenor, wood koa) for the one with wood bamboo instead of koa, all else the same". */
export const spokenSwap = (item: OrderItem, variant: Variant): string => {
  const changed = changedOptions(item.options, variant.options)
  const words = changed.map(
    (name) => `${name} ${variant.options[name] ?? "none"} instead of ${item.options[name] ?? "none"}`
  )
  const rest = changed.length < Object.keys(item.options).length ? ", all else the same" : ""
  return `${spokenItem(item)} for the one with ${enumerate(words)}${rest}`
}

const plainMethod = (method: PaymentMethod, alone: boolean): string => {
  switch (method.source) {
    case "credit_card":
      return `your ${method.brand[0]?.toUpperCase()}${method.brand.slice(1)} card ending in ${method.last_four}`
    case "gift_card":
      return alone
        ? "your gift card"
        : `your gift card that started with a balance of $${money(Math.round(method.balance * 100))}`
    case "paypal":
      return "your PayPal account"
  }
}

/** Words that single the method out among the user's: by digits, by balance, and by its id where nothing else does. */
export const spokenMethod = (user: User, id: string): string => {
  const methods = Object.values(user.payment_methods)
  const words = (method: PaymentMethod) =>
    plainMethod(method, methods.filter((other) => other.source === method.source).length === 1)
  const method = user.payment_methods[id]
  if (method === undefined) return id
  const own = words(method)
  return methods.filter((other) => words(other) === own).length === 1 ? own : `${own} (${id})`
}
