import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { cutBatches, makeBatcher } from "../../../models/capabilities/batcher.ts"
import { capabilityError } from "../../../models/capabilities/capability-error.ts"
import { passTime } from "../../support/pass-time.ts"
import { scriptedBackend } from "../../support/scripted-backend.ts"

type Scripted = ReturnType<typeof scriptedBackend<string, string>>

const batcherOf = ({ backend }: Scripted, patienceMillis = 0) =>
  makeBatcher(backend, { capability: "classifier", patienceMillis, textOf: (text) => text })

const upper = (text: string) => text.toUpperCase()
const failure = (kind: "server" | "bad_request" | "out_of_memory" | "bad_output") =>
  capabilityError(kind, "classifier", "scripted", `it says ${kind}`)

describe("a batcher", () => {
  it.effect("puts what callers ask at the same time into one batch, and gives each its own answers in its order", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(upper)
      const { ask } = yield* batcherOf(scripted)
      const answers = yield* Effect.all([ask(["b", "a"]), ask(["c"]), ask([])], { concurrency: "unbounded" })
      assert.deepStrictEqual(answers, [["B", "A"], ["C"], []])
      assert.deepStrictEqual(scripted.batches, [["b", "a", "c"]])
    })
  )

  it.effect("waits for callers that are ready a few turns later", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(upper)
      const { ask } = yield* batcherOf(scripted)
      yield* Effect.forEach(
        [1, 2, 3],
        (turns) => Effect.andThen(Effect.replicateEffect(Effect.yieldNow, turns), ask([`after ${turns}`])),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(scripted.batches, [["after 1", "after 2", "after 3"]])
    })
  )

  it.effect("waits 4 ms at most for callers that keep coming", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(upper, { batching: { inputs: 1_000 } })
      const { ask } = yield* batcherOf(scripted)
      const coming = yield* Effect.forkChild(
        Effect.gen(function* () {
          for (let count = 0; scripted.batches.length === 0 && count < 10_000; count++) {
            yield* Effect.forkChild(ask([String(count)]))
            yield* Effect.yieldNow
          }
        })
      )
      yield* passTime(3, 1)
      assert.strictEqual(scripted.batches.length, 0)
      yield* passTime(1, 1)
      assert.strictEqual(scripted.batches.length, 1)
      assert.isAbove(scripted.batches[0]?.length ?? 0, 20)
      yield* Fiber.join(coming)
    })
  )

  it.effect("fills the next batch with what comes in while the backend is busy", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(upper, { millis: 100 })
      const { ask } = yield* batcherOf(scripted)
      const first = yield* Effect.forkChild(ask(["first"]))
      yield* passTime(10)
      const later = yield* Effect.forkChild(ask(["second"]))
      yield* passTime(50)
      const latest = yield* Effect.forkChild(ask(["third"]))
      yield* passTime(200)
      yield* Effect.forEach([first, later, latest], Fiber.join)
      assert.deepStrictEqual(scripted.batches, [["first"], ["second", "third"]])
    })
  )

  it.effect("runs as many batches at once as the backend takes, and no more", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(upper, { millis: 10, batching: { inputs: 1, concurrency: 3 } })
      const { ask } = yield* batcherOf(scripted)
      const asking = yield* Effect.forkChild(ask(["a", "b", "c", "d", "e", "f", "g"]))
      yield* passTime(100)
      assert.strictEqual((yield* Fiber.join(asking)).length, 7)
      assert.strictEqual(scripted.mostAtOnce(), 3)
    })
  )

  it.effect("asks equal inputs once, also where the first is under way already", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(upper, { millis: 100 })
      const { ask } = yield* batcherOf(scripted)
      const first = yield* Effect.forkChild(ask(["same", "same", "other"]))
      yield* passTime(50)
      const second = yield* Effect.forkChild(ask(["same"]))
      yield* passTime(50)
      assert.deepStrictEqual(yield* Fiber.join(first), ["SAME", "SAME", "OTHER"])
      assert.deepStrictEqual(yield* Fiber.join(second), ["SAME"])
      assert.deepStrictEqual(scripted.batches, [["same", "other"]])
    })
  )

  it.effect("fails the callers whose inputs were in a failing batch, and nobody else", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(upper, {
        batching: { inputs: 1 },
        instead: ([input]) => (input === "bad" ? failure("bad_request") : undefined)
      })
      const { ask } = yield* batcherOf(scripted, 60_000)
      const [good, bad, both] = yield* Effect.all(
        [Effect.exit(ask(["good"])), Effect.exit(ask(["bad"])), Effect.exit(ask(["fine", "bad"]))],
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(good, Exit.succeed(["GOOD"]))
      assert.deepStrictEqual(bad, Exit.fail(failure("bad_request")))
      assert.deepStrictEqual(both, Exit.fail(failure("bad_request")))
      // Not retryable: asked once, and once more when somebody asks anew.
      assert.strictEqual(scripted.batches.filter(([input]) => input === "bad").length, 1)
      yield* Effect.exit(ask(["bad"]))
      assert.strictEqual(scripted.batches.filter(([input]) => input === "bad").length, 2)
    })
  )

  it.effect("halves a batch that is refused until who is to blame stands alone, and answers all others", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(upper, {
        instead: (inputs) => (inputs.includes("bad") ? failure("bad_request") : undefined)
      })
      const { ask } = yield* batcherOf(scripted, 60_000)
      const inputs = ["a", "b", "bad", "c", "d"]
      const exits = yield* Effect.forEach(inputs, (input) => Effect.exit(ask([input])), { concurrency: "unbounded" })
      assert.deepStrictEqual(
        exits,
        inputs.map((input) => (input === "bad" ? Exit.fail(failure("bad_request")) : Exit.succeed([upper(input)])))
      )
      assert.deepStrictEqual(scripted.batches, [inputs, ["a", "b", "bad"], ["a", "b"], ["bad"], ["c", "d"]])
    })
  )

  it.effect("halves a batch that does not fit into memory, down to single inputs, and never runs halves at once", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(upper, {
        millis: 5,
        instead: (inputs) => (inputs.length > 1 || inputs.includes("huge") ? failure("out_of_memory") : undefined)
      })
      const { ask } = yield* batcherOf(scripted)
      const inputs = ["a", "huge", "b", "c"]
      const asking = yield* Effect.forkChild(
        Effect.forEach(inputs, (input) => Effect.exit(ask([input])), { concurrency: "unbounded" })
      )
      yield* passTime(60)
      assert.deepStrictEqual(
        yield* Fiber.join(asking),
        inputs.map((input) => (input === "huge" ? Exit.fail(failure("out_of_memory")) : Exit.succeed([upper(input)])))
      )
      assert.strictEqual(scripted.batches.length, 2 * inputs.length - 1)
      assert.strictEqual(scripted.mostAtOnce(), 1)
      // The slot is free again.
      const later = yield* Effect.forkChild(ask(["d"]))
      yield* passTime(20)
      assert.deepStrictEqual(yield* Fiber.join(later), ["D"])
    })
  )

  it.effect("halves nothing that failed otherwise", () =>
    Effect.gen(function* () {
      for (const kind of ["server", "bad_output"] as const) {
        const scripted = scriptedBackend(upper, { instead: () => failure(kind) })
        const { ask } = yield* batcherOf(scripted)
        assert.deepStrictEqual(yield* Effect.flip(ask(["a", "b"])), failure(kind))
        assert.strictEqual(scripted.batches.length, 1)
      }
    })
  )

  it.effect("lets go of everybody when it ends in the middle of a halved batch", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const scripted = scriptedBackend(upper, {
        millis: 10,
        instead: (inputs) => (inputs.length > 1 ? failure("out_of_memory") : undefined)
      })
      const { ask } = yield* batcherOf(scripted).pipe(Scope.provide(scope))
      const asking = yield* Effect.forkChild(Effect.exit(ask(["a", "b"])))
      yield* passTime(15)
      assert.strictEqual(scripted.batches.length, 2)
      yield* Scope.close(scope, Exit.void)
      const exit = yield* Fiber.join(asking)
      assert.isTrue(Exit.hasInterrupts(exit))
    })
  )

  it.effect("tries a batch again, with growing pauses, as long as its patience lasts", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(upper, {
        instead: (_, attempt) => (attempt < 4 ? failure("server") : undefined)
      })
      const { ask } = yield* batcherOf(scripted, 10_000)
      const asking = yield* Effect.forkChild(ask(["a"]))
      // The pauses are at most 250, 500 and 1,000 ms, and at least half of that.
      yield* passTime(800)
      assert.isUndefined(asking.pollUnsafe())
      yield* passTime(1_000)
      assert.deepStrictEqual(yield* Fiber.join(asking), ["A"])
      assert.strictEqual(scripted.batches.length, 4)
    })
  )

  it.effect("gives up with the last error when its patience is over", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(upper, { instead: () => failure("server") })
      const { ask } = yield* batcherOf(scripted, 1_000)
      const asking = yield* Effect.forkChild(Effect.flip(ask(["a"])))
      yield* passTime(2_000)
      assert.deepStrictEqual(yield* Fiber.join(asking), failure("server"))
      assert.isAtLeast(scripted.batches.length, 3)
      assert.isAtMost(scripted.batches.length, 6)
    })
  )

  it.effect("takes no answers for fewer or more than were asked, and names the model", () =>
    Effect.gen(function* () {
      const { ask } = yield* batcherOf(scriptedBackend(upper, { instead: () => ["A"] }))
      const error = yield* Effect.flip(ask(["a", "b"]))
      assert.deepInclude(error, { kind: "bad_output", retryable: false, model: "scripted" })
      assert.include(error.message, "gave 1 answers to a batch of 2")
    })
  )

  it.effect("takes no number that is not finite, at any depth", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend((text: string) => [{ label: "toxic", score: text === "b" ? Number.NaN : 0.5 }])
      const { ask } = yield* makeBatcher(scripted.backend, {
        capability: "classifier",
        patienceMillis: 60_000,
        textOf: (text) => text
      })
      const error = yield* Effect.flip(ask(["a", "b"]))
      assert.strictEqual(error.kind, "bad_output")
      assert.include(error.message, "scripted (test) gave a number that is not finite in answer 2 of 2")
      assert.strictEqual(scripted.batches.length, 1)
    })
  )

  it.effect("does not ask what nobody waits for any more", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(upper, { millis: 100, batching: { inputs: 1 } })
      const { ask } = yield* batcherOf(scripted)
      const running = yield* Effect.forkChild(ask(["running"]))
      yield* passTime(10)
      const gone = yield* Effect.forkChild(ask(["gone", "shared"]))
      const stays = yield* Effect.forkChild(ask(["shared"]))
      yield* passTime(10)
      yield* Fiber.interrupt(gone)
      yield* passTime(500)
      assert.deepStrictEqual(yield* Fiber.join(stays), ["SHARED"])
      yield* Fiber.join(running)
      assert.deepStrictEqual(scripted.batches, [["running"], ["shared"]])
    })
  )

  it.effect("serves others when a caller goes away at any moment", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(upper, { millis: 3, batching: { inputs: 2, concurrency: 2 } })
      const { ask } = yield* batcherOf(scripted)
      for (let turns = 0; turns < 12; turns++) {
        const gone = yield* Effect.forkChild(ask([`a${turns}`, `b${turns}`, `c${turns}`]))
        yield* Effect.replicateEffect(Effect.yieldNow, turns)
        const stays = yield* Effect.forkChild(ask([`b${turns}`, `d${turns}`]))
        yield* Effect.replicateEffect(Effect.yieldNow, turns % 3)
        yield* Fiber.interrupt(gone)
        yield* passTime(12, 3)
        assert.deepStrictEqual(yield* Fiber.join(stays), [`B${turns}`, `D${turns}`])
      }
    })
  )

  it("keeps every caller's order, whatever comes when and however it is cut", async () => {
    const callers = fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: 30 }),
        inputs: fc.array(fc.string({ maxLength: 6 }), { maxLength: 12 })
      }),
      { maxLength: 12 }
    )
    const limits = fc.record({
      inputs: fc.integer({ min: 1, max: 5 }),
      concurrency: fc.integer({ min: 1, max: 3 }),
      paddedTokens: fc.integer({ min: 1, max: 20 })
    })
    await fc.assert(
      fc.asyncProperty(callers, limits, async (callers, limits) => {
        const scripted = scriptedBackend((text: string) => `<${text}>`, {
          millis: 7,
          batching: { ...limits, tokens: (text) => text.length }
        })
        const program = Effect.gen(function* () {
          const { ask } = yield* batcherOf(scripted)
          const asking = yield* Effect.forEach(callers, ({ at, inputs }) =>
            Effect.forkChild(Effect.andThen(Effect.sleep(at), ask(inputs)))
          )
          yield* passTime(700, 7)
          return yield* Effect.forEach(asking, Fiber.join)
        })
        const answers = await Effect.runPromise(Effect.scoped(Effect.provide(program, TestClock.layer())))
        assert.deepStrictEqual(
          answers,
          callers.map(({ inputs }) => inputs.map((text) => `<${text}>`))
        )
        assert.isAtMost(scripted.mostAtOnce(), limits.concurrency)
        for (const batch of scripted.batches) {
          assert.isAtMost(batch.length, limits.inputs)
          const padded = batch.length * Math.max(...batch.map((text) => text.length))
          assert.isTrue(batch.length === 1 || padded <= limits.paddedTokens)
        }
      }),
      { numRuns: 40 }
    )
  })
})

describe("cutBatches", () => {
  const cut = (texts: ReadonlyArray<string>, paddedTokens?: number) =>
    cutBatches(
      texts.map((text) => ({ text, size: text.length })),
      paddedTokens === undefined ? { inputs: 3 } : { inputs: 3, paddedTokens }
    ).map((batch) => batch.map(({ text }) => text))

  it("puts texts of like length together, the longest first", () => {
    assert.deepStrictEqual(cut(["a", "ccc", "bb", "dddd"]), [["dddd", "ccc", "bb"], ["a"]])
  })

  it("counts the padding: a batch is its number times its longest", () => {
    assert.deepStrictEqual(cut(["aaaa", "bbb", "c", "d", "e"], 8), [
      ["aaaa", "bbb"],
      ["c", "d", "e"]
    ])
  })

  it("lets a text that is longer than the budget stand alone", () => {
    assert.deepStrictEqual(cut(["aaaaaaaaaa", "bb", "c"], 4), [["aaaaaaaaaa"], ["bb", "c"]])
  })
})
