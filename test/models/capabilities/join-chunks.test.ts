import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import type { Span } from "../../../models/capabilities/backend.ts"
import {
  bestPiece,
  joinEmbeddings,
  joinLabels,
  joinSequences,
  joinSpans
} from "../../../models/capabilities/join-chunks.ts"

describe("answers to the pieces of a long text", () => {
  it("are for embeddings the direction of their mean", () => {
    assert.deepStrictEqual(
      joinEmbeddings([
        [1, 0],
        [0, 1]
      ]).map((value) => value.toFixed(4)),
      ["0.7071", "0.7071"]
    )
    assert.deepStrictEqual(
      joinEmbeddings([
        [1, 0],
        [-1, 0]
      ]),
      [0, 0]
    )
  })

  it("are for labels the highest score of each, the highest first", () => {
    assert.deepStrictEqual(
      joinLabels([
        [
          { label: "neutral", score: 0.9 },
          { label: "toxic", score: 0.1 }
        ],
        [
          { label: "toxic", score: 0.95 },
          { label: "neutral", score: 0.05 }
        ]
      ]),
      [
        { label: "toxic", score: 0.95 },
        { label: "neutral", score: 0.9 }
      ]
    )
  })

  it("are for pairs the whole answer of the piece that says most", () => {
    const piece = (entailment: number) => [
      { label: "entailment", score: entailment },
      { label: "neutral", score: 1 - entailment }
    ]
    assert.deepStrictEqual(bestPiece([piece(0.2), piece(0.7), piece(0.4)], "entailment"), piece(0.7))
  })

  it("are for sequences the sums", () => {
    assert.deepStrictEqual(
      joinSequences([
        { tokens: 3, logProbability: -2 },
        { tokens: 4, logProbability: -5.5 }
      ]),
      { tokens: 7, logProbability: -7.5 }
    )
  })
})

describe("joinSpans", () => {
  const span = (start: number, end: number, label = "name", score = 0.9): Span => ({ start, end, label, score })
  const chunks = [
    { start: 0, end: 20 },
    { start: 15, end: 35 }
  ]

  it("puts spans at their places in the whole text", () => {
    assert.deepStrictEqual(joinSpans([[span(2, 5)], [span(10, 12, "email")]], chunks), [
      span(2, 5),
      span(25, 27, "email")
    ])
  })

  it("makes one of what two pieces saw of one thing", () => {
    assert.deepStrictEqual(joinSpans([[span(14, 20, "name", 0.6)], [span(1, 8, "name", 0.8)]], chunks), [
      span(14, 23, "name", 0.8)
    ])
  })

  it("keeps the surer of two labels for one place", () => {
    assert.deepStrictEqual(joinSpans([[span(14, 20, "name", 0.6)], [span(1, 8, "phone", 0.8)]], chunks), [
      span(16, 23, "phone", 0.8)
    ])
  })

  it("gives spans in order that do not overlap, whatever it is given", () => {
    const spans = fc.array(
      fc.record({
        start: fc.integer({ min: 0, max: 50 }),
        length: fc.integer({ min: 1, max: 10 }),
        label: fc.constantFrom("a", "b", "c"),
        score: fc.double({ min: 0, max: 1, noNaN: true })
      }),
      { maxLength: 10 }
    )
    fc.assert(
      fc.property(fc.array(spans, { minLength: 1, maxLength: 4 }), (pieces) => {
        const joined = joinSpans(
          pieces.map((piece) => piece.map(({ length, ...rest }) => ({ ...rest, end: rest.start + length }))),
          pieces.map((_, index) => ({ start: index * 40, end: index * 40 + 60 }))
        )
        for (const [index, { end, start }] of joined.entries()) {
          assert.isBelow(start, end)
          assert.isAtMost(end, joined[index + 1]?.start ?? Number.POSITIVE_INFINITY)
        }
        assert.strictEqual(joined.length === 0, pieces.flat().length === 0)
      })
    )
  })
})
