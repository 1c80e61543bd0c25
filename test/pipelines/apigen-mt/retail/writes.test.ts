import { assert, describe, it } from "@effect/vitest"
import type { Profile } from "../../../../pipelines/apigen-mt/domains/domain.ts"
import { orderOf } from "../../../../pipelines/apigen-mt/domains/retail/tables.ts"
import { exchangePairs } from "../../../../pipelines/apigen-mt/domains/retail/tools/exchange-delivered-order-items.ts"
import type { JsonObject } from "../../../../schemas/json.ts"
import type { Action } from "../../../../stages/environment.ts"
import { replay } from "../../../../stages/execute.ts"
import { ada, elsewhere, lampLine, mugLine, orders, profiles, smallShop } from "./small-shop.ts"

const action = (name: string, input: JsonObject): Action => ({ name, arguments: input })

/** Runs the actions and gives every record that is then another, by `table/key`, and the last observation. */
const outcome = (profile: Profile, ...actions: ReadonlyArray<Action>) => {
  const { final, steps } = replay(smallShop(profile), actions)
  const failed = steps.find((step) => step.observation.isError)
  assert.strictEqual(failed?.observation.text, undefined)
  return {
    state: final,
    records: Object.fromEntries(final.changes().map((change) => [`${change.table}/${change.key}`, change.after])),
    text: steps[steps.length - 1]?.observation.text ?? ""
  }
}

const order = (id: string, changed: JsonObject): JsonObject => ({ ...(orders[id] as JsonObject), ...changed })

const adaWith = (balance: number): JsonObject =>
  ({
    ...ada,
    payment_methods: { ...ada.payment_methods, gift_card_2: { source: "gift_card", id: "gift_card_2", balance } }
  }) as JsonObject

const payment = (amount: number, payment_method_id: string) => ({
  transaction_type: "payment",
  amount,
  payment_method_id
})
const refund = (amount: number, payment_method_id: string) => ({
  transaction_type: "refund",
  amount,
  payment_method_id
})

const bought = (line: typeof lampLine, item_id: string, price: number, color: string, size: string) => ({
  ...line,
  item_id,
  price,
  options: { color, size }
})

const swap = (order_id: string, item_ids: Array<string>, new_item_ids: Array<string>, payment_method_id: string) => ({
  order_id,
  item_ids,
  new_item_ids,
  payment_method_id
})

