import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Ref } from "effect"
import { TestClock } from "effect/testing"
import { CallPriority } from "../../models/call-context.ts"
import { type LimitsSpec, makeLimits } from "../../models/limits.ts"
import { type ModelError, modelError } from "../../models/model-error.ts"

const spec = (over: Partial<LimitsSpec> = {}): LimitsSpec => ({
  model: "m",
  concurrency: 4,
  requestsPerMinute: undefined,
  tokensPerMinute: undefined,
  patienceMillis: 60_000,
  ...over
})

const wait = (millis: number) => Effect.sleep(millis)

/** Fails `times` times, then answers the attempt's number. */
const failing = (times: number, error: ModelError) =>
  Effect.map(Ref.make(0), (attempts) =>
    Effect.flatMap(
      Ref.updateAndGet(attempts, (n) => n + 1),
      (n) => (n <= times ? Effect.fail(error) : Effect.succeed(n))
    )
  )

const rateLimit = (retryAfterMillis?: number) =>
  modelError("rate_limit", "m", "slow down", {
    status: 429,
    ...(retryAfterMillis === undefined ? {} : { retryAfterMillis })
  })
const broken = modelError("server", "m", "broken", { status: 500 })

describe("makeLimits", () => {
  it.effect("keeps as many calls in flight as the spec allows, and no more", () =>
    Effect.gen(function* () {
      const limits = yield* makeLimits(spec({ concurrency: 4 }))
      let inFlight = 0
      let most = 0
      const attempt = Effect.suspend(() => {
        most = Math.max(most, ++inFlight)
        return Effect.andThen(
          Effect.sleep(100),
          Effect.sync(() => inFlight--)
        )
      })
      const all = yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: 12 }), () => limits.run({ attempt, tokens: 0, wait }), {
          concurrency: "unbounded"
        })
      )
      // p-queue starts tasks in microtasks of its own.
      for (let round = 0; round < 4; round++) yield* settled("100 millis")
      yield* Fiber.join(all)
      assert.strictEqual(most, 4)
    })
  )

  it.effect("gives the next free slot to the call of highest priority", () =>
    Effect.gen(function* () {
      const limits = yield* makeLimits(spec({ concurrency: 1 }))
      const order: Array<number> = []
      const call = (priority: number) =>
        limits
          .run({
            attempt: Effect.andThen(
              Effect.sleep(10),
              Effect.sync(() => order.push(priority))
            ),
            tokens: 0,
            wait
          })
          .pipe(Effect.provideService(CallPriority, priority), Effect.forkChild)
      const fibers = [yield* call(0)]
      yield* settled("1 millis")
      for (const priority of [1, 3, 2]) fibers.push(yield* call(priority))
      for (let round = 0; round < 6; round++) yield* settled("10 millis")
      yield* Fiber.joinAll(fibers)
      assert.deepStrictEqual(order, [0, 3, 2, 1])
    })
  )

  it.effect("waits out any number of 429s", () =>
    Effect.gen(function* () {
      const limits = yield* makeLimits(spec({ patienceMillis: 0 }))
      const attempt = yield* failing(40, rateLimit())
      const fiber = yield* Effect.forkChild(limits.run({ attempt, tokens: 0, wait }))
      for (let round = 0; round < 45; round++) yield* settled("30 seconds")
      const answered = yield* Fiber.join(fiber)
      assert.deepStrictEqual([answered.value, answered.attempts], [41, 41])
    })
  )

  it.effect("does not try again before Retry-After is over", () =>
    Effect.gen(function* () {
      const limits = yield* makeLimits(spec())
      const attempt = yield* failing(1, rateLimit(20_000))
      const fiber = yield* Effect.forkChild(limits.run({ attempt, tokens: 0, wait }))
      yield* settled("19999 millis")
      assert.isUndefined(fiber.pollUnsafe())
      yield* settled("1 millis")
      assert.strictEqual((yield* Fiber.join(fiber)).value, 2)
    })
  )

  it.effect("waits an hour at most, whatever Retry-After says", () =>
    Effect.gen(function* () {
      const limits = yield* makeLimits(spec())
      const attempt = yield* failing(1, rateLimit(1e12))
      const fiber = yield* Effect.forkChild(limits.run({ attempt, tokens: 0, wait }))
      yield* settled("1 hour")
      assert.strictEqual((yield* Fiber.join(fiber)).value, 2)
    })
  )

  it.effect("survives an outage of a minute with the default patience", () =>
    Effect.gen(function* () {
      const limits = yield* makeLimits(spec({ patienceMillis: 600_000 }))
      let up = false
      const attempt = Effect.suspend(() => (up ? Effect.succeed("back") : Effect.fail(broken)))
      const fiber = yield* Effect.forkChild(limits.run({ attempt, tokens: 0, wait }))
      for (let round = 0; round < 60; round++) yield* settled("1 second")
      assert.isUndefined(fiber.pollUnsafe())
      up = true
      for (let round = 0; round < 10; round++) yield* settled("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).value, "back")
    })
  )

  it.effect("gives up on other failures once patience is over since the first of them", () =>
    Effect.gen(function* () {
      const limits = yield* makeLimits(spec({ patienceMillis: 5_000 }))
      const fiber = yield* Effect.forkChild(Effect.flip(limits.run({ attempt: Effect.fail(broken), tokens: 0, wait })))
      for (let round = 0; round < 4; round++) yield* settled("1 second")
      assert.isUndefined(fiber.pollUnsafe())
      for (let round = 0; round < 16; round++) yield* settled("1 second")
      assert.strictEqual(yield* Fiber.join(fiber), broken)
    })
  )

  it.effect("does not try again what cannot succeed", () =>
    Effect.gen(function* () {
      const limits = yield* makeLimits(spec())
      for (const kind of ["refused", "bad_request", "auth", "truncated"] as const) {
        const error = modelError(kind, "m", kind)
        const attempt = yield* failing(1, error)
        assert.strictEqual(yield* Effect.flip(limits.run({ attempt, tokens: 0, wait })), error)
      }
    })
  )

  it.effect("holds no slot while it waits to try again", () =>
    Effect.gen(function* () {
      const limits = yield* makeLimits(spec({ concurrency: 1 }))
      const waiting = yield* Effect.forkChild(
        limits.run({ attempt: yield* failing(1, rateLimit(60_000)), tokens: 0, wait })
      )
      yield* settled("1 millis")
      const other = yield* limits.run({ attempt: Effect.succeed("through"), tokens: 0, wait })
      assert.strictEqual(other.value, "through")
      yield* settled("60 seconds")
      yield* Fiber.join(waiting)
    })
  )

  it.effect("frees its place when it is interrupted in the queue", () =>
    Effect.gen(function* () {
      const limits = yield* makeLimits(spec({ concurrency: 1 }))
      const gate = yield* Deferred.make<void>()
      const first = yield* Effect.forkChild(limits.run({ attempt: Deferred.await(gate), tokens: 0, wait }))
      yield* settled("1 millis")
      const second = yield* Effect.forkChild(limits.run({ attempt: Effect.succeed(2), tokens: 0, wait }))
      yield* settled("1 millis")
      yield* Fiber.interrupt(second)
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(first)
      assert.strictEqual((yield* limits.run({ attempt: Effect.succeed(3), tokens: 0, wait })).value, 3)
      yield* TestClock.withLive(Effect.sleep(1))
      assert.strictEqual(limits.state().inFlight, 0)
    })
  )

  it.effect("leaves endpoints alone while they ask for a pause", () =>
    Effect.gen(function* () {
      let pausedUntil = 5_000
      const limits = yield* makeLimits(spec(), (now) => Math.max(0, pausedUntil - now))
      const fiber = yield* Effect.forkChild(limits.run({ attempt: Effect.succeed("sent"), tokens: 0, wait }))
      yield* settled("4999 millis")
      assert.isUndefined(fiber.pollUnsafe())
      pausedUntil = 6_000
      yield* settled("1 millis")
      assert.isUndefined(fiber.pollUnsafe())
      yield* settled("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).value, "sent")
    })
  )

  it.effect("spaces requests over the minute", () =>
    Effect.gen(function* () {
      const limits = yield* makeLimits(spec({ concurrency: 100, requestsPerMinute: 60 }))
      let sent = 0
      const attempt = Effect.sync(() => sent++)
      const all = yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: 10 }), () => limits.run({ attempt, tokens: 0, wait }), {
          concurrency: "unbounded"
        })
      )
      yield* settled("1 millis")
      assert.strictEqual(sent, 1)
      for (let second = 2; second <= 10; second++) {
        yield* settled("1 second")
        assert.strictEqual(sent, second)
      }
      yield* Fiber.join(all)
    })
  )

  it.effect("spaces tokens over the minute", () =>
    Effect.gen(function* () {
      const limits = yield* makeLimits(spec({ concurrency: 100, tokensPerMinute: 60_000 }))
      let sent = 0
      const all = yield* Effect.forkChild(
        Effect.forEach(
          Array.from({ length: 4 }),
          () => limits.run({ attempt: Effect.sync(() => sent++), tokens: 2_000, wait }),
          { concurrency: "unbounded" }
        )
      )
      // A second's worth (1,000 tokens) is there at the start, and 1,000 come each second.
      const seen: Array<number> = []
      for (let second = 0; second < 8; second++) {
        yield* settled("1 second")
        seen.push(sent)
      }
      yield* Fiber.join(all)
      assert.deepStrictEqual(seen, [1, 1, 2, 2, 3, 3, 4, 4])
    })
  )

  it.effect("lets the call of highest priority through the rate first", () =>
    Effect.gen(function* () {
      const limits = yield* makeLimits(spec({ requestsPerMinute: 60 }))
      const order: Array<number> = []
      const call = (priority: number) =>
        limits
          .run({ attempt: Effect.sync(() => order.push(priority)), tokens: 0, wait })
          .pipe(Effect.provideService(CallPriority, priority), Effect.forkChild)
      const fibers = [yield* call(0), yield* call(0)]
      yield* settled("1 millis")
      for (const priority of [1, 5, 3]) fibers.push(yield* call(priority))
      for (let round = 0; round < 6; round++) yield* settled("1 second")
      yield* Fiber.joinAll(fibers)
      assert.deepStrictEqual(order, [0, 0, 5, 3, 1])
    })
  )
})

/** Lets promises that p-queue waits for settle, on both sides of a step of the test's clock. */
const settled = (step: `${number} ${"millis" | "second" | "seconds" | "hour"}`) =>
  TestClock.withLive(Effect.sleep(2)).pipe(
    Effect.andThen(TestClock.adjust(step)),
    Effect.andThen(TestClock.withLive(Effect.sleep(2)))
  )
