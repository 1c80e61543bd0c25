import type { Json } from "../../../schemas/json.ts"
import type { Action } from "../../../stages/environment.ts"
import type { State } from "../../../stages/state.ts"
import type { Domain } from "../domains/domain.ts"
import { spokenAddress } from "../domains/retail/address.ts"
import type { Address, OrderItem, User } from "../domains/retail/records.ts"
import { enumerate, spokenContents, spokenMethod, spokenSwap } from "../domains/retail/scenario/words.ts"
import { orderOf, userOf, variantOf } from "../domains/retail/tables.ts"

/** One write of the ground truth, in the words of those who speak of it. */
export interface Matter {
  readonly action: Action
  /** Order number or street: what a proposal names. */
  readonly target: string
  /** What the customer says first: what it is about. First person, without a greeting. */
  readonly gists: ReadonlyArray<string>
  /** All that singles it out, the fullest version first; the customer says the first that the instruction covers. */
  readonly details: ReadonlyArray<string>
  /** Lower-case words of which one stands in any full statement; none where the gist says it all. */
  readonly keys: ReadonlyArray<string>
  /** What the agent asks when only the gist is known. */
  readonly asks: ReadonlyArray<string>
  /** What the agent proposes, after "I will ". */
  readonly proposal: string
  /** What the agent reports. */
  readonly report: string
  readonly reads: ReadonlyArray<Action>
  /** A sum that an agent may want to work out. */
  readonly sum: string | null
}

const strings = (value: Json | undefined): ReadonlyArray<string> =>
  (Array.isArray(value) ? (value as ReadonlyArray<Json>) : value === undefined ? [] : [value]).filter(
    (one) => typeof one === "string"
  )
const text = (value: Json | undefined) => strings(value)[0] ?? ""

const toFirstPerson = (words: string) => words.replaceAll(/\byour\b/g, "my")
const names = (items: ReadonlyArray<OrderItem>) => enumerate(items.map((item) => `the ${item.name}`))
const values = (options: Readonly<Record<string, string>>) => Object.values(options).map((value) => value.toLowerCase())

const addressOf = (action: Action): Address => ({
  address1: text(action.arguments.address1),
  address2: text(action.arguments.address2),
  city: text(action.arguments.city),
  country: text(action.arguments.country),
  state: text(action.arguments.state),
  zip: text(action.arguments.zip)
})

type Words = Omit<Matter, "action" | "target" | "reads">

/** The words for one write of the retail domain. Whatever the data does not tell is left out, never made up. */
export const matterOf = (domain: Domain, userId: string, action: Action): Matter => {
  const state = domain.environment.initial
  const user = userOf(state, userId)
  const reads = domain.readsFor(userId, [action]).filter((read) => !read.name.startsWith("find_user_id_by_"))
  const target = text(action.arguments.order_id) || text(action.arguments.address1)
  return { action, target, reads, ...wordsFor(state, user, action) }
}

