import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import type { AnswerStore } from "../../../models/capabilities/answer-store.ts"
import { CLASSIFIER, EMBEDDING, pairs, SEQUENCE, SPANS } from "../../../models/capabilities/asked.ts"
import type { Backend, Pair } from "../../../models/capabilities/backend.ts"
import { type CapabilityError, capabilityError } from "../../../models/capabilities/capability-error.ts"
import { localModel } from "../../../models/capabilities/local-model.ts"
import { LocalModelSpec } from "../../../schemas/capability.ts"
import { passTime } from "../../support/pass-time.ts"
import { CARD, scriptedBackend } from "../../support/scripted-backend.ts"

const SPEC = LocalModelSpec.parse({ provider: "onnx", model: "folder", patienceMillis: 1_000 })

const modelOf = <Input, Output>(
  asked: Parameters<typeof localModel<Input, Output>>[0],
  backend: Backend<Input, Output>,
  options: { readonly spec?: Partial<LocalModelSpec>; readonly store?: AnswerStore } = {}
) =>
  localModel(asked, {
    spec: { ...SPEC, ...options.spec },
    load: Effect.succeed(backend),
    store: options.store === undefined ? undefined : Effect.succeed(options.store)
  })

/** A store in memory that says in which order things happened. */
const memoryStore = () => {
  const answers = new Map<string, string | Uint8Array>()
  const store: AnswerStore = {
    get: (key) => Effect.sync(() => answers.get(key)),
    put: ({ answer, key }) =>
      Effect.sync(() => {
        const earlier = answers.get(key) ?? answer
        answers.set(key, earlier)
        return earlier
      })
  }
  return { answers, store }
}

const words = (text: string) => text.split(/\s+/).filter((word) => word !== "").length
const length = (text: string) => [text.length, 1]

