import { assert, describe, it } from "@effect/vitest"
import { retailGraph, retailWriteEdges, retailWrites } from "../../../../pipelines/apigen-mt/domains/retail/graph.ts"
import { retailPolicy, retailRules } from "../../../../pipelines/apigen-mt/domains/retail/policy.ts"
import { retailPolicyTests } from "../../../../pipelines/apigen-mt/domains/retail/policy-tests/policy-tests.ts"
import type { Trace } from "../../../../pipelines/apigen-mt/domains/retail/policy-tests/trace.ts"
import type { JsonObject } from "../../../../schemas/json.ts"
import type { Action } from "../../../../stages/environment.ts"
import { replay } from "../../../../stages/execute.ts"
import { elsewhere, home, smallShop } from "./small-shop.ts"

const environment = smallShop("strict")
const action = (name: string, input: JsonObject): Action => ({ name, arguments: input })
const numbers = (from: string, count: number) => Array.from({ length: count }, (_, index) => `${from}${index + 1}`)

const told = {
  instruction: "You are Ada Quill, e-mail ada.quill@example.com, and you ask about a Mug.",
  outputs: [],
  facts: { cancel_reason: "no longer needed" }
}

/** What really happens when the actions run. */
const real = (
  actions: ReadonlyArray<Action>,
  task: Partial<Trace["task"]> = {},
  profile: "tau1" | "strict" = "strict"
): Trace => {
  const { states, steps } = replay(smallShop(profile), actions)
  assert.deepStrictEqual(
    steps.map((step) => step.observation.text).filter((text) => text.startsWith("Error")),
    []
  )
  return { task: { ...told, actions, ...task }, userId: "ada_quill_1000", steps, states }
}

/** What would have happened had the tools not refused: each write seems to succeed on the untouched shop. */
const forged = (actions: ReadonlyArray<Action>): Trace => ({
  task: { ...told, actions },
  userId: "ada_quill_1000",
  states: [...actions, null].map(() => environment.initial),
  steps: actions.map((action) => ({
    action,
    observation: { text: "{}", isError: false, terminated: false },
    diff: "@@"
  }))
})

const cancel = (order_id: string, reason = "no longer needed") => action("cancel_pending_order", { order_id, reason })
const pay = (order_id: string, payment_method_id: string) =>
  action("modify_pending_order_payment", { order_id, payment_method_id })
const move = (order_id: string, address: JsonObject = elsewhere) =>
  action("modify_pending_order_address", { order_id, ...address })
const swap = (tool: string, order_id: string, from: string, to: string, payment_method_id = "paypal_3") =>
  action(tool, { order_id, item_ids: [from], new_item_ids: [to], payment_method_id })
const modify = (order_id: string, from: string, to: string, method?: string) =>
  swap("modify_pending_order_items", order_id, from, to, method)
const exchange = (order_id: string, from: string, to: string, method?: string) =>
  swap("exchange_delivered_order_items", order_id, from, to, method)
const giveBack = (order_id: string, item: string, payment_method_id: string) =>
  action("return_delivered_order_items", { order_id, item_ids: [item], payment_method_id })

interface Fixture {
  readonly passes: ReadonlyArray<Trace>
  readonly fails: ReadonlyArray<readonly [trace: Trace, step: number | null, message: string]>
}

