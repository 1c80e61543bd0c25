import { assert, describe, it } from "@effect/vitest"
import { repetition } from "../../../stages/filters/repetition.ts"
import { talk } from "../../support/filter-lab.ts"
import { codes, findings, found } from "../../support/rule-lab.ts"

const QUESTION = "Which address should it go to, with street and zip code?"

describe("repetition", () => {
  it("keeps short lines that are said again, and turns that differ in their numbers", () => {
    const english = talk(
      "Cancel order #W1111111, please, I no longer need it.",
      "Order #W1111111 has been cancelled. Anything else?",
      "Cancel order #W2222222, please, I no longer need it.",
      "Order #W2222222 has been cancelled. Anything else?",
      "Yes, please.",
      "Yes, please.",
      "Yes, please."
    )
    assert.deepStrictEqual(found(repetition, english), [])
    assert.deepStrictEqual(found(repetition, talk("好的，谢谢您。", "不客气。", "好的，谢谢您。", "哈哈哈哈哈哈")), [])
  })

  it("rejects a turn that says the same as an earlier one, whatever its case and marks", () => {
    const line = "I have looked at it and the parcel is on its way to you."
    assert.deepStrictEqual(
      findings(repetition, talk("Where is it?", line, "And now?", line.toUpperCase().replace(".", "!!"))),
      [
        {
          code: "COPIED_TURN",
          reason: "Message 3 (assistant) says the same as message 1 (assistant).",
          evidence: { message: 3, role: "assistant", original: 1, text: line.toUpperCase().replace(".", "!!") }
        }
      ]
    )
  })

  it("rejects an echo of the other party, and a copy in Chinese", () => {
    const line = "I would like to send this blue lamp back to you"
    assert.deepStrictEqual(found(repetition, talk(line, line)), [
      "COPIED_TURN: Message 1 (assistant) says the same as message 0 (user)."
    ])
    const chinese = "您的订单已经从上海的仓库发出了。"
    assert.deepStrictEqual(codes(repetition, talk("在哪里？", chinese, "现在呢？", chinese)), ["COPIED_TURN"])
  })

  it("rejects a user's question that comes again, whatever numbers were said between, and nine characters of Chinese", () => {
    const talks = [
      talk(
        "When is rent due each month?",
        "On the 1st.",
        "And when does it end?",
        "In 2025.",
        "When is rent due each month?"
      ),
      talk("那第一次要交多少钱？", "一共18000元。", "租到什么时候？", "2025年2月。", "那第一次要交多少钱？")
    ]
    for (const messages of talks) {
      assert.deepStrictEqual(found(repetition, messages), [
        "COPIED_TURN: Message 4 (user) says the same as message 0 (user)."
      ])
    }
  })

  it("lets a bare question be asked a second time for something new, not a third time, nor without anything new", () => {
    const asked = talk(
      "Change where order #W1111111 goes.",
      QUESTION,
      "To 1 Oak Lane.",
      "Done.",
      "Now order #W2222222 too.",
      QUESTION
    )
    assert.deepStrictEqual(codes(repetition, asked), [])
    assert.deepStrictEqual(
      codes(repetition, [...asked, ...talk("To 2 Elm Road.", "Done.", "And order #W3333333.", QUESTION)]),
      ["COPIED_TURN"]
    )
    assert.deepStrictEqual(
      codes(repetition, talk("Change where it goes.", QUESTION, "To 1 Oak Lane.", "Done.", "Thank you.", QUESTION)),
      ["COPIED_TURN"]
    )
    assert.deepStrictEqual(codes(repetition, talk("Change where it goes.", QUESTION, "To 12345 Oak Lane.", QUESTION)), [
      "COPIED_TURN"
    ])
  })

  it("rejects the fourth time of one line inside messages", () => {
    const line = "Please keep this number for your own records."
    const list = [line, "One", line, "Two", line, "Three", line].join("\n")
    assert.deepStrictEqual(findings(repetition, talk("Hi", list)), [
      {
        code: "REPEATED_LINE",
        reason: 'Message 1 (assistant) has a line for the 4th time: "Please keep this number for your own records.".',
        evidence: { message: 1, role: "assistant", count: 4, line }
      }
    ])
  })

  it("rejects stretches that follow themselves, at their shortest unit", () => {
    assert.deepStrictEqual(findings(repetition, talk("Hi", `It is ${"on its way and ".repeat(5)}there.`)), [
      {
        code: "LOOP",
        reason: 'Message 1 (assistant) says "on its way and" 5 times in a row.',
        evidence: { message: 1, role: "assistant", count: 5, unit: "on its way and" }
      }
    ])
    assert.deepStrictEqual(found(repetition, talk("Hi", "no no no no no")), [
      'LOOP: Message 1 (assistant) says "no" 5 times in a row.'
    ])
    assert.deepStrictEqual(found(repetition, talk("Hi", "no no no no")), [])
    assert.deepStrictEqual(codes(repetition, talk("你好", "我知道了".repeat(5))), ["LOOP"])
  })

  it("rejects runs of one character, but not rules of dashes", () => {
    assert.deepStrictEqual(findings(repetition, talk("Hi", `Sooo${"o".repeat(8)} good`)), [
      {
        code: "CHARACTER_RUN",
        reason: 'Message 1 (assistant) has the character "o" 11 times in a row.',
        evidence: { message: 1, role: "assistant", character: "o", count: 11 }
      }
    ])
    assert.deepStrictEqual(codes(repetition, talk("啊".repeat(11), "---".repeat(20))), ["CHARACTER_RUN"])
  })

  it("rejects text that goes round in few words", () => {
    const round = Array.from(
      { length: 70 },
      (_, place) => ["the", "lamp", "is", "very", "good"][(place * place + (place >> 2)) % 5]
    ).join(" ")
    assert.deepStrictEqual(findings(repetition, talk("Hi", round), { maxRepeats: 100 }), [
      {
        code: "LOW_VARIETY",
        reason: "Message 1 (assistant) has 8 % different tokens among 60; at least 20 %.",
        evidence: { message: 1, role: "assistant", share: 5 / 60, least: 0.2 }
      }
    ])
  })
})
