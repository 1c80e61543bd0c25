import { assert, describe, it } from "@effect/vitest"
import { mergedSpans } from "../../../models/onnx/span-merging.ts"

/** Tokens of one letter, each behind the other; "##" marks one that continues a word. */
const merged = (labels: ReadonlyArray<string>, scores: ReadonlyArray<number> = labels.map(() => 1)) =>
  mergedSpans(
    labels.map((label, index) => ({
      label: label.replace("##", ""),
      continues: label.startsWith("##"),
      score: scores[index] as number,
      start: index,
      end: index + 1
    }))
  ).map(({ end, label, start }) => [label, start, end])

describe("labels of tokens as spans", () => {
  it("go on inside, and begin anew at a beginning or another label", () => {
    assert.deepStrictEqual(merged(["B-A", "I-A", "B-A", "O", "I-A", "I-B"]), [
      ["A", 0, 2],
      ["A", 2, 3],
      ["A", 4, 5],
      ["B", 5, 6]
    ])
  })

  it("of schemes that mark ends and single tokens", () => {
    assert.deepStrictEqual(merged(["B-A", "I-A", "L-A", "U-A", "S-A", "B-A", "E-A"]), [
      ["A", 0, 3],
      ["A", 3, 4],
      ["A", 4, 5],
      ["A", 5, 7]
    ])
  })

  it("of models that mark neither", () => {
    assert.deepStrictEqual(merged(["A", "A", "O", "B-LINE", "A"]), [
      ["A", 0, 2],
      ["LINE", 3, 4],
      ["A", 4, 5]
    ])
  })

  it("never cut a word: what continues it is labelled as it is", () => {
    assert.deepStrictEqual(merged(["B-A", "##O", "##B-B", "O", "##B-A", "I-A"]), [
      ["A", 0, 3],
      ["A", 5, 6]
    ])
  })

  it("score the mean of their tokens, without those that only continue a word", () => {
    const tokens = [0.5, 0.9, 0.1].map((score, index) => ({
      score,
      label: index === 0 ? "B-A" : "I-A",
      continues: index === 2,
      start: index,
      end: index + 1
    }))
    assert.deepStrictEqual(mergedSpans(tokens), [{ start: 0, end: 3, label: "A", score: 0.7 }])
  })

  it("do not overlap where two tokens share a character", () => {
    const token = { score: 1, continues: false }
    assert.deepStrictEqual(
      mergedSpans([
        { ...token, label: "B-A", start: 0, end: 2 },
        { ...token, label: "B-B", start: 0, end: 2 },
        { ...token, label: "I-B", start: 1, end: 3 }
      ]).map(({ end, label, start }) => [label, start, end]),
      [
        ["A", 0, 2],
        ["B", 2, 3]
      ]
    )
  })

  it("skip tokens that stand nowhere", () => {
    const token = { score: 1, continues: false, label: "B-A" }
    assert.deepStrictEqual(mergedSpans([{ ...token, start: 3, end: 3 }]), [])
  })
})
