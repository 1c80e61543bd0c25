import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { sentenceAt, sentences } from "../../../stages/text/sentences.ts"

const split = (text: string) => sentences(text).map((sentence) => sentence.text)

describe("sentences", () => {
  it("ends at marks, not in numbers, addresses, abbreviations and initials", () =>
    assert.deepStrictEqual(split("Mr. Smith paid $3.50. Really? See a.b@c.org, e.g. now! J. Doe agrees."), [
      "Mr. Smith paid $3.50.",
      "Really?",
      "See a.b@c.org, e.g. now!",
      "J. Doe agrees."
    ]))

  it("ends at Chinese marks without a space, and takes closing quotes along", () =>
    assert.deepStrictEqual(split("他说：“不。”然后走了！好的；谢谢…行吗？Yes.好"), [
      "他说：“不。”",
      "然后走了！",
      "好的；",
      "谢谢…",
      "行吗？",
      "Yes.",
      "好"
    ]))

  it("takes each line of a list for one, its number with it", () =>
    assert.deepStrictEqual(split("Two things:\n1. Pay it\n2. Send it\n\n- Wait"), [
      "Two things:",
      "1. Pay it",
      "2. Send it",
      "- Wait"
    ]))

  it("ends after the pronoun I, unlike after an initial", () =>
    assert.deepStrictEqual(split("So do I. You too."), ["So do I.", "You too."]))

  it("gives stretches of the text in order, without a letter lost", () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab. !?。！\n1I") }), (text) => {
        const found = sentences(text)
        for (const [place, { end, start, text: sentence }] of found.entries()) {
          assert.strictEqual(text.slice(start, end), sentence)
          assert.isAtLeast(start, found[place - 1]?.end ?? 0)
          assert.notStrictEqual(sentence.trim(), "")
        }
        assert.strictEqual(
          found
            .map((each) => each.text)
            .join("")
            .replace(/\s/g, ""),
          text.replace(/\s/g, "")
        )
      })
    ))

  it("finds the sentence of a position", () => {
    const all = sentences("One. Two.")
    assert.deepStrictEqual(
      [0, 3, 4, 5, 8].map((position) => sentenceAt(all, position)?.text),
      ["One.", "One.", "One.", "Two.", "Two."]
    )
    assert.isNull(sentenceAt([], 0))
  })

  it("reads a long run of dots once, whatever follows it", () => {
    const dots = ".".repeat(200_000)
    assert.deepStrictEqual(
      sentences(`Salt${dots}page 9. Pepper${dots} The end`).map(({ text }) => text.length),
      [`Salt${dots}page 9.`.length, `Pepper${dots}`.length, "The end".length]
    )
    assert.strictEqual(sentences(`${'.".'.repeat(100_000)}x`).length, 1)
  })
})
