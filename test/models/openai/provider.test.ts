import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Logger, Redacted } from "effect"
import { z } from "zod"
import type { ModelErrorKind } from "../../../models/model-error.ts"
import { openaiProvider } from "../../../models/openai/provider.ts"
import type { ProviderRequest } from "../../../models/provider.ts"
import { responseSchema } from "../../../models/response-schema.ts"
import { ModelSpec } from "../../../schemas/config.ts"
import { system, user } from "../../../schemas/message.ts"
import type { Fault } from "../../server/faults.ts"
import { type RunningServer, type ServerOptions, startServer } from "../../server/server.ts"
import type { WireRequest } from "../../server/wire.ts"

const KEY = "test-key-7f3a9c"

const request = (over: Partial<ProviderRequest> = {}): ProviderRequest => ({
  model: "m",
  messages: [system("Be brief."), user("Hello?")],
  sampling: { temperature: 0, maxTokens: 50 },
  ...over
})

const serving = (options: ServerOptions) =>
  Effect.acquireRelease(
    Effect.promise(() => startServer(options)),
    (server) => Effect.promise(server.close)
  )

const providerOf = (
  server: Pick<RunningServer, "url">,
  over: Partial<z.input<typeof ModelSpec>> = {},
  keys: ReadonlyArray<string> = [KEY]
) =>
  openaiProvider(
    ModelSpec.parse({ provider: "openai", model: "m", baseUrls: [server.url], apiKeyEnv: "DEMO_KEY", ...over }),
    keys.map((key) => Redacted.make(key))
  )

/** A server that keeps what it was asked, word for word. */
const recording = (options: ServerOptions = {}) => {
  const asked: Array<WireRequest> = []
  return Effect.map(
    serving({
      ...options,
      fault: (body) => {
        asked.push(body)
        return undefined
      }
    }),
    (server) => ({ server, asked })
  )
}