describe("a local model", () => {
  it.effect("is loaded when it is first asked, once, whoever asks, and knows its card from then on", () =>
    Effect.gen(function* () {
      let loads = 0
      const { backend } = scriptedBackend(length)
      const load = Effect.andThen(
        Effect.sleep(100),
        Effect.sync(() => {
          loads++
          return backend
        })
      )
      const model = yield* localModel(EMBEDDING, { spec: SPEC, load, store: undefined })
      yield* passTime(10)
      assert.deepStrictEqual([loads, model.card()], [0, undefined])
      const first = yield* Effect.forkChild(model.ask(["a"]))
      const second = yield* Effect.forkChild(model.ask(["bb"]))
      yield* passTime(20)
      // Who asked first goes away; the load goes on for the other.
      yield* Fiber.interrupt(first)
      yield* passTime(100)
      assert.deepStrictEqual(yield* Fiber.join(second), { card: CARD, results: [[2, 1]] })
      assert.deepStrictEqual([loads, model.card()], [1, CARD])
    })
  )

  it.effect("remembers that it could not be loaded", () =>
    Effect.gen(function* () {
      let loads = 0
      const error = capabilityError("missing", "embedding", "folder", "no such folder")
      const load = Effect.suspend(() => {
        loads++
        return Effect.fail(error)
      })
      const model = yield* localModel(EMBEDDING, { spec: SPEC, load, store: undefined })
      const failures = yield* Effect.forEach([1, 2], () => Effect.flip(model.ask(["a"])))
      assert.deepStrictEqual([failures, loads], [[error, error], 1])
      assert.isUndefined(model.card())
    })
  )

  it.effect(
    "is loaded anew for who asks after a failure that may pass, and what the failed loads held is released",
    () =>
      Effect.gen(function* () {
        const { backend } = scriptedBackend(length)
        let loads = 0
        let held = 0
        const error = capabilityError("unreachable", "embedding", "folder", "nobody there")
        const load = Effect.acquireRelease(
          Effect.sync(() => {
            loads++
            held++
          }),
          () => Effect.sync(() => held--)
        ).pipe(Effect.andThen(Effect.suspend(() => (loads < 3 ? Effect.fail(error) : Effect.succeed(backend)))))
        const model = yield* localModel(EMBEDDING, { spec: { ...SPEC, patienceMillis: 0 }, load, store: undefined })
        // Who waits together fails together, of one load.
        const together = yield* Effect.all([Effect.flip(model.ask(["a"])), Effect.flip(model.ask(["b"]))], {
          concurrency: "unbounded"
        })
        assert.deepStrictEqual([together, loads, held], [[error, error], 1, 0])
        assert.deepStrictEqual([yield* Effect.flip(model.ask(["a"])), loads, held], [error, 2, 0])
        assert.deepStrictEqual([(yield* model.ask(["a"])).results, loads, held], [[[1, 1]], 3, 1])
        yield* model.ask(["bb"])
        assert.strictEqual(loads, 3)
      })
  )

  it.effect("waits for a server that is not there yet, as long as its patience lasts", () =>
    Effect.gen(function* () {
      let loads = 0
      const { backend } = scriptedBackend(length)
      const load = Effect.suspend(() =>
        ++loads < 3
          ? Effect.fail(capabilityError("unreachable", "embedding", "folder", "nobody there"))
          : Effect.succeed(backend)
      )
      const model = yield* localModel(EMBEDDING, { spec: SPEC, load, store: undefined })
      const asking = yield* Effect.forkChild(model.ask(["a"]))
      yield* passTime(1_000)
      assert.deepStrictEqual((yield* Fiber.join(asking)).results, [[1, 1]])
      assert.strictEqual(loads, 3)
    })
  )

  it.effect("asks kept answers first, and hands out nothing that is not kept", () =>
    Effect.gen(function* () {
      const { answers, store } = memoryStore()
      const scripted = scriptedBackend(length)
      const model = yield* modelOf(EMBEDDING, scripted.backend, { store })
      yield* model.ask(["a", "bb", "a"])
      assert.deepStrictEqual(scripted.batches, [["a", "bb"]])
      assert.strictEqual(answers.size, 2)
      // The next process.
      const later = yield* modelOf(EMBEDDING, scripted.backend, { store })
      assert.deepStrictEqual((yield* later.ask(["ccc", "bb", "a"])).results, [
        [3, 1],
        [2, 1],
        [1, 1]
      ])
      assert.deepStrictEqual(scripted.batches.slice(1), [["ccc"]])
    })
  )

  it.effect("hands out an answer as it lies on disk, also the first time", () =>
    Effect.gen(function* () {
      const { backend } = scriptedBackend(() => [0.1, 1 / 3])
      const rounded = [Math.fround(0.1), Math.fround(1 / 3)]
      const model = yield* modelOf(EMBEDDING, backend, { store: memoryStore().store })
      assert.deepStrictEqual((yield* model.ask(["a"])).results, [rounded])
      assert.deepStrictEqual((yield* model.ask(["a"])).results, [rounded])
    })
  )

  it.effect("fails when an answer cannot be kept, and says why", () =>
    Effect.gen(function* () {
      const full: AnswerStore = {
        get: () => Effect.succeed(undefined),
        put: () => Effect.fail({ _tag: "AnswerStoreError", path: "p", message: "The disk is full." } as never)
      }
      const model = yield* modelOf(EMBEDDING, scriptedBackend(length).backend, { store: full })
      const error = yield* Effect.flip(model.ask(["a"]))
      assert.deepInclude(error, { kind: "store", retryable: false, model: "folder", message: "The disk is full." })
    })
  )

  it.effect("keeps the answers of a large call as it goes: what comes before a failure is not lost", () =>
    Effect.gen(function* () {
      const { answers, store } = memoryStore()
      const { backend } = scriptedBackend(length, {
        batching: { inputs: 1 },
        instead: ([text]) =>
          text === "bad" ? capabilityError("bad_request", "embedding", "m", "not this one") : undefined
      })
      const model = yield* modelOf(EMBEDDING, backend, { store })
      const exit: Exit.Exit<unknown, CapabilityError> = yield* Effect.exit(model.ask(["a", "b", "bad", "c"]))
      assert.isTrue(Exit.isFailure(exit))
      assert.strictEqual(answers.size, 2)
    })
  )

  it.effect("loads and asks one question when it is probed, keeps no answer and makes no file", () =>
    Effect.gen(function* () {
      let opened = 0
      const { backend } = scriptedBackend(length, { millis: 30 })
      const model = yield* localModel(EMBEDDING, {
        spec: SPEC,
        load: Effect.delay(Effect.succeed(backend), 200),
        store: Effect.sync(() => {
          opened++
          return memoryStore().store
        })
      })
      const probing = yield* Effect.forkChild(model.probe)
      yield* passTime(300, 10)
      const { answerMillis, card, loadMillis } = yield* Fiber.join(probing)
      assert.deepStrictEqual([card, loadMillis, answerMillis], [CARD, 200, 30])
      assert.strictEqual(opened, 0)
    })
  )
})

