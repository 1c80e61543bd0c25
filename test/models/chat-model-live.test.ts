import { assert, describe, it } from "@effect/vitest"
import { Cause, type Context, Deferred, Effect, Exit, Fiber, Layer, Option } from "effect"
import { TestClock } from "effect/testing"
import { z } from "zod"
import { Budget, type BudgetCaps } from "../../models/budget.ts"
import { type CallRecord, CurrentCall, CurrentItem, CurrentStage } from "../../models/call-context.ts"
import { ChatModel, type ChatRequest } from "../../models/chat-model.ts"
import { chatModelLive } from "../../models/chat-model-live.ts"
import { Ledger, type LedgerEntry, LedgerError } from "../../models/ledger.ts"
import { type ModelError, modelError } from "../../models/model-error.ts"
import { type ModelsByRole, simulatedModel } from "../../models/models-by-role.ts"
import type { Provider, ProviderReply, ProviderRequest } from "../../models/provider.ts"
import { ModelSpec } from "../../schemas/config.ts"
import { user } from "../../schemas/message.ts"
import { memoryLedger } from "./memory-ledger.ts"

const priced = (model: string) =>
  ModelSpec.parse({
    provider: "openai",
    model,
    baseUrls: ["http://127.0.0.1:9/v1"],
    price: { input: 10, cachedInput: 1, output: 100 }
  })

const reply = (over: Partial<ProviderReply> = {}): ProviderReply => ({
  content: "hi",
  reasoning: null,
  toolCalls: [],
  finishReason: "stop",
  usage: { prompt: 1_000, completion: 10, cached: 500, reasoning: 0 },
  usageEstimated: false,
  model: "m-2025",
  ...over
})

/** Answers by a function and keeps what it was asked. */
const scripted = (answer: (request: ProviderRequest) => Effect.Effect<ProviderReply, ModelError>) => {
  const asked: Array<ProviderRequest> = []
  const provider: Provider = {
    name: "openai",
    complete: (request) =>
      Effect.suspend(() => {
        asked.push(request)
        return answer(request)
      })
  }
  return { asked, provider }
}

const request = (over: Partial<ChatRequest> = {}): ChatRequest => ({
  role: "agent",
  messages: [user("hello")],
  sampling: { temperature: 0, maxTokens: 100 },
  draw: 0,
  ...over
})

const layers = (
  provider: Provider,
  options: {
    readonly entries?: Map<string, LedgerEntry>
    readonly caps?: BudgetCaps
    readonly models?: ModelsByRole
    readonly ledger?: Layer.Layer<Ledger>
  } = {}
) =>
  chatModelLive({
    models: options.models ?? { default: priced("m") },
    providers: () => Effect.succeed(provider)
  }).pipe(
    Layer.provideMerge(
      Layer.mergeAll(options.ledger ?? memoryLedger(options.entries), Budget.layer(options.caps ?? {}))
    )
  )

const inItem = (key: string, calls: Array<CallRecord> = []) =>
  Effect.provideService(CurrentItem, { phase: "p", key, seed: `seed of ${key}`, redraw: 0, calls })

