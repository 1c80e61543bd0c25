import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { taggedSpans } from "../../../models/servers/tagged-spans.ts"
import { tokenOffsets } from "../../../models/servers/token-offsets.ts"

const pieces = (text: string, tokens: ReadonlyArray<string>) =>
  tokenOffsets(text, tokens)?.map((place) => (place === undefined ? null : text.slice(place.start, place.end)))

describe("the places of tokens", () => {
  it("are found for WordPiece, which may have dropped case and accents", () => {
    assert.deepStrictEqual(pieces("Émile plays.", ["[CLS]", "em", "##ile", "plays", ".", "[SEP]"]), [
      null,
      "Ém",
      "ile",
      "plays",
      ".",
      null
    ])
  })

  it("are found for SentencePiece, in Chinese too", () => {
    assert.deepStrictEqual(pieces("我叫李雷。", ["<s>", "▁", "我叫", "李", "雷", "。", "</s>"]), [
      null,
      null,
      "我叫",
      "李",
      "雷",
      "。",
      null
    ])
  })

  it("are found for byte-level BPE, where a character may be cut in two", () => {
    assert.deepStrictEqual(pieces("Hi 李", ["<s>", "Hi", "Ġæ", "Ŀİ", "</s>"]), [null, "Hi", "李", "李", null])
  })

  it("are found for byte-level BPE of one word without a space in it", () => {
    assert.deepStrictEqual(pieces("李", ["<s>", "æ", "Ŀİ", "</s>"]), [null, "李", "李", null])
  })

  it("are found round a token that the vocabulary does not know", () => {
    assert.deepStrictEqual(pieces("see 🜚 now", ["[CLS]", "see", "[UNK]", "now", "[SEP]"]), [
      null,
      "see",
      "🜚",
      "now",
      null
    ])
  })

  it("take combining marks and emoji with them, in UTF-16 units", () => {
    assert.deepStrictEqual(tokenOffsets("e\u0301 👍🏽!", ["e", "👍🏽", "!"]), [
      { start: 0, end: 2 },
      { start: 3, end: 7 },
      { start: 7, end: 8 }
    ])
  })

  it("keep what looks like a special token in the middle of a text", () => {
    assert.deepStrictEqual(pieces("a <b> c", ["<s>", "▁a", "▁<b>", "▁c", "</s>"]), [null, "a", "<b>", "c", null])
  })

  it("are nowhere for tokens of another text", () => {
    assert.isUndefined(tokenOffsets("Tom", ["[CLS]", "Jim", "[SEP]"]))
    assert.isUndefined(tokenOffsets("Tom and Jim", ["[CLS]", "Tom", "[SEP]"]))
  })

  it("cover all words of any text cut into words", () => {
    const word = fc.stringMatching(/^[a-z\u4e00-\u4e20]{1,6}$/)
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
        assert.deepStrictEqual(pieces(words.join(" "), ["[CLS]", ...words, "[SEP]"]), [null, ...words, null])
      })
    )
  })
})

describe("spans of tagged tokens", () => {
  const token = (start: number, end: number, tag: string, score = 0.5) => ({ offsets: { start, end }, tag, score })

  it("join neighbours of one label and take the mean of their scores", () => {
    assert.deepStrictEqual(taggedSpans([token(0, 3, "B-PER", 1), token(4, 7, "I-PER", 0.5), token(8, 9, "O")]), [
      { start: 0, end: 7, label: "PER", score: 0.75 }
    ])
  })

  it("begin anew with B, another label, or after a token of none", () => {
    assert.deepStrictEqual(
      taggedSpans([
        token(0, 1, "B-PER"),
        token(1, 2, "B-PER"),
        token(2, 3, "I-ORG"),
        token(3, 4, "O"),
        token(4, 5, "I-ORG")
      ]),
      [
        { start: 0, end: 1, label: "PER", score: 0.5 },
        { start: 1, end: 2, label: "PER", score: 0.5 },
        { start: 2, end: 3, label: "ORG", score: 0.5 },
        { start: 4, end: 5, label: "ORG", score: 0.5 }
      ]
    )
  })

  it("end with E and are whole with S", () => {
    assert.deepStrictEqual(
      taggedSpans([token(0, 1, "B-PER"), token(1, 2, "E-PER"), token(2, 3, "I-PER"), token(3, 4, "S-PER")]).map(
        ({ end, start }) => [start, end]
      ),
      [
        [0, 2],
        [2, 3],
        [3, 4]
      ]
    )
  })

  it("take labels without a prefix, and pass over tokens of no text", () => {
    assert.deepStrictEqual(taggedSpans([{ offsets: undefined, tag: "EMAIL", score: 1 }, token(0, 3, "EMAIL")]), [
      { start: 0, end: 3, label: "EMAIL", score: 0.5 }
    ])
  })
})