describe("an input that is longer than the model takes", () => {
  const text = "one two three four five six seven eight nine ten"
  const batching = { tokens: words }
  const short = { spec: { maxTokens: 8 }, batching }

  it.effect("is cut by the model's own count, and answered as one", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend((piece: string) => (piece.includes("ten") ? [0, 4] : [3, 0]), { batching })
      const model = yield* modelOf(EMBEDDING, scripted.backend, short)
      const { results } = yield* model.ask([text, "short"])
      assert.deepStrictEqual(results, [
        [0.6, 0.8],
        [3, 0]
      ])
      assert.deepStrictEqual(scripted.batches, [
        ["one two three four five six seven eight ", "eight nine ten", "short"]
      ])
    })
  )

  it.effect("is cut where the model's card says, too", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(() => [{ label: "toxic", score: 0.5 }], { card: { max_tokens: 8 }, batching })
      const model = yield* modelOf(CLASSIFIER, scripted.backend, { spec: { maxTokens: 1_000 } })
      yield* model.ask([text])
      assert.strictEqual(scripted.batches.flat().length, 2)
    })
  )

  it.effect("is cut by an estimate where its server does not count", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(() => ({ tokens: 5, logProbability: -3 }))
      const model = yield* modelOf(SEQUENCE, scripted.backend, { spec: { maxTokens: 8 } })
      const { results } = yield* model.ask(["我想取消我的订单因为太慢了"])
      assert.deepStrictEqual(scripted.batches, [["我想取消我的订单", "因为太慢了"]])
      assert.deepStrictEqual(results, [{ tokens: 10, logProbability: -6 }])
    })
  )

  it.effect("has its spans where they are in the whole", () =>
    Effect.gen(function* () {
      const { backend } = scriptedBackend(
        (piece: string) => {
          const start = piece.indexOf("nine")
          return start < 0 ? [] : [{ start, end: start + 4, label: "number", score: 1 }]
        },
        { batching }
      )
      const model = yield* modelOf(SPANS, backend, short)
      const [spans = []] = (yield* model.ask([text])).results
      assert.deepStrictEqual(
        spans.map(({ end, start }) => text.slice(start, end)),
        ["nine"]
      )
    })
  )

  const pairTokens = ({ first, second }: Pair) => words(first) + words(second)

  it.effect("is as a pair the piece of the premise that says most", () =>
    Effect.gen(function* () {
      const scripted = scriptedBackend(
        ({ first }: Pair) => {
          const score = first.includes("nine") ? 0.9 : 0.2
          return [
            { label: "entailment", score },
            { label: "neutral", score: 1 - score }
          ]
        },
        { batching: { tokens: pairTokens } }
      )
      const model = yield* modelOf(pairs("entailment"), scripted.backend, short)
      const { results } = yield* model.ask([{ first: text, second: "nine is there" }])
      assert.strictEqual(results[0]?.[0]?.score, 0.9)
      assert.isAbove(scripted.batches.flat().length, 1)
      assert.isTrue(scripted.batches.flat().every(({ second }) => second === "nine is there"))
    })
  )

  it.effect("is refused where it cannot be cut, with its length", () =>
    Effect.gen(function* () {
      const { backend, batches } = scriptedBackend(() => [{ label: "score", score: 1 }], {
        batching: { tokens: pairTokens }
      })
      const model = yield* modelOf(pairs("reward"), backend, short)
      const error = yield* Effect.flip(model.ask([{ first: text, second: "good" }]))
      assert.deepInclude(error, { kind: "bad_request", retryable: false, capability: "pairs" })
      assert.include(error.message, "has 11 tokens and scripted takes 8")
      assert.strictEqual(batches.length, 0)
    })
  )
})
