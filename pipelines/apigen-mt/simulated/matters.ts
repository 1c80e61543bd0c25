import type { Json } from "../../../schemas/json.ts"
import type { Action } from "../../../stages/environment.ts"
import { random } from "../../../stages/random.ts"
import type { State } from "../../../stages/state.ts"
import type { Domain } from "../domains/domain.ts"
import { spokenAddress } from "../domains/retail/address.ts"
import type { Address, OrderItem, User } from "../domains/retail/records.ts"
import {
  changedOptions,
  enumerate,
  spokenContents,
  spokenItem,
  spokenMethod,
  spokenSwap
} from "../domains/retail/scenario/words.ts"
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
  /** What the customer must have said before the agent can propose anything: of each group one, in lower case. */
  readonly needs: ReadonlyArray<ReadonlyArray<string>>
  /** Lower-case words that only an instruction gives: a wording that holds one which the instruction lacks is not used. */
  readonly secrets: ReadonlyArray<string>
  /** What the sentence of the instruction that asks for it speaks of. */
  readonly instructed: RegExp
  /** "the return from order #W1". */
  readonly subject: string
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
  const variants = items.map((item, index) =>
    variantOf(state, item.product_id, strings(action.arguments.new_item_ids)[index] ?? "")
  )
  const swaps = items.map((item, index) => {
    const variant = variants[index]
    return variant === undefined ? `the ${item.name}` : spokenSwap(item, variant)
  })
  // The name tells the item from the others of its order, unless two of a kind are in it.
  const shortly = (item: OrderItem) =>
    order?.items.some((other) => other.name === item.name && other !== item) ? spokenItem(item) : `the ${item.name}`
  const itemNeeds = items.map((item) => [item.name.toLowerCase()])
  const newOptions = items.map((item, index) => {
    const variant = variants[index]
    return variant === undefined
      ? []
      : changedOptions(item.options, variant.options).map((name) => `${name} ${variant.options[name] ?? "none"}`)
  })
  const optionNeeds = newOptions.flat().map((option) => [option.toLowerCase()])
  const wishes = items.map((item, index) => `${shortly(item)} for the one with ${enumerate(newOptions[index] ?? [])}`)
  const methodNeeds = methodKeys.map((key) => [key])
  const addressNeeds = [text(action.arguments.address1), text(action.arguments.zip)].map((part) => [part.toLowerCase()])
  const sum = items.length > 1 ? items.map((item) => item.price.toFixed(2)).join(" + ") : null

  switch (action.name) {
    case "cancel_pending_order": {
      const reason = text(action.arguments.reason)
      const because = reason === "no longer needed" ? "I don't need it any more" : "I ordered it by mistake"
      const why = reason === "no longer needed" ? ["need it", "longer need"] : ["mistake", "accident"]
      return {
        gists: [`I'd like to cancel order ${id}`, `please cancel order ${id} for me`, `I need order ${id} cancelled`],
        details: [`I'd like to cancel order ${id}, ${because}`, `Please cancel order ${id}. ${because}`],
        needs: [why],
        secrets: [],
        instructed: /cancel/i,
        subject: `the cancellation of order ${id}`,
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
          `can you change where order ${id} is sent?`
        ],
        details: [`For order ${id} it should be ${address}`, `Please send ${id} to ${address}`],
        needs: addressNeeds,
        secrets: addressNeeds.flat(),
        instructed: /\bsent\b|deliver|ship/i,
        subject: `the delivery address of order ${id}`,
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
        needs: addressNeeds,
        secrets: addressNeeds.flat(),
        instructed: /address/i,
        subject: "the address of your account",
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
        needs: methodNeeds,
        secrets: methodKeys,
        instructed: /\bpa(?:y|id)/i,
        subject: `the payment of order ${id}`,
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
      const rest = random(id + verb).pick([", and leave the rest as it is", ". Everything else stays the same", ""])
      return {
        gists: exchange
          ? [
              `I'd like to exchange something from order ${id}`,
              `something in order ${id} isn't right for me and I want to exchange it`
            ]
          : [`I want to change an item in order ${id}`, `can I still change what's in order ${id}?`],
        details: [
          `In order ${id}, I'd like to ${verb} ${enumerate(wishes)}${rest}. Any difference goes on ${own}`,
          `In order ${id}, I'd like to ${verb} ${enumerate(wishes)}${rest}`,
          `In order ${id}, I'd like to ${verb} ${names(items)}. The difference goes on ${own}`,
          `In order ${id}, I'd like to ${verb} ${names(items)}`
        ],
        needs: [...itemNeeds, ...optionNeeds, ...methodNeeds],
        secrets: [...itemNeeds, ...optionNeeds, ...methodNeeds].flat(),
        instructed: exchange ? /exchange/i : /swap|change|replace/i,
        subject: exchange ? `the exchange in order ${id}` : `the items of order ${id}`,
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
        needs: [...itemNeeds, ...methodNeeds],
        secrets: [...itemNeeds, ...methodNeeds].flat(),
        instructed: /return|send(?:ing)? back/i,
        subject: `the return from order ${id}`,
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
        needs: [],
        secrets: [],
        instructed: /./,
        subject: "the change",
        asks: ["What exactly do you need?"],
        proposal: `make the change you asked for`,
        report: "The change has been made.",
        sum: null
      }
  }
}
