import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { adaptiveConcurrency } from "../../models/adaptive-concurrency.ts"

const succeed = (adaptive: ReturnType<typeof adaptiveConcurrency>, times: number) => {
  for (let time = 0; time < times; time++) adaptive.succeeded()
}

describe("adaptiveConcurrency", () => {
  it("starts modestly and grows by one a success until the server first pushes back", () => {
    const adaptive = adaptiveConcurrency(100)
    assert.strictEqual(adaptive.limit(), 8)
    succeed(adaptive, 24)
    assert.strictEqual(adaptive.limit(), 32)
  })

  it("never exceeds what the spec allows", () => {
    const adaptive = adaptiveConcurrency(10)
    succeed(adaptive, 1000)
    assert.strictEqual(adaptive.limit(), 10)
    assert.strictEqual(adaptiveConcurrency(3).limit(), 3)
  })

  it("halves at most once a second", () => {
    const adaptive = adaptiveConcurrency(64)
    succeed(adaptive, 56)
    adaptive.pushedBack(9_999, 10_000)
    adaptive.pushedBack(10_001, 10_500)
    assert.strictEqual(adaptive.limit(), 32)
    adaptive.pushedBack(10_001, 11_000)
    assert.strictEqual(adaptive.limit(), 16)
  })

  it("does not halve again for requests that were sent before it did", () => {
    const adaptive = adaptiveConcurrency(64)
    succeed(adaptive, 56)
    adaptive.pushedBack(9_000, 10_000)
    adaptive.pushedBack(9_500, 30_000)
    assert.strictEqual(adaptive.limit(), 32)
  })

  it("after that grows by one for as many successes as the limit", () => {
    const adaptive = adaptiveConcurrency(64)
    adaptive.pushedBack(0, 10_000)
    assert.strictEqual(adaptive.limit(), 4)
    succeed(adaptive, 4)
    assert.strictEqual(adaptive.limit(), 5)
  })

  it("never falls below one, and always recovers its maximum", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 80 }),
        (most, gaps) => {
          const adaptive = adaptiveConcurrency(most)
          let now = 0
          for (const gap of gaps) {
            now += gap
            adaptive.pushedBack(now, now)
            assert.isAtLeast(adaptive.limit(), 1)
          }
          // A sixteenth a window at the least: 16 windows of at most `most` successes double it.
          succeed(adaptive, most * 200)
          assert.strictEqual(adaptive.limit(), most)
        }
      )
    ))
})