const fixtures: Readonly<Record<string, Fixture>> = {
  "PT-R1": {
    passes: [real([cancel("#W1"), action("modify_user_address", { user_id: "ada_quill_1000", ...elsewhere })])],
    fails: [
      [real([cancel("#W1"), cancel("#W9")]), 1, "this changes something of bo_thorne_1000, not of ada_quill_1000"],
      [
        real([action("modify_user_address", { user_id: "bo_thorne_1000", ...home })]),
        0,
        "this changes something of bo_thorne_1000, not of ada_quill_1000"
      ]
    ]
  },
  "PT-R2": {
    passes: [
      real([move("#W1"), pay("#W1", "paypal_3"), modify("#W1", "l1", "l2"), cancel("#W2")]),
      real([move("#W1"), move("#W1", home)])
    ],
    fails: [
      [
        real([move("#W1"), cancel("#W1")]),
        1,
        "cancel_pending_order may not follow modify_pending_order_address (step 0) on order #W1"
      ],
      [
        forged([giveBack("#W3", "l1", "gift_card_2"), exchange("#W3", "m1", "m2")]),
        1,
        "exchange_delivered_order_items may not follow return_delivered_order_items (step 0) on order #W3"
      ]
    ]
  },
  "PT-R3": {
    passes: [real([exchange("#W3", "m1", "m2"), giveBack("#W6", "m1", "paypal_3"), modify("#W1", "l1", "l2")])],
    fails: [
      [
        forged([exchange("#W3", "m1", "m2"), exchange("#W3", "l1", "l2")]),
        1,
        "the items of order #W3 were already dealt with by step 0: collect all items into one call"
      ]
    ]
  },
  "PT-R4": {
    passes: [real([pay("#W1", "paypal_3"), move("#W1"), modify("#W1", "l1", "l2")])],
    fails: [
      [
        forged([modify("#W1", "l1", "l2"), move("#W1")]),
        1,
        "modify_pending_order_address on order #W1 must come before its items are changed (step 0)"
      ]
    ]
  },
  "PT-R5": {
    passes: [real([modify("#W1", "l1", "l2"), exchange("#W3", "m1", "m2")])],
    fails: [
      [real([modify("#W1", "l1", "l1")], {}, "tau1"), 0, "item l1 would replace itself"],
      [forged([modify("#W1", "l1", "m2")]), 0, "item m2 is no variant of Floor Lamp (product p-lamp)"],
      [forged([exchange("#W3", "l1", "l3")]), 0, "item l3 is not available"]
    ]
  },
  "PT-R6": {
    passes: [real([giveBack("#W3", "l1", "credit_card_1")]), real([giveBack("#W3", "l1", "gift_card_2")])],
    fails: [
      [
        forged([giveBack("#W3", "l1", "paypal_3")]),
        0,
        "the refund goes to paypal_3: only the original method credit_card_1 or a gift card may get it"
      ],
      [forged([giveBack("#W3", "l1", "gift_card_7")]), 0, "the profile has no payment method gift_card_7"]
    ]
  },
  "PT-R7": {
    passes: [
      real([modify("#W1", "l1", "l2", "gift_card_2"), pay("#W5", "gift_card_2")]),
      // 10.20 back on the card first: then it covers what it could not before.
      real([cancel("#W2"), exchange("#W3", "l1", "l2", "gift_card_2"), pay("#W5", "gift_card_2")])
    ],
    fails: [
      [forged([pay("#W1", "gift_card_2")]), 0, "gift card gift_card_2 has $30.00 left, $60.30 are needed"],
      [
        real([
          pay("#W5", "gift_card_2"),
          exchange("#W6", "m1", "m2", "gift_card_2"),
          exchange("#W3", "l1", "l2", "gift_card_2")
        ]),
        2,
        "gift card gift_card_2 has $9.60 left, $10.10 are needed"
      ]
    ]
  },
  "PT-R8": {
    passes: [real([pay("#W1", "paypal_3")])],
    fails: [[forged([pay("#W1", "credit_card_1")]), 0, "the order is already paid by credit_card_1"]]
  },
  "PT-R9": {
    passes: [
      real([cancel("#W1")]),
      real([cancel("#W1"), cancel("#W5", "ordered by mistake")], {
        facts: { "cancel_reason #W1": "no longer needed", "cancel_reason #W5": "ordered by mistake" }
      })
    ],
    fails: [
      [
        real([cancel("#W1", "ordered by mistake")]),
        0,
        'the reason is "ordered by mistake", the facts say "no longer needed"'
      ],
      [real([cancel("#W1")], { facts: {} }), 0, "the facts state no cancel_reason"]
    ]
  },
  "PT-R10": {
    passes: [real([move("#W1")])],
    fails: [[real([move("#W1", home)]), 0, "modify_pending_order_address changes nothing"]]
  },
  "PT-R11": {
    passes: [real([cancel("#W1"), giveBack("#W3", "l1", "gift_card_2")])],
    fails: [
      [forged([cancel("#W3")]), 0, "cancel_pending_order needs order #W3 to be pending, but it is delivered"],
      [
        forged([giveBack("#W4", "m1", "paypal_3")]),
        0,
        "return_delivered_order_items needs order #W4 to be delivered, but it is processed"
      ],
      [forged([cancel("#W0")]), 0, "there is no order #W0"]
    ]
  },
  "PT-R12": {
    passes: [real([modify("#W1", "l1", "l2")]), real([cancel("#W1")], { instruction: "You are Ada Quill of 83702." })],
    fails: [
      [
        real([cancel("#W1")], { instruction: "You are Ada, ada_quill_1000, and want to cancel order #W1." }),
        null,
        "the instruction gives neither the user's e-mail address nor first name, last name and zip code"
      ],
      [real([cancel("#W9")]), 0, "no read leads from user ada_quill_1000 to #W9"],
      [forged([modify("#W1", "l1", "l9")]), 0, "no read leads from user ada_quill_1000 to l9"]
    ]
  },
  "PT-R13": {
    passes: [
      real([cancel("#W1")], { outputs: ["60.30", "$60.3", "credit card", "100000000001", "1111"] }),
      // Two refunds together; the difference of an exchange; the balance after a refund.
      real([cancel("#W2"), giveBack("#W3", "m1", "gift_card_2")], { outputs: ["20.40", "40.20"] }),
      real([exchange("#W3", "l1", "l4")], { outputs: ["5.05"] })
    ],
    fails: [
      [
        real([cancel("#W1")], { outputs: ["61.30"] }),
        null,
        "the database gives no value 61.30 for this user's matters"
      ],
      [real([], { outputs: ["10.205"] }), null, "the database gives no value 10.205 for this user's matters"]
    ]
  }
}

