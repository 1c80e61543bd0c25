import { assert, describe, it } from "@effect/vitest"
import { assistant, type Message, system, user } from "../../../schemas/message.ts"
import { structure } from "../../../stages/filters/structure.ts"
import { talk } from "../../support/filter-lab.ts"
import { answering, calling, codes, findings, found } from "../../support/rule-lab.ts"

const whole: ReadonlyArray<Message> = [
  system("You serve customers."),
  user("Where is my order?"),
  calling("a", "get_order", { order_id: "#W1234567" }),
  answering("a", ""),
  assistant("It is on its way."),
  user("谢谢"),
  assistant("不客气。")
]

describe("structure", () => {
  it("keeps a dialogue with calls, an empty tool answer and two languages", () =>
    assert.deepStrictEqual(found(structure, whole), []))

  it("rejects a dialogue without messages", () =>
    assert.deepStrictEqual(found(structure, []), ["NO_MESSAGES: The dialogue has no message."]))

  it("rejects a system message in the middle", () =>
    assert.deepStrictEqual(findings(structure, [user("Hi"), system("Be kind."), assistant("Hello")]), [
      {
        code: "SYSTEM_NOT_FIRST",
        reason: "Message 1 is a system message; only the first may be one.",
        evidence: { message: 1, role: "system", after: "user" }
      }
    ]))

  it("rejects whoever should not begin", () => {
    const greeting = [assistant("Hello, what can I do?"), user("Hi"), assistant("Yes?")]
    assert.deepStrictEqual(found(structure, greeting), [
      "WRONG_BEGINNING: Message 0 is the first and of role assistant; the user should begin."
    ])
    assert.deepStrictEqual(codes(structure, greeting, { begins: "either" }), [])
    assert.deepStrictEqual(found(structure, [answering("a", "1"), ...greeting], { begins: "either" }), [
      "WRONG_BEGINNING: Message 0 is the first and of role tool; the user or the assistant should begin.",
      'TOOL_WITHOUT_CALL: Message 0 answers the call "a", which is not open.'
    ])
  })

  it("rejects two messages of one party in a row, and lets pass as many as it is told to", () => {
    const twice = [user("Hi"), user("Anybody there?"), assistant("Yes.")]
    assert.deepStrictEqual(findings(structure, twice), [
      {
        code: "SAME_ROLE",
        reason: "Message 1 is the user's number 2 in a row; at most 1 may be.",
        evidence: { message: 1, role: "user", after: "user", in_a_row: 2 }
      }
    ])
    assert.deepStrictEqual(found(structure, twice, { maxSameRole: 2 }), [])
  })

  it("rejects a user who speaks before the assistant has made use of a tool's answer, and a call that is passed over", () => {
    const messages = [
      user("Hi"),
      calling("a", "look"),
      answering("a", "1"),
      user("And?"),
      calling("b", "look"),
      assistant("One.")
    ]
    assert.deepStrictEqual(found(structure, messages), [
      "ROLE_ORDER: Message 3 of role user follows a message of role tool.",
      "ROLE_ORDER: Message 5 of role assistant follows a tool call."
    ])
  })

  it("rejects messages that say nothing", () =>
    assert.deepStrictEqual(
      found(structure, [user("  "), { role: "assistant", content: null }, user("Hi"), assistant("Hello")], {
        minTurns: 1
      }),
      ["EMPTY: Message 0 of role user is empty.", "EMPTY: Message 1 of role assistant is empty."]
    ))

  it("rejects placeholders for a whole message, in English and Chinese", () => {
    for (const text of [
      "xxx",
      "...",
      "x.x",
      "TODO",
      "……",
      "“…”",
      "[placeholder]",
      "Lorem ipsum dolor sit amet",
      "待补充",
      "（此处省略）",
      "ｘｘｘ",
      "null.",
      "N/A",
      "Sample text",
      "[Assistant's reply goes here]",
      "<your message>",
      "(to be written)",
      "【此处填写回答】",
      "（略）",
      "暂无"
    ]) {
      assert.deepStrictEqual(found(structure, [user("Hi"), assistant(text)]), [
        `PLACEHOLDER: Message 1 of role assistant holds the placeholder ${JSON.stringify(text)}.`
      ])
    }
  })

  it("rejects holes that a form left in a message", () => {
    for (const [text, hole] of [
      ["Dear [Your Name], it is done.", "[Your Name]"],
      ["Order {{order_id}} is done.", "{{order_id}}"],
      ["Please see <insert link here> for more.", "<insert link here>"],
      ["TODO: write the answer", "TODO:"],
      ["Call us at xxx today.", "xxx"],
      ["您好，【姓名】，已办好。", "【姓名】"],
      ["[客户姓名]您好，您的订单已发货。", "[客户姓名]"],
      ["Your order [Order Number] is on its way.", "[Order Number]"]
    ] as const) {
      const [finding] = findings(structure, [user("Hi"), assistant(text)])
      assert.deepStrictEqual(
        [finding?.code, finding?.evidence],
        ["PLACEHOLDER", { message: 1, role: "assistant", found: hole }]
      )
    }
  })

  it("keeps what only looks like a placeholder: sizes, to-do lists, short answers, indexed values", () => {
    const talked = talk(
      "The XXL or the XXXL?",
      "None.",
      "Put it on my TODO list",
      "Use items[0] and {a: 1}.",
      "无",
      "[laughs] Sure.",
      "?",
      "OK"
    )
    assert.deepStrictEqual(found(structure, talked), [])
  })

  it("keeps what stands in code, and expressions between braces", () => {
    for (const line of [
      "Write it so:\n```js\n// TODO: (owner) what is missing\nconst xxx = {{ name }}\n```",
      "A `{{ name }}` is an expression.",
      "In Vue, {{ value == null }} works too."
    ]) {
      assert.deepStrictEqual(codes(structure, talk("How?", line)), [], line)
    }
    for (const line of [
      "Dear {{name}}, it is on its way.",
      "您好，{{姓名}}，已发货。",
      "```\ncode\n```\nDear {{name}}!"
    ]) {
      assert.deepStrictEqual(codes(structure, talk("How?", line)), ["PLACEHOLDER"], line)
    }
  })

  it("rejects tool messages that answer no call, and calls that share an id", () => {
    const messages = [
      user("Hi"),
      calling("a", "look"),
      answering("a", "1"),
      answering("z", "2"),
      calling("a", "look"),
      answering("a", "3"),
      assistant("Done.")
    ]
    assert.deepStrictEqual(findings(structure, messages), [
      {
        code: "TOOL_WITHOUT_CALL",
        reason: 'Message 3 answers the call "z", which is not open.',
        evidence: { message: 3, tool_call_id: "z" }
      },
      {
        code: "DUPLICATE_CALL_ID",
        reason: 'Message 4 makes a call with the id "a", which an earlier one has.',
        evidence: { message: 4, tool_call_id: "a" }
      }
    ])
  })

  it("rejects an end in the middle: a user, a call, a tool's answer", () => {
    const begun = [user("Hi"), assistant("Hello")]
    assert.deepStrictEqual(found(structure, [...begun, user("Where is it?")]), [
      "IRREGULAR_END: The dialogue ends with a message of role user; the assistant should have the last word."
    ])
    const called = [...begun, user("Where is it?"), calling("a", "look")]
    assert.deepStrictEqual(found(structure, called), [
      "IRREGULAR_END: The dialogue ends with a tool call; the assistant should have the last word."
    ])
    assert.deepStrictEqual(codes(structure, [...called, answering("a", "1")]), ["IRREGULAR_END"])
    assert.deepStrictEqual(codes(structure, [...begun, user("Bye")], { ends: "either" }), [])
  })

  it("takes the answer of a terminating tool for a regular end", () => {
    const transferred = [
      user("Hi"),
      assistant("Hello"),
      user("A person, please"),
      calling("a", "transfer_to_human_agents"),
      answering("a", "ok")
    ]
    assert.deepStrictEqual(codes(structure, transferred), [])
    assert.deepStrictEqual(codes(structure, transferred, { closingTools: [] }), ["IRREGULAR_END"])
  })

  it("counts messages with text, and says which limit was broken", () => {
    assert.deepStrictEqual(findings(structure, talk("Hi", "Hello"), { minTurns: 4 }), [
      {
        code: "TOO_FEW_TURNS",
        reason: "The dialogue has 2 turns; at least 4 are wanted.",
        evidence: { turns: 2, limit: 4 }
      }
    ])
    assert.deepStrictEqual(found(structure, talk("Hi", "Hello", "Bye", "Bye"), { maxTurns: 2 }), [
      "TOO_MANY_TURNS: The dialogue has 4 turns; at most 2 are wanted."
    ])
  })
})
