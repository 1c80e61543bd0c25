import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { singleFlight } from "../../models/single-flight.ts"

describe("singleFlight", () => {
  it.effect("runs equal work once for all who ask meanwhile", () =>
    Effect.gen(function* () {
      const flights = singleFlight<number, never>()
      const gate = yield* Deferred.make<void>()
      let runs = 0
      const work = Effect.suspend(() => Effect.as(Deferred.await(gate), ++runs))
      const fibers = yield* Effect.forEach([1, 2, 3], () => Effect.forkChild(flights.run("k", work)))
      yield* Effect.yieldNow
      yield* Deferred.succeed(gate, undefined)
      assert.deepStrictEqual(yield* Fiber.joinAll(fibers), [
        { value: 1, leader: true },
        { value: 1, leader: false },
        { value: 1, leader: false }
      ])
      assert.strictEqual((yield* flights.run("k", work)).value, 2)
    })
  )

  it.effect("hands over when the leader is interrupted, and shares the leader's failure", () =>
    Effect.gen(function* () {
      const flights = singleFlight<string, string>()
      const leader = yield* Effect.forkChild(flights.run("k", Effect.never))
      yield* Effect.yieldNow
      const follower = yield* Effect.forkChild(flights.run("k", Effect.succeed("mine")))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(leader)
      assert.deepStrictEqual(yield* Fiber.join(follower), { value: "mine", leader: true })

      const gate = yield* Deferred.make<void>()
      const failing = yield* Effect.forkChild(
        Effect.flip(flights.run("f", Effect.andThen(Deferred.await(gate), Effect.fail("broken"))))
      )
      yield* Effect.yieldNow
      const waiting = yield* Effect.forkChild(Effect.flip(flights.run("f", Effect.succeed("never run"))))
      yield* Effect.yieldNow
      yield* Deferred.succeed(gate, undefined)
      assert.deepStrictEqual([yield* Fiber.join(failing), yield* Fiber.join(waiting)], ["broken", "broken"])
    })
  )
})
