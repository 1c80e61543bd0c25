import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { chunksOf } from "../../../models/capabilities/chunks.ts"
import { estimatedTokens } from "../../../models/capabilities/token-estimate.ts"

const characters = (text: string) => [...text].length
const piecesOf = (text: string, maxTokens: number, overlap: number, tokens = characters) =>
  chunksOf(text, tokens, maxTokens, overlap).map(({ end, start }) => text.slice(start, end))

describe("chunksOf", () => {
  it("leaves a text that fits in one piece", () => {
    assert.deepStrictEqual(piecesOf("ten letter", 10, 0.5), ["ten letter"])
    assert.deepStrictEqual(piecesOf("", 10, 0.5), [""])
  })

  it("cuts behind white space where there is some, and repeats whole words", () => {
    assert.deepStrictEqual(piecesOf("one two three four five six", 12, 0.5), [
      "one two ",
      "two three ",
      "three four ",
      "four five ",
      "five six"
    ])
  })

  it("cuts text without white space to the character: 中文", () => {
    assert.deepStrictEqual(piecesOf("我想取消我的订单因为太慢了", 6, 0), ["我想取消我的", "订单因为太慢", "了"])
  })

  it("never cuts a character in two", () => {
    assert.deepStrictEqual(piecesOf("😀😀😀😀😀", 2, 0), ["😀😀", "😀😀", "😀"])
    assert.deepStrictEqual(
      piecesOf("a😀b😀c", 1, 0, (text) => text.length),
      ["a", "😀", "b", "😀", "c"]
    )
  })

  it("needs time that is linear in the text, also where nobody knows how long a token is", () => {
    for (const perToken of [1, 200]) {
      let counted = 0
      const text = "word ".repeat(20_000)
      chunksOf(
        text,
        (piece) => {
          counted += piece.length
          return Math.ceil(piece.length / perToken)
        },
        64,
        1 / 8
      )
      assert.isBelow(counted, text.length * 40, `${perToken} characters a token`)
    }
  })

  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "中", "😀", "\ud83d", "\ude00"), maxLength: 300 })
  )
  const counters = fc.constantFrom(
    characters,
    (text: string) => Buffer.byteLength(text),
    estimatedTokens,
    // Merging makes a longer text shorter, as vocabularies do.
    (text: string) => text.replaceAll("ab", "").length + 2
  )

  it("covers every text with pieces that fit, in order, none inside another and none cutting a pair", () => {
    fc.assert(
      fc.property(
        texts,
        counters,
        fc.integer({ min: 3, max: 40 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (text, tokens, maxTokens, overlap) => {
          const chunks = chunksOf(text, tokens, maxTokens, overlap)
          assert.strictEqual(chunks[0]?.start, 0)
          assert.strictEqual(chunks.at(-1)?.end, text.length)
          for (const [index, { end, start }] of chunks.entries()) {
            const piece = text.slice(start, end)
            assert.isTrue(
              tokens(piece) <= maxTokens || [...piece].length === 1,
              `${JSON.stringify(piece)} does not fit`
            )
            for (const border of [start, end]) {
              assert.isFalse(/^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(border - 1, border + 1)))
            }
            const next = chunks[index + 1]
            if (next === undefined) continue
            assert.isAbove(next.start, start)
            assert.isAbove(next.end, end)
            assert.isAtMost(next.start, end)
            if (overlap === 0) assert.strictEqual(next.start, end)
          }
        }
      ),
      { numRuns: 500 }
    )
  })
})

describe("estimatedTokens", () => {
  it("counts four Latin letters, two of another script, and each Chinese character and sign as one", () => {
    assert.strictEqual(estimatedTokens("refund"), 2)
    assert.strictEqual(estimatedTokens("我想退款。"), 5)
    assert.strictEqual(estimatedTokens("заказ"), 3)
    assert.strictEqual(estimatedTokens("  \n "), 0)
  })
})