const wordsFor = (state: State, user: User | undefined, action: Action): Words => {
  const id = text(action.arguments.order_id)
  const order = orderOf(state, id)
  const contents = order === undefined ? "" : ` (${spokenContents(order)})`
  const method = user === undefined ? "" : spokenMethod(user, text(action.arguments.payment_method_id))
  const own = toFirstPerson(method)
  const methodKeys = [/paypal|gift card|ending in \d+/i.exec(method)?.[0].toLowerCase() ?? ""].filter(
    (key) => key !== ""
  )
  const wanted = strings(action.arguments.item_ids)
  const items = wanted.flatMap((itemId) => order?.items.find((item) => item.item_id === itemId) ?? [])
  const itemKeys = items.map((item) => item.name.toLowerCase())
  const swaps = items.map((item, index) => {
    const variant = variantOf(state, item.product_id, strings(action.arguments.new_item_ids)[index] ?? "")
    return variant === undefined ? `the ${item.name}` : spokenSwap(item, variant)
  })
  const newKeys = items.flatMap((item, index) => {
    const variant = variantOf(state, item.product_id, strings(action.arguments.new_item_ids)[index] ?? "")
    const old = values(item.options)
    return variant === undefined ? [] : values(variant.options).filter((value) => !old.includes(value))
  })
  const sum = items.length > 1 ? items.map((item) => item.price.toFixed(2)).join(" + ") : null

  switch (action.name) {
    case "cancel_pending_order": {
      const reason = text(action.arguments.reason)
      const because = reason === "no longer needed" ? "I don't need it any more" : "I ordered it by mistake"
      const keys = reason === "no longer needed" ? ["need it", "longer need"] : ["mistake", "accident"]
      return {
        gists: [`I'd like to cancel order ${id}`, `please cancel order ${id} for me`, `I need order ${id} cancelled`],
        details: [`I'd like to cancel order ${id}, ${because}`, `Please cancel order ${id}. ${because}`],
        keys,
        asks: [
          "May I ask why you want it cancelled: is it no longer needed, or was it ordered by mistake?",
          "What is the reason: do you no longer need it, or was it ordered by mistake?"
        ],
        proposal: `cancel order ${id}${contents} with the reason "${reason}"; what you paid goes back to the original payment method`,
        report: `Order ${id} has been cancelled.`,
        sum: null
      }
    }
    case "modify_pending_order_address": {
      const address = spokenAddress(addressOf(action))
      return {
        gists: [
          `I need order ${id} to go somewhere else`,
          `the delivery address of order ${id} has to change`,
          `can you change where order ${id} is sent`
        ],
        details: [`For order ${id} it should be ${address}`, `Please send ${id} to ${address}`],
        keys: [text(action.arguments.address1).toLowerCase()],
        asks: ["What is the full new address?", "Which address should it go to, with street, unit, city and zip code?"],
        proposal: `change the delivery address of order ${id} to ${address}`,
        report: `The delivery address of order ${id} has been changed to ${address}.`,
        sum: null
      }
    }
    case "modify_user_address": {
      const address = spokenAddress(addressOf(action))
      return {
        gists: ["I need my account's default address changed", "I'd like to update the address in my profile"],
        details: [`The new default address is ${address}`, `My profile should say ${address}`],
        keys: [text(action.arguments.address1).toLowerCase()],
        asks: ["What is the full new address?", "What should the address in your profile be, with city and zip code?"],
        proposal: `change the default address of your account to ${address}`,
        report: `The default address of your account is now ${address}.`,
        sum: null
      }
    }
    case "modify_pending_order_payment":
      return {
        gists: [`I want to pay for order ${id} in another way`, `I'd like to switch the payment method of order ${id}`],
        details: [
          `Order ${id} should be paid with ${own}`,
          `Please put order ${id} on ${own}`,
          "Another of my payment methods"
        ],
        keys: methodKeys,
        asks: [
          "Which of your payment methods would you like to use instead?",
          "What would you like to pay with instead?"
        ],
        proposal: `change the payment of order ${id}${contents} to ${method}; what was paid before is given back`,
        report: `Order ${id} is now paid with ${method}.`,
        sum: null
      }
    case "modify_pending_order_items":
    case "exchange_delivered_order_items": {
      const exchange = action.name === "exchange_delivered_order_items"
      const verb = exchange ? "exchange" : "swap"
      return {
        gists: exchange
          ? [
              `I'd like to exchange something from order ${id}`,
              `something in order ${id} isn't right for me and I want to exchange it`
            ]
          : [`I want to change an item in order ${id}`, `can I still change what's in order ${id}`],
        details: [
          `In order ${id}, I'd like to ${verb} ${enumerate(swaps)}. Any difference goes on ${own}`,
          `In order ${id}, I'd like to ${verb} ${names(items)}. The difference goes on ${own}`,
          `In order ${id}, I'd like to ${verb} ${names(items)}`
        ],
        keys: [...newKeys, ...itemKeys],
        asks: [
          "Which items is it about, what would you like instead, and which payment method should the difference go on? Please name them all: this can be done only once per order.",
          "Could you list all the items you want changed, the options you want instead, and the payment method for the difference?"
        ],
        proposal: `${verb} in order ${id} ${enumerate(swaps)}, with the difference settled on ${method}. That is the complete list, since it can be done only once`,
        report: exchange
          ? `The exchange for order ${id} has been requested.`
          : `The items of order ${id} have been changed.`,
        sum
      }
    }
    case "return_delivered_order_items":
      return {
        gists: [`I want to return something from order ${id}`, `I'd like to send back part of order ${id}`],
        details: [
          `From order ${id} I'm sending back ${names(items)}. The refund should go to ${own}`,
          `From order ${id} I'm sending back ${names(items)}`
        ],
        keys: itemKeys,
        asks: [
          "Which items do you want to return, and where should the refund go?",
          "Please tell me all the items you want to send back, and the payment method for the refund."
        ],
        proposal: `register the return of all of this from order ${id}: ${names(items)}, with the refund going to ${method}`,
        report: `The return from order ${id} has been requested. You will get an e-mail with instructions on how to send it back.`,
        sum
      }
    default:
      return {
        gists: ["I need a change made"],
        details: ["I need a change made"],
        keys: [],
        asks: ["What exactly do you need?"],
        proposal: `make the change you asked for`,
        report: "The change has been made.",
        sum: null
      }
  }
}
