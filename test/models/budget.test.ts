import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { Budget, type BudgetCaps } from "../../models/budget.ts"

const withBudget = <A, E>(
  caps: BudgetCaps,
  body: (budget: Budget["Service"]) => Effect.Effect<A, E>,
  spent?: { readonly usd: number; readonly tokens: number; readonly calls: number }
) => Budget.use(body).pipe(Effect.provide(Budget.layer(caps, spent)))

describe("Budget", () => {
  it.effect("reserves, then counts what a call really cost", () =>
    withBudget({ usd: 1, tokens: 1000 }, (budget) =>
      Effect.gen(function* () {
        const reservation = yield* budget.reserve({ usd: 0.4, tokens: 300 })
        assert.deepStrictEqual(yield* budget.spent, {
          usd: 0,
          tokens: 0,
          calls: 0,
          reserved: { usd: 0.4, tokens: 300, calls: 1 }
        })
        yield* budget.settle(reservation, { usd: 0.1, tokens: 120 })
        assert.deepStrictEqual(yield* budget.spent, {
          usd: 0.1,
          tokens: 120,
          calls: 1,
          reserved: { usd: 0, tokens: 0, calls: 0 }
        })
      })
    )
  )

  for (const [limit, caps] of [
    ["usd", { usd: 0.5 }],
    ["tokens", { tokens: 500 }],
    ["calls", { calls: 1 }]
  ] as const) {
    it.effect(`says that ${limit} are used up, and how much was spent`, () =>
      withBudget(caps, (budget) =>
        Effect.gen(function* () {
          const estimate = { usd: 0.4, tokens: 400 }
          yield* budget.settle(yield* budget.reserve(estimate), estimate)
          const error = yield* Effect.flip(budget.reserve(estimate))
          assert.strictEqual(error._tag, "BudgetExhausted")
          assert.strictEqual(error.limit, limit)
          assert.strictEqual(error.spent, { usd: 0.4, tokens: 400, calls: 1 }[limit])
          assert.include(error.message, `--max-${limit}`)
        })
      )
    )
  }

  it.effect("counts what earlier runs of the dataset spent", () =>
    withBudget(
      { usd: 1 },
      (budget) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(budget.reserve({ usd: 0.2, tokens: 1 }))
          assert.strictEqual(error.spent, 0.9)
        }),
      { usd: 0.9, tokens: 10, calls: 3 }
    )
  )

  it.effect("lets a call wait for those in flight instead of stopping short of the cap", () =>
    withBudget({ tokens: 1000 }, (budget) =>
      Effect.gen(function* () {
        const first = yield* budget.reserve({ usd: 0, tokens: 800 })
        const second = yield* Effect.forkChild(budget.reserve({ usd: 0, tokens: 800 }))
        yield* Effect.yieldNow
        assert.isUndefined(second.pollUnsafe())
        yield* budget.settle(first, { usd: 0, tokens: 100 })
        assert.strictEqual((yield* Fiber.join(second)).tokens, 800)
      })
    )
  )

  it.effect("fails a waiting call once what is in flight turns out too dear", () =>
    withBudget({ tokens: 1000 }, (budget) =>
      Effect.gen(function* () {
        const first = yield* budget.reserve({ usd: 0, tokens: 800 })
        const second = yield* Effect.forkChild(Effect.flip(budget.reserve({ usd: 0, tokens: 800 })))
        yield* Effect.yieldNow
        yield* budget.settle(first, { usd: 0, tokens: 700 })
        assert.strictEqual((yield* Fiber.join(second)).spent, 700)
      })
    )
  )

  it.effect("gives back what was set aside for a call that was not answered", () =>
    withBudget({ calls: 1 }, (budget) =>
      Effect.gen(function* () {
        const first = yield* budget.reserve({ usd: 0, tokens: 0 })
        yield* budget.release(first)
        yield* budget.release(first)
        yield* budget.reserve({ usd: 0, tokens: 0 })
        assert.strictEqual((yield* budget.spent).reserved.calls, 1)
      })
    )
  )

  it.effect("stops when the minutes are over, also a call that sleeps", () =>
    withBudget({ minutes: 2 }, (budget) =>
      Effect.gen(function* () {
        const sleeper = yield* Effect.forkChild(Effect.exit(budget.wait(3_600_000)))
        yield* TestClock.adjust("119 seconds")
        yield* budget.reserve({ usd: 0, tokens: 0 })
        assert.isUndefined(sleeper.pollUnsafe())
        yield* TestClock.adjust("1 second")
        assert.isTrue(Exit.isFailure(yield* Fiber.join(sleeper)))
        const error = yield* Effect.flip(budget.reserve({ usd: 0, tokens: 0 }))
        assert.deepStrictEqual([error.limit, error.cap, error.spent], ["minutes", 2, 2])
      })
    )
  )

  it("never lets spent and reserved together exceed a cap, whatever runs at once", () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          usd: fc.integer({ min: 1, max: 50 }),
          tokens: fc.integer({ min: 1, max: 5000 }),
          calls: fc.integer({ min: 1, max: 30 })
        }),
        fc.array(
          fc.record({
            usd: fc.integer({ min: 0, max: 8 }),
            tokens: fc.integer({ min: 0, max: 800 }),
            share: fc.double({ min: 0, max: 1, noNaN: true }),
            yields: fc.integer({ min: 0, max: 4 }),
            fails: fc.boolean()
          }),
          { minLength: 1, maxLength: 60 }
        ),
        (caps, calls) =>
          Effect.runPromise(
            withBudget(caps, (budget) =>
              Effect.gen(function* () {
                const check = Effect.map(budget.spent, ({ reserved, ...spent }) => {
                  for (const limit of ["usd", "tokens", "calls"] as const) {
                    assert.isAtMost(spent[limit] + reserved[limit], caps[limit] + 1e-9)
                  }
                })
                const exits = yield* Effect.forEach(
                  calls,
                  ({ fails, share, tokens, usd, yields }) =>
                    Effect.gen(function* () {
                      const reservation = yield* budget.reserve({ usd, tokens })
                      yield* check
                      for (let turn = 0; turn < yields; turn++) yield* Effect.yieldNow
                      if (fails) yield* budget.release(reservation)
                      else yield* budget.settle(reservation, { usd: usd * share, tokens: Math.floor(tokens * share) })
                      yield* check
                      return fails ? 0 : 1
                    }).pipe(Effect.catchTag("BudgetExhausted", () => Effect.succeed(0))),
                  { concurrency: "unbounded" }
                )
                const { calls: counted, reserved } = yield* budget.spent
                assert.strictEqual(
                  counted,
                  exits.reduce<number>((sum, one) => sum + one, 0)
                )
                assert.deepStrictEqual(reserved, { usd: 0, tokens: 0, calls: 0 })
              })
            )
          )
      ),
      { numRuns: 100 }
    ))
})
