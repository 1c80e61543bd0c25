import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { type Surface, textPositions } from "../../../models/onnx/text-positions.ts"

const plain: Surface = { normalizer: null, continuation: "##", byteLevel: false, unknown: "[UNK]" }
const uncased: Surface = {
  ...plain,
  normalizer: (text) =>
    text
      .toLowerCase()
      .normalize("NFD")
      .replace(/\p{Mn}/gu, "")
}

const slices = (text: string, tokens: ReadonlyArray<string>, surface: Surface = plain) =>
  textPositions(text, tokens, surface).map(({ end, start }) => text.slice(start, end))

describe("where tokens stand", () => {
  it("follows words, their continuations, and punctuation", () => {
    assert.deepStrictEqual(textPositions("embeddings, too", ["embed", "##dings", ",", "too"], plain), [
      { start: 0, end: 5 },
      { start: 5, end: 10 },
      { start: 10, end: 11 },
      { start: 12, end: 15 }
    ])
  })

  it("finds what was changed before it was tokenized", () => {
    assert.deepStrictEqual(slices("CAFÉ Ångström e\u0301", ["cafe", "angstrom", "e"], uncased), [
      "CAFÉ",
      "Ångström",
      "e\u0301"
    ])
  })

  it("gives an unknown token a whole word, or one punctuation mark", () => {
    assert.deepStrictEqual(slices("a ☃️x。b", ["a", "[UNK]", "[UNK]", "b"]), ["a", "☃️x", "。", "b"])
    assert.deepStrictEqual(slices("", ["[UNK]"]), [""])
  })

  it("joins bytes of one character, in either alphabet of bytes", () => {
    const bytes: Surface = { ...plain, continuation: "", byteLevel: true, unknown: null }
    assert.deepStrictEqual(slices("to 密", ["to", "Ġå", "¯", "Ĩ"], bytes), ["to", "密", "密", "密"])
    assert.deepStrictEqual(slices("a 😀", ["▁a", "▁", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>"]), [
      "a",
      "",
      "😀",
      "😀",
      "😀",
      "😀"
    ])
  })

  it("is right where the whole text is changed at once", () => {
    const tidied: Surface = { ...plain, normalizer: (text) => text.trim().replace(/ +/g, " ") }
    assert.deepStrictEqual(slices("  one   two ", ["▁one", "▁two"], tidied), ["one", "two"])
    assert.deepStrictEqual(slices("one", ["lost", "one"]), ["", "one"])
  })

  it("keeps positions in order and inside the text, whatever text and tokens are", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 40 }),
        fc.array(fc.string({ unit: "grapheme", maxLength: 6 }), { maxLength: 20 }),
        fc.constantFrom(plain, uncased, { ...plain, byteLevel: true }),
        (text, tokens, surface) => {
          const positions = textPositions(text, tokens, surface)
          assert.lengthOf(positions, tokens.length)
          let last = 0
          for (const { end, start } of positions.filter(({ end, start }) => end > start)) {
            assert.isAtLeast(end, last)
            assert.isAtMost(end, text.length)
            assert.isAtLeast(start, 0)
            last = end
          }
        }
      )
    )
  })

  it("finds every grapheme of a text that is its own tokens", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }), { maxLength: 30 }), (parts) => {
        const text = parts.join(" ")
        const words = parts.filter((part) => part.trim() === part && !part.includes("\u2581") && !part.startsWith("##"))
        if (words.length !== parts.length) return
        assert.deepStrictEqual(slices(text, words), words)
      })
    )
  })
})
