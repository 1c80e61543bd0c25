import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { wilson } from "../../stages/interval.ts"

describe("wilson", () => {
  it("gives the intervals that Newcombe (1998, table I) worked out", () => {
    for (const [successes, trials, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718]
    ] as const) {
      const rate = wilson(successes, trials)
      assert.strictEqual(rate.rate, successes / trials)
      assert.closeTo(rate.low, low, 0.00005)
      assert.closeTo(rate.high, high, 0.00005)
    }
  })

  it("knows nothing where nothing was tried", () =>
    assert.deepStrictEqual(wilson(0, 0), { successes: 0, trials: 0, rate: null, low: 0, high: 1 }))

  it("holds the rate, stays within 0 and 1, and mirrors failures", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (trials, share) => {
        const successes = Math.round(share * trials)
        const { high, low, rate } = wilson(successes, trials)
        assert.isTrue(0 <= low && low <= (rate ?? -1) && (rate ?? 2) <= high && high <= 1)
        assert.closeTo(wilson(trials - successes, trials).low, 1 - high, 1e-12)
      })
    ))

  it("refuses counts that are none", () => {
    assert.throws(() => wilson(3, 2), "wilson: 3 successes in 2 trials")
    assert.throws(() => wilson(0.5, 2), RangeError)
    assert.throws(() => wilson(-1, 2), RangeError)
  })
})