describe("openaiProvider", () => {
  it.live("answers with content, model, finish reason and usage, cached and reasoning tokens included", () =>
    Effect.gen(function* () {
      const server = yield* serving({ reply: () => ({ content: "Hi there!", reasoning: "Say hi." }) })
      const provider = yield* providerOf(server)
      assert.deepStrictEqual(yield* provider.complete(request()), {
        content: "Hi there!",
        reasoning: "Say hi.",
        toolCalls: [],
        finishReason: "stop",
        usage: { prompt: 5, completion: 5, cached: 2, reasoning: 2 },
        usageEstimated: false,
        model: "m"
      })
    })
  )

  it.live("sends messages, tools, tool results and sampling in the words of the protocol", () =>
    Effect.gen(function* () {
      const { asked, server } = yield* recording()
      const provider = yield* providerOf(server)
      yield* provider.complete(
        request({
          messages: [
            user("Weather?"),
            {
              role: "assistant",
              content: null,
              reasoning: "private",
              tool_calls: [{ id: "c1", name: "weather", arguments: '{"city":"Oslo"}' }]
            },
            { role: "tool", content: "rain", tool_call_id: "c1", name: "weather" }
          ],
          tools: [{ name: "weather", description: "The weather.", parameters: { type: "object" } }],
          sampling: { temperature: 0.7, topP: 0.9, maxTokens: 64, stop: ["END"], seed: 5 }
        })
      )
      assert.deepStrictEqual<unknown>(asked, [
        {
          model: "m",
          messages: [
            { role: "user", content: "Weather?" },
            {
              role: "assistant",
              content: null,
              tool_calls: [{ id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } }]
            },
            { role: "tool", content: "rain", tool_call_id: "c1" }
          ],
          max_tokens: 64,
          temperature: 0.7,
          top_p: 0.9,
          stop: ["END"],
          seed: 5,
          tools: [
            {
              type: "function",
              function: { name: "weather", description: "The weather.", parameters: { type: "object" } }
            }
          ]
        }
      ])
    })
  )

  it.live("brings tool calls back with the model's own ids and arguments as text", () =>
    Effect.gen(function* () {
      const toolCalls = [{ id: "call_9", name: "weather", arguments: '{"city":"Oslo"}' }]
      const server = yield* serving({ reply: () => ({ content: null, toolCalls }) })
      const reply = yield* (yield* providerOf(server)).complete(request())
      assert.deepStrictEqual([reply.toolCalls, reply.finishReason, reply.content], [toolCalls, "tool_calls", null])
    })
  )

  const kinds: ReadonlyArray<readonly [Fault, ModelErrorKind, boolean, number | undefined]> = [
    ["429", "rate_limit", true, 429],
    ["quota", "rate_limit", true, 429],
    ["500", "server", true, 500],
    ["503", "server", true, 503],
    ["400", "bad_request", false, 400],
    ["reset", "server", true, undefined],
    ["reset-body", "server", true, undefined],
    ["malformed", "parse", true, undefined],
    ["html", "parse", true, undefined],
    ["empty-choices", "parse", true, undefined]
  ]
  for (const [fault, kind, retryable, status] of kinds) {
    it.live(`makes ${fault} a ${kind} error`, () =>
      Effect.gen(function* () {
        const server = yield* serving({ fault: () => fault })
        const error = yield* Effect.flip((yield* providerOf(server)).complete(request()))
        assert.deepStrictEqual([error.kind, error.retryable, error.status], [kind, retryable, status])
        assert.strictEqual(error.model, "m")
      })
    )
  }

  it.live("reads Retry-After in milliseconds and in seconds, and asks for patience where the credit is used up", () =>
    Effect.gen(function* () {
      const asked: Array<number | undefined> = []
      for (const fault of ["429-after-ms", "429-after", "429", "quota"] as const) {
        const server = yield* serving({ fault: () => fault, retryAfterMillis: 1_500 })
        asked.push((yield* Effect.flip((yield* providerOf(server)).complete(request()))).retryAfterMillis)
      }
      assert.deepStrictEqual(asked, [1_500, 2_000, undefined, 60_000])
    })
  )

  it.live("makes a refused connection a server error", () =>
    Effect.gen(function* () {
      const server = yield* Effect.promise(() => startServer())
      yield* Effect.promise(server.close)
      const error = yield* Effect.flip((yield* providerOf(server)).complete(request()))
      assert.deepStrictEqual([error.kind, error.retryable], ["server", true])
      assert.match(error.message, /ECONNREFUSED/)
    })
  )

  for (const fault of ["hang", "slow-body"] as const) {
    it.live(`makes an answer that is not whole in time a timeout (${fault})`, () =>
      Effect.gen(function* () {
        const server = yield* serving({ fault: () => fault, slowBodyMillis: 3_000 })
        const error = yield* Effect.flip((yield* providerOf(server, { timeoutMillis: 100 })).complete(request()))
        assert.deepStrictEqual([error.kind, error.retryable], ["timeout", true])
      })
    )
  }

  it.live("waits for a slow body that is in time", () =>
    Effect.gen(function* () {
      const server = yield* serving({ fault: () => "slow-body", reply: () => ({ content: "slow" }) })
      assert.strictEqual((yield* (yield* providerOf(server)).complete(request())).content, "slow")
    })
  )

  it.live("says which variable, URL and model to check where access is refused", () =>
    Effect.gen(function* () {
      const server = yield* serving({ keys: ["another"], models: ["n"] })
      const refused = yield* Effect.flip((yield* providerOf(server)).complete(request()))
      assert.deepStrictEqual([refused.kind, refused.retryable, refused.status], ["auth", false, 401])
      assert.include(refused.message, "DEMO_KEY")
      const unknown = yield* Effect.flip((yield* providerOf(server, {}, ["another"])).complete(request()))
      assert.deepStrictEqual([unknown.kind, unknown.status], ["auth", 404])
      assert.include(unknown.message, '"m"')
      assert.include(unknown.message, server.url)
    })
  )

  it.live("does not call a reply that hit its token limit an error", () =>
    Effect.gen(function* () {
      const server = yield* serving({ fault: () => "truncated" })
      assert.strictEqual((yield* (yield* providerOf(server)).complete(request())).finishReason, "length")
    })
  )

  for (const fault of ["refusal", "content-filter"] as const) {
    it.live(`does not call a reply that was held back an error: it has been paid for (${fault})`, () =>
      Effect.gen(function* () {
        const server = yield* serving({ fault: () => fault })
        const reply = yield* (yield* providerOf(server)).complete(request())
        assert.strictEqual(reply.finishReason, "content_filter")
        assert.isAbove(reply.usage.prompt, 0)
      })
    )
  }

  it.live("counts tokens itself where the server does not", () =>
    Effect.gen(function* () {
      const server = yield* serving({ fault: () => "no-usage", reply: () => ({ content: "Hello to you" }) })
      const reply = yield* (yield* providerOf(server)).complete(request())
      assert.isTrue(reply.usageEstimated)
      assert.deepStrictEqual(reply.usage, { prompt: 25, completion: 3, cached: 0, reasoning: 0 })
    })
  )

  it.live("aborts the request at the server when it is interrupted", () =>
    Effect.gen(function* () {
      const server = yield* serving({ fault: () => "hang" })
      const provider = yield* providerOf(server)
      const fiber = yield* Effect.forkChild(provider.complete(request()))
      while (server.stats().inFlight === 0) yield* Effect.sleep(5)
      yield* Fiber.interrupt(fiber)
      for (let wait = 0; wait < 100 && server.stats().inFlight > 0; wait++) yield* Effect.sleep(10)
      assert.deepStrictEqual(
        server.log.entries.map(({ aborted, status }) => ({ aborted, status })),
        [{ aborted: true, status: 0 }]
      )
    })
  )
})

