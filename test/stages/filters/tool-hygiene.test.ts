import { assert, describe, it } from "@effect/vitest"
import { assistant, type Message, user } from "../../../schemas/message.ts"
import type { Tool } from "../../../schemas/tool.ts"
import { toolHygiene } from "../../../stages/filters/tool-hygiene.ts"
import { answering, calling, codes, findings, found } from "../../support/rule-lab.ts"

const tool = (name: string, properties: Record<string, unknown>, required = Object.keys(properties)): Tool => ({
  name,
  description: name,
  parameters: { type: "object", properties, required }
})

const tools = [
  tool("get_user", { user_id: { type: "string", description: "As a find tool gave it." } }),
  tool("get_order", { order_id: { type: "string", description: "With the sign, such as '#W4410375'." } }),
  tool("get_product", { product_id: { type: "string" } }),
  tool("cancel", { order_id: { type: "string" }, reason: { type: "string", enum: ["code 12345", "mistake"] } }),
  tool(
    "send",
    { order_id: { type: "string" }, copies: { type: "integer", minimum: 1 }, on: { type: "string", format: "date" } },
    ["order_id"]
  )
]

const order = {
  order_id: "#W7318102",
  user_id: "mei_lopez_4821",
  items: [{ item_id: "5425307577", product_id: "9645453514", price: 100.82 }]
}
const ask = user("Where is my order #W7318102?")
const look = [calling("a", "get_order", { order_id: "#W7318102" }), answering("a", order)]
const done = assistant("It is on its way.")

const check = (messages: ReadonlyArray<Message>, options = {}) => found(toolHygiene, messages, options, { tools })
const checkCodes = (messages: ReadonlyArray<Message>, options = {}) => codes(toolHygiene, messages, options, { tools })

