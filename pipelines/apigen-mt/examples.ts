import type { Random } from "../../stages/random.ts"
import type { TaskKind } from "./blueprint-tables.ts"

/** An example task for the generator's prompt: shows the form, and is not to be copied. */
export interface Example {
  readonly id: string
  readonly kind: TaskKind
  readonly thought: string
  readonly intent: string
  readonly actions: ReadonlyArray<{ readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }>
  readonly outputs: ReadonlyArray<string>
  readonly facts: Readonly<Record<string, string>>
}

/**
 * The bank of examples. In the paper, validated tasks are added to it as generation goes on. Here items run at the same
 * time and in any order, and an item's prompt must not depend on which others happened to be finished: equal seeds would
 * not give equal rows. So the bank is fixed, and diversity comes from the walk, the data, the persona and the draws.
 * Its people and ids are made up, and in no database.
 */
export const retailExamples: ReadonlyArray<Example> = [
  {
    id: "cancel-kettle",
    kind: "write",
    thought: "A plain cancellation with a clear reason. The order has one item, so nothing else can be meant.",
    intent:
      "You are Ottilie Brandvold, e-mail ottilie.brandvold@mail.example. You placed order #W9900017 for an electric kettle and noticed a minute later that your sister has already bought one. You want the order cancelled because you no longer need it. You are brisk and friendly. If it cannot be cancelled you want to know why and leave it at that. Once it is cancelled you are done.",
    actions: [{ name: "cancel_pending_order", arguments: { order_id: "#W9900017", reason: "no longer needed" } }],
    outputs: [],
    facts: { cancel_reason: "no longer needed" }
  },
  {
    id: "exchange-boots",
    kind: "mixed",
    thought:
      "Exchange for the same boot one size up, other options equal; the difference is a question with one answer.",
    intent:
      "You are Marek Szul, zip 48226. The hiking boots from order #W9900102 pinch: you want the same boots, waterproof and in brown leather as before, in size 10 instead of 9, and any difference goes on your PayPal account. You also want to know by how much the price differs. You are tired and a bit short. If size 10 is sold out you keep the boots. You do not remember which e-mail address you used.",
    actions: [
      {
        name: "exchange_delivered_order_items",
        arguments: {
          order_id: "#W9900102",
          item_ids: ["9900200011"],
          new_item_ids: ["9900200012"],
          payment_method_id: "paypal_9900003"
        }
      }
    ],
    outputs: ["12.40"],
    facts: { fallback: "keeps the boots if size 10 is sold out" }
  },
  {
    id: "return-two-of-three",
    kind: "write",
    thought:
      "Two of three items go back, to the card that paid. The third must be named as kept, or the task is ambiguous.",
    intent:
      "You are Imani Oyelaran, e-mail imani.oyelaran@mail.example. From the delivered order #W9900231 you want to send back the desk lamp and the office chair; the bookshelf stays. The money should go back to the credit card you paid with. You write in full sentences and want the items read back to you before you agree. If only one of the two can be returned, you return nothing.",
    actions: [
      {
        name: "return_delivered_order_items",
        arguments: {
          order_id: "#W9900231",
          item_ids: ["9900300021", "9900300044"],
          payment_method_id: "credit_card_9900012"
        }
      }
    ],
    outputs: [],
    facts: { fallback: "returns both items or none" }
  },
  {
    id: "move-house",
    kind: "write",
    thought: "Moving house: default address and one pending order. The address must be complete in the instruction.",
    intent:
      "You are Teodor Amsel, zip 80205, and you are moving. Your new address is 418 Juniper Lane, Apartment 3C, Denver, CO 80218, USA. Change it in your profile and for order #W9900377, which has not been sent yet. Other orders are none of this. You are cheerful and in a hurry; when both are changed you say goodbye.",
    actions: [
      {
        name: "modify_pending_order_address",
        arguments: {
          order_id: "#W9900377",
          address1: "418 Juniper Lane",
          address2: "Apartment 3C",
          city: "Denver",
          state: "CO",
          country: "USA",
          zip: "80218"
        }
      },
      {
        name: "modify_user_address",
        arguments: {
          user_id: "teodor_amsel_9901",
          address1: "418 Juniper Lane",
          address2: "Apartment 3C",
          city: "Denver",
          state: "CO",
          country: "USA",
          zip: "80218"
        }
      }
    ],
    outputs: [],
    facts: { motive: "moving house" }
  },
  {
    id: "pay-by-gift-card",
    kind: "write",
    thought: "The gift card must cover the order's total, which it does in the data.",
    intent:
      "You are Rosalind Achterberg, e-mail r.achterberg@mail.example. Order #W9900418 is on your credit card, but you would rather use up your gift card, which you believe holds enough. Switch the payment to the gift card. If the balance does not cover it, leave everything as it is. You are polite and a little formal.",
    actions: [
      {
        name: "modify_pending_order_payment",
        arguments: { order_id: "#W9900418", payment_method_id: "gift_card_9900044" }
      }
    ],
    outputs: [],
    facts: { fallback: "nothing changes if the balance is too low" }
  },
  {
    id: "two-options-one-order",
    kind: "write",
    thought: "Two items of one pending order change, so both belong into one call.",
    intent:
      "You are Bastian Kröger, zip 97214. In order #W9900520 you want the backpack in green instead of grey, same size and material, and the water bottle with one litre instead of half a litre, same colour and material. Whatever it costs or saves goes to your PayPal account. You have everything ready and expect it to be done in one go. If either is sold out, change only the other.",
    actions: [
      {
        name: "modify_pending_order_items",
        arguments: {
          order_id: "#W9900520",
          item_ids: ["9900400010", "9900400077"],
          new_item_ids: ["9900400013", "9900400079"],
          payment_method_id: "paypal_9900091"
        }
      }
    ],
    outputs: [],
    facts: { fallback: "changes only the other item if one is sold out" }
  },
  {
    id: "how-many-colours",
    kind: "info",
    thought: "Information only: a count that the catalogue gives.",
    intent:
      "You are Keziah Lindqvist, e-mail keziah.lindqvist@mail.example. You are thinking of buying a desk lamp and want to know how many versions of it can be ordered right now. You do not want to order or change anything today. You are curious and chatty, and once you have the number you thank them and leave.",
    actions: [],
    outputs: ["13"],
    facts: {}
  },
  {
    id: "too-late-to-cancel",
    kind: "refusal",
    thought: "The order is delivered, so it cannot be cancelled. The customer must not want a return instead.",
    intent:
      "You are Domenica Pratt, zip 60614. You want order #W9900633 cancelled although the parcel arrived last week. You do not want to return or exchange anything, you just want it cancelled. You press the point once, and when you are told again that it is not possible you accept it and leave.",
    actions: [],
    outputs: [],
    facts: { fallback: "accepts the refusal, does not want a return" }
  },
  {
    id: "new-email",
    kind: "transfer",
    thought: "No tool changes an e-mail address, so a person has to.",
    intent:
      "You are Gideon Faulk, e-mail gideon.faulk@mail.example. You are giving up this e-mail address next month and want the account moved to another one. You do not want anything else. You are calm, and you are fine with being handed over to someone who can do it.",
    actions: [],
    outputs: [],
    facts: {}
  }
]

/** Different examples, those of the task's kind and tools first in line: a draw weighted 4 to 1 in their favour. */
export const sampleExamples = (
  bank: ReadonlyArray<Example>,
  options: {
    readonly kind: TaskKind
    readonly tools: ReadonlyArray<string>
    readonly count: number
    readonly random: Random
  }
): ReadonlyArray<Example> => {
  const relevant = (example: Example) =>
    example.kind === options.kind || example.actions.some((action) => options.tools.includes(action.name))
  const left = [...bank]
  const chosen: Array<Example> = []
  while (chosen.length < options.count && left.length > 0) {
    const next = options.random.weighted(left, (example) => (relevant(example) ? 4 : 1))
    chosen.push(next)
    left.splice(left.indexOf(next), 1)
  }
  return chosen
}