describe("keys", () => {
  it.live("never appear in errors or logs, also where a server echoes them", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const keeping = Logger.layer([Logger.make(({ message }) => lines.push(JSON.stringify(message)))])
      // The simulated server's 401 repeats the key, as some gateways do.
      const server = yield* serving({ keys: ["another"] })
      const provider = yield* providerOf(server)
      const error = yield* Effect.flip(provider.complete(request())).pipe(Effect.provide(keeping))
      const echoing = yield* serving({ refusedParameters: ["max_tokens"], keys: [KEY] })
      yield* (yield* providerOf(echoing)).complete(request()).pipe(Effect.provide(keeping))
      const all = [error.message, String(error), JSON.stringify(error), error.stack ?? "", ...lines].join("\n")
      assert.include(error.message, "<redacted>")
      assert.include(all, "max_completion_tokens")
      assert.notInclude(all, KEY)
    })
  )

  it.live("are not invented where a server wants none", () =>
    Effect.gen(function* () {
      const headers: Array<string | undefined> = []
      const server = yield* serving({ onHeaders: (all) => headers.push(all.authorization, all["user-agent"]) })
      yield* (yield* providerOf(server, {}, [])).complete(request())
      assert.deepStrictEqual(headers, [undefined, undefined])
    })
  )
})

describe("a pool", () => {
  it.live("spreads calls over URLs and keys", () =>
    Effect.gen(function* () {
      const keys = ["a", "b"]
      const servers = [
        yield* serving({ keys, latency: { kind: "fixed", millis: 20 } }),
        yield* serving({ keys, latency: { kind: "fixed", millis: 20 } })
      ]
      const provider = yield* providerOf({ url: "" }, { baseUrls: servers.map(({ url }) => url) }, keys)
      yield* Effect.forEach(Array.from({ length: 40 }), () => provider.complete(request()), {
        concurrency: 40,
        discard: true
      })
      const used = servers.map(({ log }) =>
        [0, 1].map((key) => log.entries.filter((entry) => entry.key === key).length)
      )
      assert.deepStrictEqual(used, [
        [10, 10],
        [10, 10]
      ])
    })
  )

  it.live("leaves a key alone that asked for a pause, and uses the other", () =>
    Effect.gen(function* () {
      const server = yield* serving({ keys: ["a", "b"], bucket: { requests: 1, windowMillis: 60_000 } })
      const roomy = yield* serving({})
      const provider = yield* providerOf({ url: "" }, { baseUrls: [server.url, roomy.url] }, ["a", "b"])
      for (let call = 0; call < 30; call++)
        yield* Effect.exit(provider.complete(request({ messages: [user(`${call}`)] })))
      // One answer and one 429 for each key, then nothing more until its minute is over.
      assert.strictEqual(server.log.entries.length, 4)
      assert.strictEqual(provider.pauseMillis?.(Date.now()), 0)
    })
  )

  it.live("says how long to wait when every key asked for a pause", () =>
    Effect.gen(function* () {
      const server = yield* serving({ fault: () => "429-after-ms", retryAfterMillis: 30_000 })
      const provider = yield* providerOf(server)
      assert.strictEqual(provider.pauseMillis?.(Date.now()), 0)
      yield* Effect.flip(provider.complete(request()))
      const pause = provider.pauseMillis?.(Date.now()) ?? 0
      assert.isTrue(pause > 29_000 && pause <= 30_000)
    })
  )

  it.live("turns away from a server that is down", () =>
    Effect.gen(function* () {
      const down = yield* serving({ fault: () => "reset" })
      const up = yield* serving({})
      const provider = yield* providerOf({ url: "" }, { baseUrls: [down.url, up.url] })
      for (let call = 0; call < 20; call++) yield* Effect.exit(provider.complete(request()))
      assert.isAtMost(down.log.entries.length, 3)
      assert.isAtLeast(up.log.entries.length, 17)
    })
  )
})