describe.each(profiles)("writes (done-means 4), profile %s", (profile) => {
  it("cancel_pending_order refunds the payment, to a gift card at once", () => {
    const { records, text } = outcome(
      profile,
      action("cancel_pending_order", { order_id: "#W2", reason: "ordered by mistake" })
    )
    const cancelled = order("#W2", {
      status: "cancelled",
      payment_history: [payment(10.2, "gift_card_2"), refund(10.2, "gift_card_2")],
      cancel_reason: "ordered by mistake"
    })
    assert.deepStrictEqual(records, { "orders/#W2": cancelled, "users/ada_quill_1000": adaWith(40.2) })
    assert.deepStrictEqual(JSON.parse(text), cancelled)
  })

  it("modify_pending_order_address replaces the order's address only", () => {
    const { records, text } = outcome(
      profile,
      action("modify_pending_order_address", { order_id: "#W1", ...elsewhere })
    )
    assert.deepStrictEqual(records, { "orders/#W1": order("#W1", { address: elsewhere }) })
    assert.deepStrictEqual(JSON.parse(text), order("#W1", { address: elsewhere }))
  })

  it("modify_user_address replaces the profile's address only", () => {
    const { records } = outcome(profile, action("modify_user_address", { user_id: "ada_quill_1000", ...elsewhere }))
    assert.deepStrictEqual(records, { "users/ada_quill_1000": { ...ada, address: elsewhere } as JsonObject })
  })

  it("modify_pending_order_payment pays anew, refunds the old method and charges the gift card", () => {
    const { records } = outcome(
      profile,
      action("modify_pending_order_payment", { order_id: "#W5", payment_method_id: "gift_card_2" })
    )
    assert.deepStrictEqual(records, {
      "orders/#W5": order("#W5", {
        payment_history: [payment(10.2, "paypal_3"), payment(10.2, "gift_card_2"), refund(10.2, "paypal_3")]
      }),
      "users/ada_quill_1000": adaWith(19.8)
    })
  })

  it("modify_pending_order_payment gives a gift card its money back", () => {
    const { records } = outcome(
      profile,
      action("modify_pending_order_payment", { order_id: "#W2", payment_method_id: "paypal_3" })
    )
    assert.deepStrictEqual(records["users/ada_quill_1000"], adaWith(40.2))
  })

  it("modify_pending_order_items swaps, charges the difference and closes the order to changes", () => {
    const { records } = outcome(
      profile,
      action("modify_pending_order_items", swap("#W2", ["m1"], ["m2"], "gift_card_2"))
    )
    assert.deepStrictEqual(records, {
      "orders/#W2": order("#W2", {
        items: [bought(mugLine, "m2", 20.4, "blue", "S")],
        payment_history: [payment(10.2, "gift_card_2"), payment(10.2, "gift_card_2")],
        status: "pending (item modified)"
      }),
      "users/ada_quill_1000": adaWith(19.8)
    })
  })

  it("return_delivered_order_items notes sorted items and the method, and moves no money", () => {
    const { records } = outcome(
      profile,
      action("return_delivered_order_items", {
        order_id: "#W3",
        item_ids: ["m1", "l1", "m1"],
        payment_method_id: "gift_card_2"
      })
    )
    assert.deepStrictEqual(records, {
      "orders/#W3": order("#W3", {
        status: "return requested",
        return_items: ["l1", "m1", "m1"],
        return_payment_method_id: "gift_card_2"
      })
    })
  })

  it("exchange_delivered_order_items notes both lists, sorted apart, and the difference in cents", () => {
    const { records, state } = outcome(
      profile,
      action("exchange_delivered_order_items", swap("#W3", ["m1", "l1"], ["m2", "l2"], "paypal_3"))
    )
    assert.deepStrictEqual(records, {
      "orders/#W3": order("#W3", {
        status: "exchange requested",
        exchange_items: ["l1", "m1"],
        exchange_new_items: ["l2", "m2"],
        exchange_payment_method_id: "paypal_3",
        exchange_price_difference: 20.3
      })
    })
    const pairs = {
      pairs: [
        { from: "m1", to: "m2" },
        { from: "l1", to: "l2" }
      ]
    }
    assert.deepStrictEqual(state.get(exchangePairs, "#W3"), profile === "strict" ? pairs : undefined)
  })

  it("an exchange for something cheaper has a negative difference", () => {
    const { records } = outcome(
      profile,
      action("exchange_delivered_order_items", swap("#W3", ["l1"], ["l4"], "credit_card_1"))
    )
    assert.strictEqual((records["orders/#W3"] as JsonObject).exchange_price_difference, -5.05)
  })
})

const paymentsOf = (record: JsonObject | null | undefined): unknown => record?.payment_history

