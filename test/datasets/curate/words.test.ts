import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { normalOffsets } from "../../../datasets/curate/normal-offsets.ts"
import { jaccard, Shingles } from "../../../datasets/curate/shingles.ts"
import { normalText, Words } from "../../../datasets/curate/words.ts"

const wordsOf = (text: string): ReadonlyArray<string> => {
  const normal = normalText(text)
  const { count, end, start } = new Words().read(normal)
  return Array.from({ length: count }, (_, at) => normal.slice(start[at], end[at]))
}
const shingles = (size: number, text: string) => Float64Array.from(new Shingles(size).of(text))

describe("words", () => {
  it("are runs of letters, marks and digits, without case or compatibility forms", () =>
    assert.deepStrictEqual(wordsOf("It's ＯＫ: order #W12, né à Köln — ﬁne!"), [
      "it",
      "s",
      "ok",
      "order",
      "w12",
      "né",
      "à",
      "köln",
      "fine"
    ]))

  it("are single characters where a script has no spaces, also beyond the basic plane, and whole words in Korean", () =>
    assert.deepStrictEqual(wordsOf("我的 order𠀀。かな カ! 주문 번호"), [
      "我",
      "的",
      "order",
      "𠀀",
      "か",
      "な",
      "カ",
      "주문",
      "번호"
    ]))

  it("are none in what is only punctuation, symbols, emoji, a lone surrogate or nothing", () =>
    assert.deepStrictEqual(["", " \n", "?!…", "😀👍", "\ud800"].map(wordsOf), [[], [], [], [], []]))

  it("have hashes that depend on the words and their order, not on what stands between them", () => {
    const gram = (text: string) => new Words().read(normalText(text)).gram(0, 2)
    assert.strictEqual(gram("Hello, world"), gram("hello   WORLD!"))
    assert.notStrictEqual(gram("hello world"), gram("world hello"))
    assert.notStrictEqual(gram("ab c"), gram("a bc"))
  })

  it("hash without a collision and below 2^53 for 200,000 different words", () => {
    const words = new Words()
    const hashes = new Set<number>()
    for (let n = 0; n < 200_000; n++) hashes.add(words.read(`w${n.toString(36)}`).gram(0, 1))
    assert.strictEqual(hashes.size, 200_000)
    assert.isTrue([...hashes].every((hash) => Number.isSafeInteger(hash) && hash >= 0))
  })
})

describe("shingles", () => {
  it("of five words are a sorted set; repeated ones count once", () => {
    assert.strictEqual(shingles(5, "a b c d e f").length, 2)
    const repeated = shingles(2, "a b a b a b")
    assert.strictEqual(repeated.length, 2)
    assert.isTrue((repeated[0] as number) < (repeated[1] as number))
  })

  it("of a text with fewer words are one, and of a text without words none", () => {
    assert.strictEqual(shingles(5, "thank you").length, 1)
    assert.strictEqual(shingles(5, "…").length, 0)
  })

  it("have an exact Jaccard similarity, or -1 below what is wanted", () => {
    const one = shingles(1, "a b c d")
    const other = shingles(1, "c d e f g h")
    assert.strictEqual(jaccard(one, other, 0.25), 0.25)
    assert.strictEqual(jaccard(one, other, 0.26), -1)
    assert.strictEqual(jaccard(one, one, 1), 1)
  })

  it("compare like sets do, whatever the threshold", () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(60), { minLength: 1 }),
        fc.uniqueArray(fc.nat(60), { minLength: 1 }),
        fc.integer({ min: 1, max: 20 }),
        (left, right, twentieths) => {
          const shared = left.filter((one) => right.includes(one)).length
          const exact = shared / (left.length + right.length - shared)
          const sorted = (some: ReadonlyArray<number>) => Float64Array.from(some).sort()
          const expected = exact >= twentieths / 20 ? exact : -1
          assert.strictEqual(jaccard(sorted(left), sorted(right), twentieths / 20), expected)
        }
      )
    ))
})

describe("offsets of the normal text", () => {
  const original = (text: string, part: string) => {
    const normal = normalText(text)
    const start = normal.indexOf(part)
    return text.slice(...normalOffsets(text)(start, start + part.length))
  }

  it("lead back to the text as it was written", () => {
    assert.strictEqual(original("Say ﬁne ＯＫ, now", "ok"), "ＯＫ")
    assert.strictEqual(original("ÉTÉ: ½ km", "km"), "km")
    assert.strictEqual(original("Cafe\u0301 noir", "café"), "Cafe\u0301")
  })

  it("take whole characters where a part of one is asked for", () => {
    const text = "a ﬁ b"
    assert.deepStrictEqual(normalOffsets(text)(3, 4), [2, 3])
  })

  it("are within the text, and in order, for any text", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { length } = normalText(text)
        if (length === 0) return
        const [start, end] = normalOffsets(text)(0, length)
        assert.strictEqual(start, 0)
        assert.strictEqual(end, text.length)
      })
    ))
})