describe("structured output", () => {
  const Verdict = z.object({ ok: z.boolean(), why: z.string().min(3) })
  const response = { name: "the verdict!", schema: responseSchema(Verdict).json }
  const quiet = Effect.provide(Logger.layer([]))
  const formats = (asked: ReadonlyArray<WireRequest>) => asked.map((body) => body.response_format?.type)

  it.live("is asked for natively and strictly, without the keywords that strict mode refuses", () =>
    Effect.gen(function* () {
      const { asked, server } = yield* recording()
      const reply = yield* (yield* providerOf(server)).complete(request({ response }))
      assert.isTrue(Verdict.safeParse(JSON.parse(reply.content ?? "")).success)
      assert.deepStrictEqual(asked[0]?.response_format, {
        type: "json_schema",
        json_schema: {
          name: "the_verdict_",
          strict: true,
          schema: {
            type: "object",
            properties: { ok: { type: "boolean" }, why: { type: "string" } },
            required: ["ok", "why"],
            additionalProperties: false
          }
        }
      })
    })
  )

  it.live("is not strict where a property is optional", () =>
    Effect.gen(function* () {
      const { asked, server } = yield* recording()
      const { json } = responseSchema(z.object({ a: z.string().optional() }))
      yield* (yield* providerOf(server)).complete(request({ response: { name: "a", schema: json } }))
      assert.strictEqual(asked[0]?.response_format?.json_schema?.strict, false)
    })
  )

  it.live("falls back to a JSON object with the schema in the prompt, and remembers", () =>
    Effect.gen(function* () {
      const { asked, server } = yield* recording({ structured: "json_object" })
      const provider = yield* providerOf(server)
      yield* provider.complete(request({ response }))
      yield* provider.complete(request({ response }))
      assert.deepStrictEqual(formats(asked), ["json_schema", "json_object", "json_object"])
      const [first] = asked[1]?.messages ?? []
      assert.match(first?.content ?? "", /^Be brief\.\n\n.*JSON Schema/s)
      assert.include(first?.content ?? "", '"required":["ok","why"]')
    }).pipe(quiet)
  )

  it.live("falls back to the prompt alone", () =>
    Effect.gen(function* () {
      const { asked, server } = yield* recording({ structured: "none" })
      yield* (yield* providerOf(server)).complete(request({ messages: [user("Judge.")], response }))
      assert.deepStrictEqual(formats(asked), ["json_schema", "json_object", undefined])
      assert.strictEqual(asked[2]?.messages[0]?.role, "system")
    }).pipe(quiet)
  )

  it.live("does not fall back where the user chose the way", () =>
    Effect.gen(function* () {
      const { asked, server } = yield* recording({ structured: "none" })
      const provider = yield* providerOf(server, { structured: "native" })
      assert.strictEqual((yield* Effect.flip(provider.complete(request({ response })))).kind, "bad_request")
      assert.strictEqual(asked.length, 1)
    })
  )

  it.live("leaves out parameters that the server refuses, and remembers", () =>
    Effect.gen(function* () {
      const { asked, server } = yield* recording({ refusedParameters: ["seed", "max_tokens"] })
      const provider = yield* providerOf(server)
      const sampling = { temperature: 1, maxTokens: 9, seed: 3 }
      yield* provider.complete(request({ sampling }))
      yield* provider.complete(request({ sampling }))
      assert.deepStrictEqual(
        asked.map(({ max_completion_tokens, max_tokens, seed }) => [max_tokens, max_completion_tokens, seed]),
        [
          [9, undefined, 3],
          [9, undefined, undefined],
          [undefined, 9, undefined],
          [undefined, 9, undefined]
        ]
      )
    }).pipe(quiet)
  )
})