describe("where the profiles differ", () => {
  const history = (profile: Profile, id: string, ...actions: ReadonlyArray<Action>) =>
    paymentsOf(outcome(profile, ...actions).records[`orders/${id}`])

  it("cancelling after a change of payment refunds every entry in tau1, and what is owed in strict", () => {
    const actions = [
      action("modify_pending_order_payment", { order_id: "#W2", payment_method_id: "paypal_3" }),
      action("cancel_pending_order", { order_id: "#W2", reason: "no longer needed" })
    ]
    const moved = [payment(10.2, "gift_card_2"), payment(10.2, "paypal_3"), refund(10.2, "gift_card_2")]
    const [tau1, strict] = profiles.map((profile) => outcome(profile, ...actions))
    assert.deepStrictEqual(paymentsOf(tau1?.records["orders/#W2"]), [
      ...moved,
      refund(10.2, "gift_card_2"),
      refund(10.2, "paypal_3"),
      refund(10.2, "gift_card_2")
    ])
    // 30 + 10.20 back from the change; tau1 then adds 10.20 twice more, out of nowhere.
    assert.deepStrictEqual(tau1?.records["users/ada_quill_1000"], adaWith(60.6))
    assert.deepStrictEqual(paymentsOf(strict?.records["orders/#W2"]), [...moved, refund(10.2, "paypal_3")])
    assert.deepStrictEqual(strict?.records["users/ada_quill_1000"], adaWith(40.2))
  })

  it("item modification stores a sum of floats, with its noise, in tau1, and cents in strict", () => {
    const one = action("modify_pending_order_items", swap("#W1", ["l1"], ["l2"], "paypal_3"))
    const [paid, tau1, strict] = [payment(60.3, "credit_card_1"), 10.100000000000001, 10.1]
    assert.deepStrictEqual(history("tau1", "#W1", one), [paid, payment(tau1, "paypal_3")])
    assert.deepStrictEqual(history("strict", "#W1", one), [paid, payment(strict, "paypal_3")])
  })

  it("an even swap leaves a refund of 0 in tau1 and nothing in strict", () => {
    const even = action("modify_pending_order_items", swap("#W1", ["l1"], ["l5"], "paypal_3"))
    assert.deepStrictEqual(history("tau1", "#W1", even), [payment(60.3, "credit_card_1"), refund(0, "paypal_3")])
    assert.deepStrictEqual(history("strict", "#W1", even), [payment(60.3, "credit_card_1")])
  })

  it("a variant can replace itself, and nothing can be returned, in tau1 only", () => {
    const itself = action("modify_pending_order_items", swap("#W1", ["l1"], ["l1"], "paypal_3"))
    assert.deepStrictEqual(history("tau1", "#W1", itself), [payment(60.3, "credit_card_1"), refund(0, "paypal_3")])
    const nothing = action("return_delivered_order_items", {
      order_id: "#W3",
      item_ids: [],
      payment_method_id: "gift_card_2"
    })
    const [step] = replay(smallShop("tau1"), [nothing]).steps
    assert.isFalse(step?.observation.isError)
  })

  /** Ids of the items after a modification of an order that holds these lines. */
  const modified = (
    profile: Profile,
    lines: ReadonlyArray<typeof lampLine>,
    from: Array<string>,
    to: Array<string>
  ) => {
    const environment = smallShop(profile)
    const state = environment.initial.fork()
    state.put("orders", "#W1", order("#W1", { items: lines }))
    const actions = [action("modify_pending_order_items", swap("#W1", from, to, "paypal_3"))]
    return orderOf(replay(environment, actions, state).final, "#W1")?.items.map((item) => item.item_id)
  }
  const black = bought(lampLine, "l2", 60.2, "black", "S")

  it("twins of an order can be replaced apart or both, in either profile", () => {
    for (const profile of profiles) {
      assert.deepStrictEqual(modified(profile, [lampLine, lampLine], ["l1"], ["l2"]), ["l2", "l1"])
      assert.deepStrictEqual(modified(profile, [lampLine, lampLine], ["l1", "l1"], ["l2", "l4"]), ["l2", "l4"])
    }
  })

  it("a variant that comes in is replaced again by tau1, which looks items up in the order as changed so far", () => {
    assert.deepStrictEqual(modified("tau1", [lampLine, black], ["l1", "l2"], ["l2", "l4"]), ["l4", "l2"])
    assert.deepStrictEqual(modified("strict", [lampLine, black], ["l1", "l2"], ["l2", "l4"]), ["l2", "l4"])
  })
})
