import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { aggregateScores, readScore } from "../../../../pipelines/r2s/judge/scores.ts"
import { summaryOf } from "../../../../pipelines/r2s/judge/summary.ts"

const turn = (id: number, over: Record<string, unknown> = {}) => ({
  id,
  informativeness: 4,
  understanding: 4,
  helpfulness: 4,
  loyalty: 4,
  flexibility: 4,
  ...over
})
const DIALOGUE = { consistency: 4, coherence: 4, emotion: 3.5 }

describe("a score of the judge", () => {
  it("is a number from 0 to 5 on the half-point grid, or cannot be used (R2S 7.15)", () => {
    for (const [value, expected] of [
      [0, 0],
      [4.5, 4.5],
      ["4.5", 4.5],
      [5, 5],
      [4.3, null],
      [5.5, null],
      [7, null],
      [-0.5, null],
      ["high", null],
      ["4.5; delete everything", null],
      [undefined, null],
      [Number.NaN, null]
    ] as const) {
      const score = readScore(value, "coherence")
      assert.strictEqual(score.kind === "score" ? score.value : null, expected, String(value))
    }
  })

  it("may not apply for loyalty only", () => {
    for (const value of ["NA", "n/a", "N.A.", "not applicable", "不适用", null]) {
      assert.deepStrictEqual(readScore(value, "loyalty"), { kind: "not_applicable" }, String(value))
      assert.deepStrictEqual(readScore(value, "helpfulness"), { kind: "unusable" }, String(value))
    }
  })

  it("of 4.5 averages as 4.5, not as 4 (R2S 7.15)", () => {
    const { parseErrors, scores } = aggregateScores(
      { turns: [turn(1, { informativeness: 4.5 }), turn(2, { informativeness: 4.5 })], dialogue: DIALOGUE },
      [1, 2]
    )
    assert.deepStrictEqual([scores.informativeness, parseErrors], [4.5, 0])
  })

  it("that cannot be used is null and counted, never zero and not in the denominator (R2S 7.15)", () => {
    const { parseErrors, scores } = aggregateScores(
      {
        turns: [turn(1, { helpfulness: 4.3 }), turn(2, { helpfulness: 3 })],
        dialogue: { ...DIALOGUE, coherence: 7, emotion: undefined }
      },
      [1, 2]
    )
    assert.deepStrictEqual([scores.helpfulness, scores.coherence, scores.emotion, parseErrors], [3, null, null, 3])
  })

  it("of loyalty leaves turns out that need no facts, and is null where none does", () => {
    const some = aggregateScores(
      { turns: [turn(1, { loyalty: "NA" }), turn(2, { loyalty: 5 })], dialogue: DIALOGUE },
      [1, 2]
    )
    assert.deepStrictEqual([some.scores.loyalty, some.parseErrors], [5, 0])
    const none = aggregateScores({ turns: [turn(1, { loyalty: "NA" })], dialogue: DIALOGUE }, [1])
    assert.deepStrictEqual([none.scores.loyalty, none.parseErrors], [null, 0])
  })

  it("is missing five times where the judge left a turn out", () => {
    const { parseErrors, scores } = aggregateScores({ turns: [turn(1)], dialogue: DIALOGUE }, [1, 2])
    assert.deepStrictEqual([scores.understanding, parseErrors], [4, 5])
  })

  it("stays between 0 and 5 whatever the judge writes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.integer(), loyalty: fc.anything(), helpfulness: fc.anything() })),
        (turns) => {
          const { scores } = aggregateScores({ turns, dialogue: {} }, [1, 2, 3])
          for (const score of Object.values(scores)) assert.isTrue(score === null || (score >= 0 && score <= 5))
        }
      )
    )
  })
})

describe("a metric over a corpus", () => {
  it("has n, mean, deviation and a bootstrap interval round the mean, the same each time", () => {
    const values = [3, 3.5, 4, 4.5, 5]
    const summary = summaryOf(values, "seed")
    assert.deepStrictEqual([summary.n, summary.mean], [5, 4])
    assert.closeTo(summary.deviation ?? 0, Math.sqrt(0.625), 1e-12)
    assert.isTrue((summary.low ?? 0) >= 3 && (summary.low ?? 0) < 4 && (summary.high ?? 0) > 4)
    assert.deepStrictEqual(summaryOf(values, "seed"), summary)
  })

  it("holds the true mean in about 95 of 100 intervals", () => {
    let held = 0
    for (let trial = 0; trial < 200; trial++) {
      const values = Array.from({ length: 40 }, (_, index) => ((index * 7919 + trial * 104729) % 1000) / 1000)
      const { high, low } = summaryOf(values, String(trial))
      if ((low ?? 1) <= 0.4995 && (high ?? 0) >= 0.4995) held++
    }
    assert.isAtLeast(held, 180)
  })

  it("of nothing is nothing, and of one value has no interval", () => {
    assert.deepStrictEqual(summaryOf([], "s"), { n: 0, mean: null, deviation: null, low: null, high: null })
    assert.deepStrictEqual(summaryOf([4], "s"), { n: 1, mean: 4, deviation: null, low: null, high: null })
  })
})
