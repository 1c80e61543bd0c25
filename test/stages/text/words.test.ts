import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { jaccard, sizeOf, tokens, words } from "../../../stages/text/words.ts"

describe("words", () => {
  it("are runs of letters and digits, apostrophes inside, without punctuation", () =>
    assert.deepStrictEqual(words("It's 3.50 — co-op, naïve O’Neil's!"), [
      "It's",
      "3",
      "50",
      "co",
      "op",
      "naïve",
      "O’Neil's"
    ]))

  it("are single characters where a script has no spaces", () => {
    assert.deepStrictEqual(words("买2本Kindle书，好"), ["买", "2", "本", "Kindle", "书", "好"])
    assert.deepStrictEqual(words("こんにちは"), [..."こんにちは"])
    assert.deepStrictEqual(words("안녕 하세요"), ["안녕", "하세요"])
  })

  it("are counted in both measures", () => assert.deepStrictEqual(sizeOf("买 2 本 books"), { words: 2, characters: 2 }))

  it("stand where they say", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const token of tokens(text)) assert.strictEqual(text.slice(token.start, token.end), token.text)
      })
    ))

  it("are compared as sets", () => {
    assert.strictEqual(jaccard(["a", "b", "b"], ["b", "c"]), 1 / 3)
    assert.strictEqual(jaccard([], []), 0)
  })
})
