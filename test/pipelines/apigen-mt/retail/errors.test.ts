import { assert, describe, it } from "@effect/vitest"
import type { Profile } from "../../../../pipelines/apigen-mt/domains/domain.ts"
import type { JsonObject } from "../../../../schemas/json.ts"
import type { Action } from "../../../../stages/environment.ts"
import { execute, replay } from "../../../../stages/execute.ts"
import { elsewhere, profiles, smallShop } from "./small-shop.ts"

const action = (name: string, input: JsonObject): Action => ({ name, arguments: input })

/** What must fail, with its words, and what is done before it. */
interface Refusal {
  readonly condition: string
  readonly action: Action
  readonly says: string
  readonly first?: ReadonlyArray<Action>
  readonly profiles?: ReadonlyArray<Profile>
}

const swap = (
  order_id: string,
  item_ids: ReadonlyArray<string>,
  new_item_ids: ReadonlyArray<string>,
  method = "paypal_3"
) => ({
  order_id,
  item_ids,
  new_item_ids,
  payment_method_id: method
})

const notPending = "an order that is not pending cannot be changed"
const notHeld = "the order does not hold these items"
const unavailable = (id: string) => `new item ${id} is not an available variant of the same product`

/** The conditions that item modification (of a pending order) and exchange (of a delivered one) share. */
const swapRefusals = (tool: string, good: string, bad: string, badStatus: string): ReadonlyArray<Refusal> => [
  { condition: "an unknown order", action: action(tool, swap("#W0", ["l1"], ["l2"])), says: "order not found" },
  { condition: "an order of another status", action: action(tool, swap(bad, ["m1"], ["m2"])), says: badStatus },
  { condition: "an item that the order lacks", action: action(tool, swap(good, ["l2"], ["l1"])), says: notHeld },
  {
    condition: "an item named oftener than held",
    action: action(tool, swap(good, ["l1", "l1"], ["l2", "l4"])),
    says: notHeld
  },
  {
    condition: "lists of different lengths",
    action: action(tool, swap(good, ["l1", "m1"], ["l2"])),
    says: "there must be as many new items as items to replace"
  },
  {
    condition: "a variant that does not exist",
    action: action(tool, swap(good, ["l1"], ["l0"])),
    says: unavailable("l0")
  },
  {
    condition: "a variant that is sold out",
    action: action(tool, swap(good, ["l1"], ["l3"])),
    says: unavailable("l3")
  },
  {
    condition: "a variant of another product",
    action: action(tool, swap(good, ["l1"], ["m2"])),
    says: unavailable("m2")
  },
  {
    condition: "an inherited property for a variant",
    action: action(tool, swap(good, ["l1"], ["constructor"])),
    says: unavailable("constructor")
  },
  {
    condition: "a method outside the profile",
    action: action(tool, swap(good, ["l1"], ["l2"], "paypal_9")),
    says: "payment method not found"
  },
  {
    condition: "a gift card below the difference",
    first: [action("modify_pending_order_payment", { order_id: "#W5", payment_method_id: "gift_card_2" })],
    action: action(tool, swap(good, ["l1", "m1"], ["l2", "m2"], "gift_card_2")),
    says: "the gift card's balance does not cover the difference in price"
  },
  {
    condition: "a variant for itself",
    action: action(tool, swap(good, ["l1"], ["l1"])),
    says: "new item l1 is the item it would replace",
    profiles: ["strict"]
  },
  {
    condition: "no items at all",
    action: action(tool, swap(good, [], [])),
    says: "no items to replace",
    profiles: ["strict"]
  }
]

