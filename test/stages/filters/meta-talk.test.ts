import { assert, describe, it } from "@effect/vitest"
import { assistant, system, user } from "../../../schemas/message.ts"
import { metaTalk } from "../../../stages/filters/meta-talk.ts"
import { talk } from "../../support/filter-lab.ts"
import { codes, findings, found } from "../../support/rule-lab.ts"

const says = (line: string, options = {}) => codes(metaTalk, talk("Tell me more.", line), options)

describe("meta-talk", () => {
  it("keeps talk of documents, instructions and prompts that people have", () => {
    for (const line of [
      "You will get an e-mail with instructions on how to send it back.",
      "According to our records it is $271.49.",
      "Please sign the document and send it back to us.",
      "Your reference number is 12345.",
      "Thank you for your prompt reply.",
      "请在文件上签字，然后寄回给我们。",
      "操作说明会通过邮件发给您。"
    ]) {
      assert.deepStrictEqual([line, ...says(line)], [line])
    }
  })

  it("keeps a party's talk of the text that it wrote itself", () =>
    assert.deepStrictEqual(
      codes(
        metaTalk,
        talk("Based on the text you just wrote, could you shorten it?", "Per the text I drafted, this is shorter.")
      ),
      []
    ))

  it("rejects mentions of the text behind the dialogue, in English and Chinese", () => {
    assert.deepStrictEqual(
      findings(metaTalk, talk("Who built it?", "According to the provided text, the miller did.")),
      [
        {
          code: "META_MENTION",
          reason: 'Message 1 (assistant) speaks of what stands behind the dialogue: "the provided text".',
          evidence: { message: 1, role: "assistant", found: "the provided text" }
        }
      ]
    )
    for (const line of [
      "The document states that it was built in 1783.",
      "As mentioned in the passage, the weir is low.",
      "It is in the text above.",
      "My system prompt says no.",
      "I was told to play an angry customer.",
      "In this role-play I am the angler.",
      "根据上述文档，水坝建于1783年。",
      "文中提到水坝很低。",
      "提示词里没有说明。",
      "参考资料显示它很旧。"
    ]) {
      assert.deepStrictEqual([line, ...says(line)], [line, "META_MENTION"])
    }
  })

  it("rejects bare mentions too where it is told to", () => {
    assert.deepStrictEqual(says("Please sign the document.", { mentions: "any" }), ["META_MENTION"])
    assert.deepStrictEqual(says("我看了原文。", { mentions: "any" }), ["META_MENTION"])
    assert.deepStrictEqual(says("Please sign the form.", { mentions: "any" }), [])
  })

  const instructions = [
    "You are Imogen, and you want to cancel your order because you moved to Boulder.",
    "请你扮演一位想要退货的顾客，语气要不耐烦，不要透露姓名。"
  ]

  it("rejects eight words, or twelve characters, of the instructions", () => {
    assert.deepStrictEqual(
      findings(metaTalk, [user("Well, you want to cancel YOUR order because — you moved.")], {}, { instructions }),
      [
        {
          code: "PROMPT_LEAK",
          reason:
            'Message 0 (user) repeats 9 tokens of the instructions: "you want to cancel YOUR order because — you moved".',
          evidence: {
            message: 0,
            role: "user",
            source: "instructions",
            start: 6,
            end: 55,
            tokens: 9,
            found: "you want to cancel YOUR order because — you moved"
          }
        }
      ]
    )
    assert.deepStrictEqual(codes(metaTalk, [user("I want to cancel your order because you")], {}, { instructions }), [])
    assert.deepStrictEqual(codes(metaTalk, [user("扮演一位想要退货的顾客语气好")], {}, { instructions }), [
      "PROMPT_LEAK"
    ])
    assert.deepStrictEqual(codes(metaTalk, [user("一位想要退货的顾客语气")], {}, { instructions }), [])
  })

  it("holds the system message against every message, and lets a clerk quote as much of it as it is told to", () => {
    const rules =
      "A gift card gets its refund at once, any other method of payment within 5 to 7 business days after the return has come in."
    const quoting = (line: string, options = {}) =>
      found(metaTalk, [system(rules), user("When?"), assistant(line)], options)
    const line = "You get it within 5 to 7 business days after the return has come in."
    assert.deepStrictEqual(quoting(line), [
      'PROMPT_LEAK: Message 2 (assistant) repeats 12 tokens of the system message: "within 5 to 7 business days after the return has come in".'
    ])
    assert.deepStrictEqual(quoting("You get it within 5 to 7 business days."), [])
    assert.deepStrictEqual(quoting(line, { systemWords: 13 }), [])
    assert.deepStrictEqual(quoting(rules, { systemMessage: false }), [])
  })

  it("rejects tokens of chat templates, tags and end markers", () => {
    assert.deepStrictEqual(findings(metaTalk, talk("Hi", "Hello<|im_end|>")), [
      {
        code: "SPECIAL_TOKEN",
        reason: 'Message 1 (assistant) holds "<|im_end|>".',
        evidence: { message: 1, role: "assistant", found: "<|im_end|>" }
      }
    ])
    for (const token of [
      "[INST]",
      "<<SYS>>",
      "</s>",
      "<think>",
      "###STOP###",
      "<｜User｜>",
      "<start_of_turn>",
      "<tool_call>"
    ]) {
      assert.deepStrictEqual([token, ...says(`Well ${token} yes`)], [token, "SPECIAL_TOKEN"])
    }
    assert.deepStrictEqual(says("if a < b and c > d, use <b>bold</b> or [1]"), [])
  })

  it("rejects a speaker's name at the beginning of a line", () => {
    assert.deepStrictEqual(found(metaTalk, talk("Hi", "Hello there.\nUser: And then?")), [
      'ROLE_MARKER: Message 1 (assistant) names a speaker: "User:".'
    ])
    for (const line of [
      "**Assistant:** Hello",
      "Human: hi",
      "Agent: Hello",
      "用户：你好",
      "客服：您好",
      "### Response: yes"
    ]) {
      assert.deepStrictEqual([line, ...says(line)], [line, "ROLE_MARKER"])
    }
    assert.deepStrictEqual(
      says("Here is the order:\nCustomer: Imogen Vasquez\nSystem requirements: none\n- Human resources: ext. 5"),
      []
    )
  })
})