describe("tool-hygiene", () => {
  it("keeps calls of known tools with valid arguments that somebody named", () =>
    assert.deepStrictEqual(
      check([ask, ...look, calling("b", "get_product", { product_id: "9645453514" }), answering("b", {}), done]),
      []
    ))

  it("rejects tools that are not offered, and none where no tools are known", () => {
    const messages = [
      ask,
      calling("a", "look_up", { order_id: "#W7318102" }),
      answering("a", "Error: no such tool"),
      done
    ]
    assert.deepStrictEqual(findings(toolHygiene, messages, {}, { tools }), [
      {
        code: "UNKNOWN_TOOL",
        reason: "Message 1 calls look_up, which is not offered.",
        evidence: { message: 1, tool: "look_up", tool_call_id: "a" }
      }
    ])
    assert.deepStrictEqual(codes(toolHygiene, messages), [])
  })

  it("rejects arguments that are no object", () => {
    for (const text of ['"#W7318102"', "[1]", "{broken", "", "null"]) {
      assert.deepStrictEqual(check([ask, calling("a", "get_order", text), answering("a", "Error"), done]), [
        "ARGUMENTS_NOT_OBJECT: The arguments of get_order in message 1 are not a JSON object."
      ])
    }
  })

  it("rejects arguments that break the schema, one finding each, with a pointer", () => {
    const wrong = { order_id: "#W7318102", copies: 0, on: "tomorrow", colour: "red" }
    const called = (input: unknown) => [ask, calling("a", "send", input), answering("a", "ok"), done]
    assert.deepStrictEqual(check(called(wrong)), [
      "INVALID_ARGUMENTS: An argument of send in message 1 is not valid: /colour is not a parameter of this tool."
    ])
    assert.deepStrictEqual(
      findings(toolHygiene, called({ order_id: "#W7318102", copies: 0, on: "tomorrow" }), {}, { tools }).map(
        ({ evidence }) => evidence.pointer
      ),
      ["/copies", "/on"]
    )
    assert.deepStrictEqual(check(called({ copies: "2" })), [
      "INVALID_ARGUMENTS: An argument of send in message 1 is not valid: /order_id is required.",
      "INVALID_ARGUMENTS: An argument of send in message 1 is not valid: /copies must be an integer, is a string."
    ])
  })

  it("rejects a call that nobody answers, also at the very end", () => {
    assert.deepStrictEqual(findings(toolHygiene, [ask, look[0] as Message, done], {}, { tools }), [
      {
        code: "UNANSWERED_CALL",
        reason: "No message answers the call of get_order in message 1.",
        evidence: { message: 1, tool: "get_order", tool_call_id: "a", answer: null }
      }
    ])
    assert.deepStrictEqual(checkCodes([ask, look[0] as Message]), ["UNANSWERED_CALL"])
  })

  it("rejects an answer that comes too late, and one to a call that is not open", () => {
    const [call, answer] = look as [Message, Message]
    assert.deepStrictEqual(check([ask, call, done, answer]), [
      "LATE_RESULT: Message 2 comes before the answer to the call of get_order in message 1."
    ])
    assert.deepStrictEqual(check([ask, call, answer, answer, done]), [
      'UNKNOWN_CALL_ID: Message 3 answers the call "a", which is not open.'
    ])
  })

  it("keeps several calls of one message that are answered one after the other", () => {
    const both: Message = {
      ...assistant("Let me look."),
      tool_calls: [
        ...(calling("a", "get_order", { order_id: "#W7318102" }).tool_calls ?? []),
        ...(calling("b", "get_user", { user_id: "mei_lopez_4821" }).tool_calls ?? [])
      ]
    }
    const messages = [
      user("I am mei_lopez_4821, order #W7318102."),
      both,
      answering("a", order),
      answering("b", {}),
      done
    ]
    assert.deepStrictEqual(check(messages), [])
    assert.deepStrictEqual(check(messages, { forbidTextWithCall: true }), [
      "TEXT_WITH_CALL: Message 1 calls a tool and says something too."
    ])
  })

  it("rejects identifiers that came out of nowhere, the example in the tool's description among them", () => {
    assert.deepStrictEqual(
      findings(
        toolHygiene,
        [ask, calling("a", "get_order", { order_id: "#W4410375" }), answering("a", "Error"), done],
        {},
        { tools }
      ),
      [
        {
          code: "INVENTED_ARGUMENT",
          reason: 'get_order in message 1 gets /order_id "#W4410375", which nobody has mentioned.',
          evidence: { message: 1, tool: "get_order", pointer: "/order_id", value: "#W4410375" }
        }
      ]
    )
    assert.deepStrictEqual(
      checkCodes([ask, calling("a", "get_order", { order_id: "#W731810" }), answering("a", "Error"), done]),
      ["INVENTED_ARGUMENT"]
    )
    assert.deepStrictEqual(
      checkCodes([ask, calling("a", "get_order", { order_id: "#W4410375" }), answering("a", "Error"), done], {
        inventedArguments: false
      }),
      []
    )
  })

  it("knows an identifier by its digits, in whatever way a person writes it, in English and Chinese", () => {
    for (const line of [
      "order 7318102",
      "w7318102, please",
      "It is W731-8102.",
      "订单W7318102在哪里？",
      "订单号：＃W 731 8102"
    ]) {
      assert.deepStrictEqual([line, ...checkCodes([user(line), ...look, done])], [line])
    }
  })

  it("knows an identifier in full-width letters, and asks nobody for a ticker", () => {
    assert.deepStrictEqual(check([user("查一下订单＃Ｗ７３１８１０２"), ...look, done]), [])
    const quote = [calling("b", "quote", { ticker: "600519" }), answering("b", {}), done]
    assert.deepStrictEqual(codes(toolHygiene, [user("茅台多少钱？"), ...quote]), [])
  })

  it("rejects a day that no calendar has, and an answer about another day", () => {
    const days = (asked: object, answer: object) =>
      codes(toolHygiene, [ask, calling("b", "plan", asked), answering("b", answer), done])
    assert.deepStrictEqual(days({ date: "2025-02-28", at: "2024-02-29T23:59" }, {}), [])
    assert.deepStrictEqual(days({ date: "2025-02-29" }, {}), ["INVALID_ARGUMENTS"])
    assert.deepStrictEqual(days({ start: "2025-06-05T15:61" }, {}), ["INVALID_ARGUMENTS"])
    assert.deepStrictEqual(days({ date: "2025-13-01" }, {}), ["INVALID_ARGUMENTS"])
    assert.deepStrictEqual(days({ card: "44-22", month: "2025-13" }, {}), [])
    assert.deepStrictEqual(days({ date: "2025-06-05" }, { date: "2025-06-05T09:00:00" }), [])
    assert.deepStrictEqual(days({ date: "2025-06-05" }, { events: [{ date: "2025-06-06" }] }), [])
    assert.deepStrictEqual(days({ date: "2025-06-05" }, { date: "2025-06-06" }), ["ANSWER_MISMATCH"])
  })

  it("does not ask where amounts, dates, prose and listed choices come from", () => {
    const paid = [
      ask,
      calling("a", "cancel", { order_id: "#W7318102", reason: "code 12345" }),
      answering("a", "ok"),
      calling("b", "send", { order_id: "#W7318102", copies: 12345, on: "2024-05-06" }),
      answering("b", "ok"),
      done
    ]
    assert.deepStrictEqual(check(paid), [])
  })

  it("rejects a known identifier of another kind of thing, by where it stood and by what it looks like", () => {
    const product = calling("b", "get_product", { product_id: "5425307577" })
    assert.deepStrictEqual(
      findings(toolHygiene, [ask, ...look, product, answering("b", "Error"), done], {}, { tools }),
      [
        {
          code: "MISPLACED_ARGUMENT",
          reason: 'get_product in message 3 gets /product_id "5425307577", which is known as item.',
          evidence: { message: 3, tool: "get_product", pointer: "/product_id", value: "5425307577", known_as: ["item"] }
        }
      ]
    )
    assert.deepStrictEqual(
      check([ask, calling("a", "get_user", { user_id: "#W7318102" }), answering("a", "Error"), done]),
      ['MISPLACED_ARGUMENT: get_user in message 1 gets /user_id "#W7318102", which is known as order.']
    )
  })

  it("rejects an identifier within words that nobody named, and keeps years and round numbers", () => {
    const sent = (text: string) => [
      user("Send #W7318102 to Suite 382, 633 Larkspur Way."),
      calling("a", "note", { text }),
      answering("a", "ok"),
      done
    ]
    const noting = (text: string) =>
      findings(toolHygiene, sent(text), {}, { tools: [tool("note", { text: { type: "string" } })] }).map(
        ({ code, evidence }) => `${code} ${String(evidence.value)}`
      )
    assert.deepStrictEqual(
      noting("Suite 382 at 633 Larkspur Way, order #W7318102, the top 100 of 2024, 18.50 + 4.25"),
      []
    )
    assert.deepStrictEqual(noting("Suite 387"), ["INVENTED_ARGUMENT 387"])
    assert.deepStrictEqual(noting("Refund for #W7318120"), ["INVENTED_ARGUMENT #W7318120"])
  })

  it("rejects a call whose answer is about something else", () => {
    const asked = [
      user("Is it #W7318102 or #W2222222?"),
      calling("a", "get_order", { order_id: "#W2222222" }),
      answering("a", order),
      done
    ]
    assert.deepStrictEqual(findings(toolHygiene, asked, {}, { tools }), [
      {
        code: "ANSWER_MISMATCH",
        reason: 'get_order in message 1 asks for order_id "#W2222222", and is answered with "#W7318102".',
        evidence: { message: 1, tool: "get_order", pointer: "/order_id", value: "#W2222222", answered: ["#W7318102"] }
      }
    ])
    assert.deepStrictEqual(check(asked, { answersRepeatArguments: false }), [])
  })

  it("holds lists and choices against the answer too", () => {
    const offered = [
      tool("return_items", {
        item_ids: { type: "array", items: { type: "string" } },
        reason: { type: "string", enum: ["broken", "late"] }
      })
    ]
    const returned = (item_ids: ReadonlyArray<string>, reason: string) =>
      found(
        toolHygiene,
        [
          user("Return 11111 and 22222, they are broken; not 33333."),
          calling("a", "return_items", { item_ids, reason }),
          answering("a", {
            return_items: ["11111", "22222"],
            return_reason: "broken",
            parcels: [{ item_ids: ["11111", "22222", "33333"] }]
          }),
          done
        ],
        {},
        { tools: offered }
      )
    assert.deepStrictEqual(returned(["22222", "11111"], "broken"), [])
    assert.deepStrictEqual(returned(["11111", "33333"], "broken"), [
      'ANSWER_MISMATCH: return_items in message 1 asks for item_ids ["11111","33333"], and is answered with "11111", "22222".'
    ])
    assert.deepStrictEqual(returned(["11111", "11111"], "broken").length, 1)
    assert.deepStrictEqual(returned(["11111", "22222"], "late"), [
      'ANSWER_MISMATCH: return_items in message 1 asks for reason "late", and is answered with "broken".'
    ])
  })

  it("takes two names of one thing for one once a value has had both", () => {
    const booked = [
      user("I am customer C10001, and my friend is C20002."),
      calling("a", "get_user", { user_id: "C10001" }),
      answering("a", { customer_id: "C10001", friends: [{ customer_id: "C20002" }] }),
      calling("b", "get_user", { user_id: "C20002" }),
      answering("b", {}),
      done
    ]
    assert.deepStrictEqual(check(booked), [])
  })
})
