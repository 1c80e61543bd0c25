import { assert, describe, it } from "@effect/vitest"
import { dropReason, type FilterContext } from "../../../pipelines/apigen-mt/candidate-filters.ts"
import { foreignFacts, knownFacts } from "../../../pipelines/apigen-mt/facts.ts"
import { grams, overlap } from "../../../pipelines/apigen-mt/overlap.ts"
import { STOP } from "../../../pipelines/apigen-mt/prompts/human.ts"
import { reportsDone } from "../../../pipelines/apigen-mt/speech.ts"
import type { UserView } from "../../../stages/conversation.ts"

const instruction =
  "You are Ada Quill, e-mail ada.quill@mail.example. You want to cancel order #W1234567 because you ordered it by mistake, and you want to know what you get back for it in the end."
const persona = "a lighthouse keeper who writes long letters to an old friend every single Sunday"
const view = (...lines: ReadonlyArray<string>): UserView => ({
  turn: Math.floor(lines.length / 2),
  lines: lines.map((text, index) => ({ from: index % 2 === 0 ? "agent" : "user", text }))
})
const context = (seen: UserView): FilterContext => ({
  instruction: grams(instruction),
  persona: grams(persona),
  tools: ["cancel_pending_order"],
  known: knownFacts(`${instruction}\n${seen.lines.map((line) => line.text).join("\n")}`),
  maxCharacters: 200
})
const drop = (text: string, ...lines: ReadonlyArray<string>) => {
  const seen = view(...(lines.length === 0 ? ["Hello, what can I do for you?"] : lines))
  return dropReason(text, seen, context(seen))
}

describe("hard filters of the human's candidates (spec 3.3)", () => {
  it("pass what a customer may say", () => {
    assert.isNull(drop("Hi, this is Ada Quill, I'd like to cancel #W1234567."))
    assert.isNull(drop("W1234567 it is, and my mail is ada.quill@mail.example"))
    assert.isNull(drop("Yes, $42.10 is fine.", "You get $42.10 back. Shall I go ahead?"))
  })

  it("EMPTY and TOO_LONG", () => {
    assert.strictEqual(drop("  "), "EMPTY")
    assert.strictEqual(drop("so ".repeat(80)), "TOO_LONG")
  })

  it("FOREIGN_FACT: an id, an amount or a name that nobody has given", () => {
    assert.strictEqual(drop("It is about #W7654321."), "FOREIGN_FACT")
    assert.strictEqual(drop("I paid $42.10 for it."), "FOREIGN_FACT")
    assert.strictEqual(drop("Write to ada@other.example please."), "FOREIGN_FACT")
    assert.strictEqual(drop("My name is Berta Bloom."), "FOREIGN_FACT")
    assert.isNull(drop("It is #W7654321, yes.", "Do you mean #W7654321 or #W1234567?"))
  })

  it("TOOL_NAME", () => assert.strictEqual(drop("Run cancel_pending_order for me."), "TOOL_NAME"))

  it("PERSONA_TEXT", () =>
    assert.strictEqual(drop("I am a keeper who writes long letters to an old friend every Sunday."), "PERSONA_TEXT"))

  it("VERBATIM: more than 60 % of the 8-grams stand in the instruction", () => {
    assert.strictEqual(
      drop("I want to cancel order #W1234567 because you ordered it by mistake, and you want"),
      "VERBATIM"
    )
    assert.isNull(drop("I made a mistake with #W1234567, please undo it, and tell me what comes back to me."))
  })

  it("PREMATURE_STOP: the marker while the agent waits for an answer, or before it has reported what was agreed to", () => {
    const question = "I will cancel #W1234567. Shall I go ahead?"
    assert.strictEqual(drop(`Yes! ${STOP}`, question), "PREMATURE_STOP")
    assert.strictEqual(
      drop(STOP, "Hello.", "Cancel it", question, "Yes, go ahead", "One moment, please."),
      "PREMATURE_STOP"
    )
    assert.isNull(drop(STOP, "Hello.", "Cancel it", question, "Yes, go ahead", "Order #W1234567 has been cancelled."))
    assert.isNull(
      drop(STOP, "Hello.", "Cancel it", question, "Yes, go ahead", "I'm sorry, I cannot cancel it after all.")
    )
  })
})

describe("foreignFacts", () => {
  it("knows a fact whatever its case, number sign or currency sign", () => {
    const known = knownFacts("order #W1234567, $1,042.10, zip 07121")
    assert.deepStrictEqual(foreignFacts("w1234567 and 1042.10 and 07121 and 2 items", known), [])
    assert.deepStrictEqual(foreignFacts("#W1234568 and 43.20 and 07122", known), ["#W1234568", "43.20", "07122"])
  })
})

describe("a model that is stuck on one sign", () => {
  const stuck = ["1,", "1.", "sk-", "?", "a_", "a@"]
  for (const sign of stuck) {
    it(`costs no more than its length: ${sign}`, () => {
      const text = `it is done ${sign.repeat(60_000 / sign.length)}x`
      const before = performance.now()
      foreignFacts(text, knownFacts(""))
      reportsDone(text)
      // A pattern that takes the square of the length needs 4 to 17 s here.
      assert.isBelow(performance.now() - before, 2_000)
    })
  }
})

describe("overlap", () => {
  it("is the share of word 8-grams, and 0 for short texts", () => {
    const source = grams("one two three four five six seven eight nine ten")
    assert.strictEqual(overlap("One two three, four five six seven eight", source), 1)
    assert.strictEqual(overlap("zero one two three four five six seven eight", source), 0.5)
    assert.strictEqual(overlap("one two three", source), 0)
  })
})