describe("policy tests (done-means 5)", () => {
  it("are PT-R1 to PT-R13, each with fixtures", () => {
    assert.deepStrictEqual(
      retailPolicyTests.map((test) => test.id),
      numbers("PT-R", 13)
    )
    assert.deepStrictEqual(Object.keys(fixtures), numbers("PT-R", 13))
  })

  for (const test of retailPolicyTests) {
    const fixture = fixtures[test.id] as Fixture
    it(`${test.id} lets pass what keeps to it: ${test.description}`, () => {
      for (const trace of fixture.passes) assert.deepStrictEqual(test.check(trace), [])
    })

    it(`${test.id} says which step breaks it, and how`, () => {
      for (const [trace, step, message] of fixture.fails) {
        assert.deepStrictEqual(test.check(trace), [{ rule: test.id, step, message }])
      }
    })
  }

  it("look only at writes that were carried out", () => {
    const refused = forged([cancel("#W3"), pay("#W1", "credit_card_1")])
    const steps = refused.steps.map((step) => ({ ...step, observation: { ...step.observation, isError: true } }))
    for (const test of retailPolicyTests) assert.deepStrictEqual(test.check({ ...refused, steps }), [])
  })
})

describe("policy rules (done-means 5)", () => {
  it("are R1 to R16, all in the agent's prompt, each checked somewhere", () => {
    assert.deepStrictEqual(
      retailRules.map((rule) => rule.id),
      numbers("R", 16)
    )
    for (const rule of retailRules) {
      assert.include(retailPolicy, rule.text)
      assert.isNotEmpty(rule.checks, rule.id)
    }
  })

  it("have a policy test exactly where they say that actions are checked", () => {
    const tested = [...new Set(retailPolicyTests.flatMap((test) => test.rules))].sort()
    const claimed = retailRules.filter((rule) => rule.checks.includes("actions")).map((rule) => rule.id)
    assert.deepStrictEqual(tested, claimed.sort())
  })

  it("name a write that can refuse where they say that a tool checks them, and only tools that exist", () => {
    for (const rule of retailRules) {
      for (const tool of rule.tools) assert.isTrue(environment.tools.has(tool), `${rule.id} ${tool}`)
      if (!rule.checks.includes("tool")) continue
      assert.isTrue(
        rule.tools.some((tool) => retailWrites.includes(tool)),
        rule.id
      )
    }
  })
})

describe("graph", () => {
  it("has a node for every tool but the generic ones", () => {
    const expected = [...environment.tools.values()].filter((tool) => tool.kind !== "generic")
    assert.deepStrictEqual(
      retailGraph.map((node) => [node.tool, node.kind]).sort(),
      expected.map((tool) => [tool.tool.name, tool.kind]).sort()
    )
  })

  it("allows two writes on one order only before its items are changed", () =>
    assert.deepStrictEqual(
      retailWriteEdges.filter((edge) => edge.scope !== "other_target").map((edge) => [edge.from, edge.to]),
      [
        ["modify_pending_order_address", "modify_pending_order_payment"],
        ["modify_pending_order_address", "modify_pending_order_items"],
        ["modify_pending_order_payment", "modify_pending_order_address"],
        ["modify_pending_order_payment", "modify_pending_order_items"]
      ]
    ))

  it("lets every write follow every other, but no second change of the default address", () => {
    const absent = retailWrites.flatMap((from) =>
      retailWrites
        .filter((to) => !retailWriteEdges.some((edge) => edge.from === from && edge.to === to))
        .map((to) => [from, to])
    )
    assert.deepStrictEqual(absent, [["modify_user_address", "modify_user_address"]])
  })
})