const refusals: Readonly<Record<string, ReadonlyArray<Refusal>>> = {
  find_user_id_by_email: [
    {
      condition: "no match",
      action: action("find_user_id_by_email", { email: "x@example.com" }),
      says: "no user found"
    }
  ],
  find_user_id_by_name_zip: [
    {
      condition: "another zip code",
      action: action("find_user_id_by_name_zip", { first_name: "Ada", last_name: "Quill", zip: "83703" }),
      says: "no user found"
    },
    {
      condition: "another name",
      action: action("find_user_id_by_name_zip", { first_name: "Ida", last_name: "Quill", zip: "83702" }),
      says: "no user found"
    }
  ],
  get_user_details: [
    { condition: "an unknown user", action: action("get_user_details", { user_id: "x" }), says: "user not found" }
  ],
  get_order_details: [
    {
      condition: "an order number without its sign",
      action: action("get_order_details", { order_id: "W1" }),
      says: "order not found"
    }
  ],
  get_product_details: [
    {
      condition: "an item id for a product id",
      action: action("get_product_details", { product_id: "l1" }),
      says: "product not found"
    }
  ],
  calculate: [
    {
      condition: "a character that is not allowed",
      action: action("calculate", { expression: "2 ^ 3" }),
      says: "the expression holds characters that it may not hold"
    },
    {
      condition: "an expression that cannot be evaluated",
      action: action("calculate", { expression: "(2 + 3" }),
      says: "a bracket is not closed"
    },
    { condition: "a division by zero", action: action("calculate", { expression: "1 / 0" }), says: "division by zero" }
  ],
  cancel_pending_order: [
    {
      condition: "an unknown order",
      action: action("cancel_pending_order", { order_id: "#W0", reason: "no longer needed" }),
      says: "order not found"
    },
    {
      condition: "an order that is not pending",
      action: action("cancel_pending_order", { order_id: "#W4", reason: "no longer needed" }),
      says: "an order that is not pending cannot be cancelled"
    },
    {
      condition: "an order whose items were modified",
      first: [action("modify_pending_order_items", swap("#W1", ["l1"], ["l2"]))],
      action: action("cancel_pending_order", { order_id: "#W1", reason: "no longer needed" }),
      says: "an order that is not pending cannot be cancelled"
    },
    {
      condition: "a reason that is not allowed",
      action: action("cancel_pending_order", { order_id: "#W1", reason: "too expensive" }),
      says: 'invalid arguments: /reason must be one of "no longer needed", "ordered by mistake"'
    }
  ],
  modify_pending_order_address: [
    {
      condition: "an unknown order",
      action: action("modify_pending_order_address", { order_id: "#W0", ...elsewhere }),
      says: "order not found"
    },
    {
      condition: "an order that is not pending",
      action: action("modify_pending_order_address", { order_id: "#W3", ...elsewhere }),
      says: notPending
    }
  ],
  modify_pending_order_payment: [
    {
      condition: "an unknown order",
      action: action("modify_pending_order_payment", { order_id: "#W0", payment_method_id: "paypal_3" }),
      says: "order not found"
    },
    {
      condition: "an order that is not pending",
      action: action("modify_pending_order_payment", { order_id: "#W4", payment_method_id: "credit_card_1" }),
      says: notPending
    },
    {
      condition: "a method outside the profile",
      action: action("modify_pending_order_payment", { order_id: "#W1", payment_method_id: "paypal_9" }),
      says: "payment method not found"
    },
    {
      condition: "more than one payment entry",
      first: [action("modify_pending_order_payment", { order_id: "#W1", payment_method_id: "paypal_3" })],
      action: action("modify_pending_order_payment", { order_id: "#W1", payment_method_id: "credit_card_1" }),
      says: "the order must have exactly one payment for its method to be changed"
    },
    {
      condition: "the same method as now",
      action: action("modify_pending_order_payment", { order_id: "#W1", payment_method_id: "credit_card_1" }),
      says: "the new payment method must differ from the current one"
    },
    {
      condition: "a gift card below the total",
      action: action("modify_pending_order_payment", { order_id: "#W1", payment_method_id: "gift_card_2" }),
      says: "the gift card's balance does not cover the order"
    }
  ],
  modify_pending_order_items: swapRefusals("modify_pending_order_items", "#W1", "#W3", notPending),
  return_delivered_order_items: [
    {
      condition: "an unknown order",
      action: action("return_delivered_order_items", {
        order_id: "#W0",
        item_ids: ["m1"],
        payment_method_id: "paypal_3"
      }),
      says: "order not found"
    },
    {
      condition: "an order that is not delivered",
      action: action("return_delivered_order_items", {
        order_id: "#W1",
        item_ids: ["m1"],
        payment_method_id: "paypal_3"
      }),
      says: "items of an order that is not delivered cannot be returned"
    },
    {
      condition: "a method outside the profile",
      action: action("return_delivered_order_items", {
        order_id: "#W3",
        item_ids: ["m1"],
        payment_method_id: "paypal_9"
      }),
      says: "payment method not found"
    },
    {
      condition: "neither the original method nor a gift card",
      action: action("return_delivered_order_items", {
        order_id: "#W3",
        item_ids: ["m1"],
        payment_method_id: "paypal_3"
      }),
      says: "the refund must go to the original payment method or to a gift card"
    },
    {
      condition: "items that the order lacks",
      action: action("return_delivered_order_items", {
        order_id: "#W3",
        item_ids: ["m1", "m1", "m1"],
        payment_method_id: "gift_card_2"
      }),
      says: notHeld
    },
    {
      condition: "no items at all",
      action: action("return_delivered_order_items", {
        order_id: "#W3",
        item_ids: [],
        payment_method_id: "gift_card_2"
      }),
      says: "no items to return",
      profiles: ["strict"]
    }
  ],
  exchange_delivered_order_items: swapRefusals(
    "exchange_delivered_order_items",
    "#W3",
    "#W1",
    "items of an order that is not delivered cannot be exchanged"
  ),
  modify_user_address: [
    {
      condition: "an unknown user",
      action: action("modify_user_address", { user_id: "x", ...elsewhere }),
      says: "user not found"
    }
  ]
}

describe.each(profiles)("tools refuse (done-means 3), profile %s", (profile) => {
  const environment = smallShop(profile)
  for (const [tool, cases] of Object.entries(refusals)) {
    for (const { action, condition, first = [], profiles: only = profiles, says } of cases) {
      if (!only.includes(profile)) continue
      it(`${tool}: ${condition}`, () => {
        const prepared = replay(environment, first)
        assert.isTrue(prepared.steps.every((step) => !step.observation.isError))
        const state = prepared.final
        const before = state.hash()
        const observation = execute(environment, state, action)
        assert.deepStrictEqual(observation, { text: `Error: ${says}`, isError: true, terminated: false })
        assert.strictEqual(state.hash(), before)
      })
    }
  }
})

it("leaves out no tool that can refuse", () => {
  const never = ["list_all_product_types", "think", "transfer_to_human_agents"]
  assert.deepStrictEqual([...Object.keys(refusals), ...never].sort(), [...smallShop("strict").tools.keys()].sort())
})
