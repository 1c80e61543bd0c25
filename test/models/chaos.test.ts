import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, Redacted } from "effect"
import { Budget } from "../../models/budget.ts"
import { CurrentItem } from "../../models/call-context.ts"
import { ChatModel } from "../../models/chat-model.ts"
import { chatModelLive } from "../../models/chat-model-live.ts"
import type { LedgerEntry } from "../../models/ledger.ts"
import { openaiProvider } from "../../models/openai/provider.ts"
import { ModelSpec } from "../../schemas/config.ts"
import { user } from "../../schemas/message.ts"
import { paidTwice } from "../server/request-log.ts"
import { type RunningServer, type ServerOptions, startServer } from "../server/server.ts"
import { memoryLedger } from "./memory-ledger.ts"

const serving = (options: ServerOptions) =>
  Effect.acquireRelease(
    Effect.promise(() => startServer(options)),
    (server) => Effect.promise(server.close)
  )

/** The whole assembly against a server. */
const against = (server: RunningServer, keys: ReadonlyArray<string>, entries: Map<string, LedgerEntry>) =>
  chatModelLive({
    models: {
      default: ModelSpec.parse({ provider: "openai", model: "m", baseUrls: [server.url], concurrency: 64 })
    },
    providers: (spec) =>
      openaiProvider(
        spec,
        keys.map((key) => Redacted.make(key))
      )
  }).pipe(Layer.provide([memoryLedger(entries), Budget.layer({ calls: 100_000 })]), Layer.merge(Logger.layer([])))

const ask = (count: number) =>
  Effect.forEach(
    Array.from({ length: count }, (_, index) => `item-${index}`),
    (key) =>
      ChatModel.use((model) =>
        model.complete({
          role: "agent",
          messages: [user(`Question of ${key}?`)],
          sampling: { temperature: 1, maxTokens: 50 },
          draw: 0
        })
      ).pipe(Effect.provideService(CurrentItem, { phase: "p", key, seed: key, redraw: 0, calls: [] })),
    { concurrency: "unbounded" }
  )

describe("a server that misbehaves", () => {
  it.live("costs no call: 500 of 500 succeed, none is paid for twice", () =>
    Effect.gen(function* () {
      const server = yield* serving({
        faults: {
          "429": 0.2,
          "429-after-ms": 0.1,
          "500": 0.03,
          "503": 0.02,
          reset: 0.01,
          "reset-body": 0.01,
          malformed: 0.02
        },
        retryAfterMillis: 20,
        latency: { kind: "uniform", from: 1, to: 20 }
      })
      const entries = new Map<string, LedgerEntry>()
      const completions = yield* ask(500).pipe(Effect.provide(against(server, ["a"], entries)))
      assert.strictEqual(new Set(completions.map(({ message }) => message.content)).size, 500)
      assert.strictEqual(entries.size, 500)
      const delivered = server.log.entries.filter((entry) => entry.delivered)
      assert.strictEqual(delivered.length, 500)
      assert.deepStrictEqual(paidTwice(server.log.entries), [])
      assert.isAbove(server.log.entries.length, 700)
      assert.isAtMost(server.stats().mostInFlight, 64)
    })
  )

  it.live("is survived when it is down for seconds: first resets, then 503", () =>
    Effect.gen(function* () {
      const server = yield* serving({
        latency: { kind: "fixed", millis: 10 },
        outages: [
          { from: 200, to: 1_500, kind: "reset" },
          { from: 1_500, to: 2_500, kind: "503" }
        ]
      })
      const startedAt = Date.now()
      const rounds = Effect.gen(function* () {
        let answered = 0
        while (Date.now() - startedAt < 3_000) {
          const entries = yield* Effect.forEach(
            Array.from({ length: 40 }, (_, index) => `${answered}-${index}`),
            (key) =>
              ChatModel.use((model) =>
                model.complete({
                  role: "agent",
                  messages: [user(key)],
                  sampling: { temperature: 0, maxTokens: 5 },
                  draw: 0
                })
              ),
            { concurrency: "unbounded" }
          )
          answered += entries.length
        }
        return answered
      })
      const entries = new Map<string, LedgerEntry>()
      const answered = yield* rounds.pipe(Effect.provide(against(server, [], entries)))
      assert.strictEqual(entries.size, answered)
      assert.isAbove(server.log.entries.filter(({ status }) => status === 503).length, 0)
      assert.isAbove(server.log.entries.filter(({ status }) => status === 0).length, 0)
    })
  )

  it.live("is asked no faster than its keys may, once it has said so", () =>
    Effect.gen(function* () {
      const keys = ["a", "b", "c"]
      const server = yield* serving({ keys, bucket: { requests: 20, windowMillis: 300 } })
      yield* ask(150).pipe(Effect.provide(against(server, keys, new Map())))
      const refused = server.log.entries.filter(({ status }) => status === 429).length
      // Each key is refused a few times a window while calls are under way, then left alone: not hammered.
      assert.isBelow(refused, 150)
      for (const key of [0, 1, 2]) {
        assert.isAbove(server.log.entries.filter((entry) => entry.key === key && entry.status === 200).length, 20)
      }
    })
  )
})