describe("chatModelLive", () => {
  it.effect("asks once, and answers the same call from the ledger afterwards", () => {
    const { asked, provider } = scripted(() => Effect.succeed(reply()))
    return Effect.gen(function* () {
      const model = yield* ChatModel
      const first = yield* model.complete(request())
      const second = yield* model.complete(request())
      assert.strictEqual(asked.length, 1)
      assert.deepStrictEqual([first.cached, second.cached], [false, true])
      assert.deepStrictEqual({ ...first, cached: true }, second)
      assert.deepStrictEqual(first.message, { role: "assistant", content: "hi" })
    }).pipe(Effect.provide(layers(provider)))
  })

  it.effect("writes the whole call into the ledger", () => {
    const entries = new Map<string, LedgerEntry>()
    const { provider } = scripted(() => Effect.succeed(reply()))
    return Effect.gen(function* () {
      const { id } = yield* ChatModel.use((model) => model.complete(request({ draw: 2 }))).pipe(
        inItem("i7"),
        Effect.provideService(CurrentStage, "write")
      )
      assert.deepStrictEqual(entries.get(id), {
        address: id,
        phase: "p",
        item: "i7",
        stage: "write",
        role: "agent",
        draw: 2,
        provider: "openai",
        request: { model: "m", messages: [user("hello")], sampling: { temperature: 0, maxTokens: 100 } },
        reply: reply(),
        costUsd: 0.0065,
        milliseconds: 0,
        attempts: 1,
        at: 0
      })
    }).pipe(Effect.provide(layers(provider, { entries })))
  })

  it.effect("tells the item of each call, those that the ledger answered included", () => {
    const calls: Array<CallRecord> = []
    const { provider } = scripted(() => Effect.succeed(reply()))
    return Effect.gen(function* () {
      const model = yield* ChatModel
      yield* model.complete(request())
      yield* model.complete(request())
      assert.deepStrictEqual(
        calls.map(({ id: _, ...call }) => call),
        [false, true].map((cached) => ({
          role: "agent",
          stage: "write",
          model: "m-2025",
          provider: "openai",
          cached,
          usage: reply().usage,
          costUsd: 0.0065,
          milliseconds: 0
        }))
      )
    }).pipe(inItem("i", calls), Effect.provideService(CurrentStage, "write"), Effect.provide(layers(provider)))
  })

  it.effect("lets every item draw for itself above temperature 0, with its own seed on the wire", () => {
    const { asked, provider } = scripted(() => Effect.succeed(reply()))
    const hot = request({ sampling: { temperature: 1, maxTokens: 100 } })
    return Effect.gen(function* () {
      const model = yield* ChatModel
      for (const key of ["a", "b", "a"]) yield* model.complete(hot).pipe(inItem(key))
      yield* model.complete({ ...hot, draw: 1 }).pipe(inItem("a"))
      assert.strictEqual(asked.length, 3)
      assert.strictEqual(new Set(asked.map(({ sampling }) => sampling.seed)).size, 3)
    }).pipe(Effect.provide(layers(provider)))
  })

  it.effect("sends equal calls that run at once only once", () => {
    const { asked, provider } = scripted(() => Effect.as(Effect.sleep("1 millis"), reply()))
    return Effect.gen(function* () {
      const model = yield* ChatModel
      const all = yield* Effect.all(
        Array.from({ length: 20 }, () => model.complete(request())),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(asked.length, 1)
      assert.strictEqual(all.filter(({ cached }) => !cached).length, 1)
    }).pipe(Effect.provide(layers(provider)), live)
  })

  it.effect("uses the earlier reply where another process was first to answer", () => {
    const { provider } = scripted(() => Effect.succeed(reply({ content: "mine" })))
    const ledger = Layer.succeed(
      Ledger,
      Ledger.of({
        get: () => Effect.succeed(Option.none()),
        put: (entry) => Effect.succeed({ ...entry, reply: reply({ content: "theirs" }) }),
        totals: Effect.die("not asked")
      })
    )
    return Effect.gen(function* () {
      const completion = yield* ChatModel.use((model) => model.complete(request()))
      assert.strictEqual(completion.message.content, "theirs")
    }).pipe(Effect.provide(layers(provider, { ledger })))
  })

  it.effect("gives no reply that is not durable", () => {
    const { provider } = scripted(() => Effect.succeed(reply()))
    const broken = new LedgerError({ path: "ledger.sqlite", message: "disk full" })
    const ledger = Layer.succeed(
      Ledger,
      Ledger.of({
        get: () => Effect.succeed(Option.none()),
        put: () => Effect.fail(broken),
        totals: Effect.die("not asked")
      })
    )
    return Effect.gen(function* () {
      assert.strictEqual(yield* Effect.flip(ChatModel.use((model) => model.complete(request()))), broken)
      // It was paid for all the same.
      assert.strictEqual((yield* Budget.use(({ spent }) => spent)).calls, 1)
    }).pipe(Effect.provide(layers(provider, { ledger })))
  })

  it.effect("writes an answered call down also when it is interrupted meanwhile", () =>
    Effect.gen(function* () {
      const writing = yield* Deferred.make<void>()
      const written: Array<string> = []
      const ledger = Layer.succeed(
        Ledger,
        Ledger.of({
          get: () => Effect.succeed(Option.none()),
          put: (entry) =>
            Deferred.succeed(writing, undefined).pipe(
              Effect.andThen(Effect.yieldNow),
              Effect.andThen(Effect.sync(() => written.push(entry.address))),
              Effect.as(entry)
            ),
          totals: Effect.die("not asked")
        })
      )
      const { provider } = scripted(() => Effect.succeed(reply()))
      yield* Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(ChatModel.use((model) => model.complete(request())))
        yield* Deferred.await(writing)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(written.length, 1)
        assert.strictEqual((yield* Budget.use(({ spent }) => spent)).calls, 1)
      }).pipe(Effect.provide(layers(provider, { ledger })))
    })
  )

  it.effect("asks nobody once the budget is used up, but goes on answering from the ledger", () => {
    const { asked, provider } = scripted(() => Effect.succeed(reply()))
    return Effect.gen(function* () {
      const model = yield* ChatModel
      yield* model.complete(request())
      const error = yield* Effect.flip(model.complete(request({ messages: [user("another")] })))
      assert.strictEqual(error._tag, "BudgetExhausted")
      assert.strictEqual((yield* model.complete(request())).cached, true)
      assert.strictEqual(asked.length, 1)
    }).pipe(Effect.provide(layers(provider, { caps: { calls: 1 } })))
  })

  it.effect("counts what other processes on the same ledger have spent", () => {
    const { asked, provider } = scripted(() => Effect.succeed(reply()))
    const entries = new Map<string, LedgerEntry>()
    const ask = (n: number) => ChatModel.use((model) => model.complete(request({ messages: [user(`${n}`)] })))
    return Effect.gen(function* () {
      const processes = yield* Effect.all(
        [1, 2].map(() => Layer.build(Layer.fresh(layers(provider, { entries, caps: { calls: 5 } }))))
      )
      const ended = yield* Effect.forEach([0, 1, 2, 3, 4, 5, 6, 7], (n) =>
        Effect.exit(Effect.provideContext(ask(n), processes[n % 2] as Context.Context<ChatModel>))
      )
      assert.strictEqual(asked.length, 5)
      assert.deepStrictEqual(ended.map(Exit.isSuccess), [true, true, true, true, true, false, false, false])
    }).pipe(Effect.scoped)
  })

  it.effect(
    "pays for a refusal once: it counts against the budget, stands in the ledger, and is never asked for again",
    () => {
      const calls: Array<CallRecord> = []
      const { asked, provider } = scripted(() =>
        Effect.succeed(reply({ content: "I would\nrather not.", finishReason: "content_filter" }))
      )
      return Effect.gen(function* () {
        const model = yield* ChatModel
        for (let time = 0; time < 2; time++) {
          const error = yield* Effect.flip(model.complete(request()).pipe(inItem("i", calls)))
          assert.deepInclude(error, { _tag: "ModelError", kind: "refused", retryable: false, model: "m-2025" })
          assert.include(error.message, "I would rather not.")
        }
        assert.strictEqual(asked.length, 1)
        assert.deepStrictEqual(
          calls.map(({ cached, costUsd }) => [cached, costUsd]),
          [
            [false, 0.0065],
            [true, 0.0065]
          ]
        )
        const { calls: paid, usd } = yield* Budget.use(({ spent }) => spent)
        assert.deepStrictEqual([paid, usd], [1, 0.0065])
      }).pipe(Effect.provide(layers(provider, { caps: { calls: 5 } })))
    }
  )

  const slow = priced("slow")
  const queues: ReadonlyArray<readonly [string, ModelSpec]> = [
    ["slot", { ...slow, concurrency: 1 }],
    ["turn", { ...slow, requestsPerMinute: 1 }]
  ]
  for (const [queue, spec] of queues) {
    it.effect(`sends no call after the minutes are over, also one that waited for its ${queue} by then`, () => {
      const { asked, provider } = scripted(() => Effect.as(Effect.sleep("50 seconds"), reply()))
      return Effect.gen(function* () {
        const model = yield* ChatModel
        const fiber = yield* Effect.forkChild(
          Effect.forEach(
            Array.from({ length: 10 }, (_, n) => request({ messages: [user(`${n}`)] })),
            (one) => Effect.exit(model.complete(one)),
            { concurrency: "unbounded" }
          )
        )
        for (let second = 0; second < 160; second++) {
          yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
          yield* TestClock.adjust("1 second")
        }
        const ended = yield* Fiber.join(fiber)
        assert.isAtMost(asked.length, 3)
        assert.strictEqual(ended.filter(Exit.isSuccess).length, asked.length)
        assert.strictEqual(
          ended.filter((exit) => String(Exit.isFailure(exit) ? Cause.squash(exit.cause) : "").includes("2 minutes"))
            .length,
          10 - asked.length
        )
      }).pipe(Effect.provide(layers(provider, { caps: { minutes: 2 }, models: { default: spec } })))
    })
  }

  it.effect("sets prompt and the whole reply aside in USD before it sends, and pays the usage", () => {
    const seen: Array<number> = []
    const { provider } = scripted(() => Effect.succeed(reply()))
    return Effect.gen(function* () {
      const budget = yield* Budget
      const watching: Provider = {
        ...provider,
        complete: (sent) =>
          Effect.andThen(
            Effect.map(budget.spent, ({ reserved }) => seen.push(reserved.usd)),
            provider.complete(sent)
          )
      }
      yield* ChatModel.use((model) => model.complete(request())).pipe(
        Effect.provide(
          chatModelLive({ models: { default: priced("m") }, providers: () => Effect.succeed(watching) }).pipe(
            Layer.provide([memoryLedger(), Layer.succeed(Budget, budget)])
          )
        )
      )
      // 15 tokens (8 + 6 + 1) with the margin are 18 for the prompt, and 100 may be answered.
      assert.deepStrictEqual(seen, [(18 * 10 + 100 * 100) / 1_000_000])
      assert.deepStrictEqual(yield* budget.spent, {
        usd: 0.0065,
        tokens: 1_010,
        calls: 1,
        reserved: { usd: 0, tokens: 0, calls: 0 }
      })
    }).pipe(Effect.provide(Budget.layer({ usd: 1 })))
  })

  it.effect("gives back what was set aside when a call fails", () => {
    const { provider } = scripted(() => Effect.fail(modelError("refused", "m", "no")))
    return Effect.gen(function* () {
      const error = yield* Effect.flip(ChatModel.use((model) => model.complete(request())))
      assert.strictEqual(error._tag === "ModelError" ? error.kind : error._tag, "refused")
      assert.deepStrictEqual((yield* Budget.use(({ spent }) => spent)).reserved, { usd: 0, tokens: 0, calls: 0 })
    }).pipe(Effect.provide(layers(provider, { caps: { calls: 1 } })))
  })

  it.effect("sends each role to its model", () => {
    const { asked, provider } = scripted(() => Effect.succeed(reply()))
    const models = { default: priced("m"), judge: priced("n") }
    return Effect.gen(function* () {
      const model = yield* ChatModel
      for (const role of ["agent", "judge", "judge-2"]) yield* model.complete(request({ role, messages: [user(role)] }))
      assert.deepStrictEqual(
        asked.map((sent) => sent.model),
        ["m", "n", "n"]
      )
    }).pipe(Effect.provide(layers(provider, { models })))
  })

  it.effect("sends the schema of a structured reply, and no reasoning of earlier turns", () => {
    const { asked, provider } = scripted(() => Effect.succeed(reply({ reasoning: "because" })))
    const response = { name: "verdict", schema: z.object({ ok: z.boolean() }) }
    return Effect.gen(function* () {
      const messages = [user("a"), { role: "assistant" as const, content: "b", reasoning: "private" }, user("c")]
      const { message } = yield* ChatModel.use((model) => model.complete(request({ messages, response })))
      assert.strictEqual(message.reasoning, "because")
      assert.deepStrictEqual(asked[0]?.messages, [user("a"), { role: "assistant", content: "b" }, user("c")])
      assert.deepStrictEqual(asked[0]?.response, {
        name: "verdict",
        schema: {
          type: "object",
          properties: { ok: { type: "boolean" } },
          required: ["ok"],
          additionalProperties: false
        }
      })
    }).pipe(Effect.provide(layers(provider)))
  })

  it.effect("tells the provider which call it is", () =>
    Effect.gen(function* () {
      const seen: Array<{ readonly role: string; readonly address: string }> = []
      const provider: Provider = {
        name: "simulated",
        complete: () =>
          Effect.map(CurrentCall, (call) => {
            seen.push(call)
            return reply()
          })
      }
      const { id } = yield* ChatModel.use((model) => model.complete(request())).pipe(
        Effect.provide(layers(provider, { models: { default: simulatedModel } }))
      )
      assert.deepStrictEqual(seen, [{ role: "agent", address: id }])
    })
  )
})

/** Real time, for work that p-queue starts in promises of its own. */
const live = <A, E, R>(self: Effect.Effect<A, E, R>) => TestClock.withLive(self)
