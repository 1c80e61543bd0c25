import { assert, describe, it } from "@effect/vitest"
import { endpoints } from "../../../models/openai/endpoints.ts"

const pool = () =>
  endpoints([
    { client: "a", baseUrl: "a" },
    { client: "b", baseUrl: "b" }
  ])

describe("endpoints", () => {
  it("prefers the one with fewer calls in flight", () => {
    const { choose } = pool()
    assert.deepStrictEqual(
      [1, 2, 3, 4].map(() => choose(0).client),
      ["a", "b", "a", "b"]
    )
  })

  it("avoids one that failed until it has cooled down, then gives it a smaller share until it answers", () => {
    const { choose, finished } = pool()
    finished(choose(0), 0, { blame: "endpoint" })
    assert.deepStrictEqual(
      [1, 2].map(() => choose(100).client),
      ["b", "b"]
    )
    assert.strictEqual(choose(251).client, "a")
  })

  it("does not blame an endpoint for a bad request", () => {
    const { choose, finished } = pool()
    finished(choose(0), 0, { blame: "request" })
    finished(choose(0), 0)
    assert.strictEqual(choose(0).client, "a")
  })

  it("cools longer with each failure in a row, and forgets them with an answer", () => {
    const { choose, finished, pauseMillis } = endpoints([{ client: "a", baseUrl: "a" }])
    const cooling: Array<number> = []
    for (let failure = 0; failure < 10; failure++) {
      const endpoint = choose(0)
      finished(endpoint, 0, { blame: "endpoint" })
      cooling.push(endpoint.coolingUntil)
    }
    assert.deepStrictEqual(cooling, [250, 500, 1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000])
    const endpoint = choose(0)
    finished(endpoint, 0)
    assert.deepStrictEqual([endpoint.coolingUntil, endpoint.failures, endpoint.inFlight], [0, 0, 0])
    assert.strictEqual(pauseMillis(0), 0)
  })

  it("is paused as long as its soonest endpoint", () => {
    const { choose, finished, pauseMillis } = pool()
    finished(choose(0), 0, { blame: "endpoint", retryAfterMillis: 5_000 })
    assert.strictEqual(pauseMillis(0), 0)
    finished(choose(0), 0, { blame: "endpoint", retryAfterMillis: 2_000 })
    assert.strictEqual(pauseMillis(500), 1_500)
    assert.strictEqual(choose(500).client, "b")
  })
})
