import { assert, layer } from "@effect/vitest"
import { Clock, Context, Effect, Layer, Option } from "effect"
import { z } from "zod"
import { llamaProvider } from "../../models/llama/provider.ts"
import type { Provider, ProviderRequest, Sampling } from "../../models/provider.ts"
import { responseSchema } from "../../models/response-schema.ts"
import type { Message } from "../../schemas/message.ts"
import { user } from "../../schemas/message.ts"
import { chatSpec } from "./gemma.ts"

const asking = (
  content: string,
  sampling: Partial<Sampling> = {},
  more: Partial<ProviderRequest> = {}
): ProviderRequest => ({
  model: "gemma",
  messages: [user(content)],
  sampling: { temperature: 1, maxTokens: 24, seed: 1, ...sampling },
  ...more
})

const SEA = "Write one sentence about the sea."

/** Loaded once for the tests that ask nothing special of it. */
class Gemma extends Context.Service<Gemma, Provider>()("test/Gemma") {}
const gemma = Layer.effect(Gemma, llamaProvider(chatSpec()))

layer(gemma, { timeout: 120_000, excludeTestServices: true })("a model in this process", (it) => {
  it.effect("gives the same text for a seed, alone or beside another call, and another text for another seed", () =>
    Effect.gen(function* () {
      const { complete } = yield* Gemma
      const textOf = (seed: number) => Effect.map(complete(asking(SEA, { seed })), ({ content }) => content)
      const first = yield* textOf(1)
      assert.isNotEmpty(first)
      assert.strictEqual(yield* textOf(1), first)
      assert.notStrictEqual(yield* textOf(2), first)
      const [again, other] = yield* Effect.all([textOf(1), textOf(2)], { concurrency: 2 })
      assert.strictEqual(again, first)
      assert.notStrictEqual(other, first)
    })
  )

  it.effect("counts tokens, remembers a prompt, and says how a reply ended", () =>
    Effect.gen(function* () {
      const { complete } = yield* llamaProvider(chatSpec({ concurrency: 1 }))
      const first = yield* complete(asking(SEA, { temperature: 0 }))
      assert.strictEqual(first.finishReason, "length")
      assert.deepStrictEqual([first.usage.completion, first.usage.cached], [24, 0])
      const second = yield* complete(asking(SEA, { temperature: 0 }))
      assert.strictEqual(second.content, first.content)
      assert.strictEqual(second.usage.prompt, first.usage.prompt)
      assert.isAtLeast(second.usage.cached, first.usage.prompt - 2)
      assert.deepStrictEqual([second.usageEstimated, second.model], [false, "gemma-3-270m-q4_k_m.gguf"])

      const word = first.content?.trim().split(/\s+/)[2] ?? ""
      assert.isNotEmpty(word)
      const stopped = yield* complete(asking(SEA, { temperature: 0, stop: [word] }))
      assert.strictEqual(stopped.finishReason, "stop")
      assert.strictEqual(stopped.content, first.content?.slice(0, first.content.indexOf(word)))
    })
  )

  it.effect("refuses a prompt that does not fit, and gives a reply the room that is left", () =>
    Effect.gen(function* () {
      const { complete } = yield* llamaProvider(chatSpec({ contextTokens: 256 }))
      const error = yield* Effect.flip(complete(asking("word ".repeat(300))))
      assert.deepStrictEqual([error.kind, error.retryable], ["bad_request", false])
      assert.include(error.message, "raise contextTokens")
      const { finishReason, usage } = yield* complete(asking("word ".repeat(200), { maxTokens: 2_000 }))
      assert.strictEqual(finishReason, "length")
      assert.isAtMost(usage.prompt + usage.completion, 256)
      assert.isAbove(usage.completion, 10)
    })
  )

  it.effect("stops an interrupted generation, and works on as if it had never begun", () =>
    Effect.gen(function* () {
      const { complete } = yield* llamaProvider(chatSpec({ concurrency: 1 }))
      const before = yield* complete(asking(SEA))
      const started = yield* Clock.currentTimeMillis
      // 900 tokens take half a minute.
      const cut = yield* Effect.timeoutOption(complete(asking("Tell a long story.", { maxTokens: 900 })), "1 second")
      assert.isTrue(Option.isNone(cut))
      assert.isBelow((yield* Clock.currentTimeMillis) - started, 15_000)
      const after = yield* complete(asking(SEA))
      assert.strictEqual(after.content, before.content)
    })
  )

  it.effect("stops a call that takes longer than it may", () =>
    Effect.gen(function* () {
      const { complete } = yield* llamaProvider(chatSpec({ timeoutMillis: 500 }))
      const error = yield* Effect.flip(complete(asking("Tell a long story.", { maxTokens: 900 })))
      assert.deepStrictEqual([error.kind, error.retryable], ["timeout", true])
    })
  )

  it.effect("stops the run where its file is not there", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(llamaProvider(chatSpec({ model: "none.gguf" })))
      assert.deepStrictEqual([error.kind, error.retryable, error.model], ["auth", false, "none.gguf"])
      assert.include(error.message, "check the path")
    })
  )
})

const Opinion = z.strictObject({
  colour: z.enum(["red", "green", "blue"]),
  stars: z.int().min(1).max(5),
  why: z.string().max(20)
})
const Shopping = z.strictObject({
  items: z
    .array(z.strictObject({ name: z.string().max(10), count: z.int().min(0).max(9) }))
    .min(1)
    .max(2),
  note: z.string().max(10).nullable()
})
const Answer = z.union([
  z.strictObject({ kind: z.literal("yes"), sure: z.boolean() }),
  z.strictObject({ kind: z.literal("no"), reason: z.string().min(1).max(15) })
])

layer(gemma, { timeout: 120_000, excludeTestServices: true })("structured replies", (it) => {
  const DRAWS = [1, 2, 3, 4, 5, 6, 7]
  for (const [name, schema] of Object.entries({ Opinion, Shopping, Answer })) {
    it.effect(`of the schema ${name} are JSON that fits it, in each of ${DRAWS.length} draws`, () =>
      Effect.gen(function* () {
        const { complete } = yield* Gemma
        const replies = yield* Effect.forEach(
          DRAWS,
          (seed) =>
            complete(
              asking(
                "Say anything.",
                { seed, maxTokens: 160 },
                { response: { name, schema: responseSchema(schema).json } }
              )
            ),
          { concurrency: 2 }
        )
        for (const { content, finishReason } of replies) {
          assert.strictEqual(finishReason, "stop", content ?? "")
          const parsed = schema.safeParse(JSON.parse(content ?? ""))
          assert.isTrue(parsed.success, content ?? "")
        }
        assert.isAbove(new Set(replies.map(({ content }) => content)).size, 1)
      })
    )
  }

  it.effect("of a schema that grammars cannot say are still JSON", () =>
    Effect.gen(function* () {
      const { complete } = yield* Gemma
      const response = { name: "both", schema: { allOf: [{ type: "object" }, { required: ["a"] }] } }
      const { content, finishReason } = yield* complete(
        asking("Say {}", { temperature: 0, maxTokens: 300 }, { response })
      )
      // A base model may not find an end; what it has written begins as JSON in any case.
      assert.match(content ?? "", /^\{/)
      if (finishReason === "stop") assert.doesNotThrow(() => JSON.parse(content ?? ""))
    })
  )
})

layer(gemma, { timeout: 120_000, excludeTestServices: true })("tools", (it) => {
  const weather = {
    name: "get_weather",
    description: "Weather in a city",
    parameters: {
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false
    }
  }
  const answered = (id: string, city: string, degrees: number): ReadonlyArray<Message> => [
    user(`What is the weather in ${city}?`),
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id, name: "get_weather", arguments: JSON.stringify({ city }) }]
    },
    { role: "tool", content: JSON.stringify({ degrees }), tool_call_id: id, name: "get_weather" },
    { role: "assistant", content: `It is ${degrees} degrees in ${city}.` }
  ]

  it.effect("are called as in the dialogue before, and their answer is used", () =>
    Effect.gen(function* () {
      const { complete } = yield* Gemma
      // A base model follows examples, not instructions.
      const messages = [
        ...answered("a", "Oslo", 3),
        ...answered("b", "Rome", 21),
        ...answered("c", "Paris", 12),
        user("What is the weather in Berlin?")
      ]
      const sampling = { temperature: 0, maxTokens: 40 }
      const called = yield* complete({ model: "gemma", messages, tools: [weather], sampling })
      assert.deepStrictEqual(
        [called.content, called.finishReason, called.toolCalls.map(({ name }) => name)],
        [null, "tool_calls", ["get_weather"]]
      )
      const [call] = called.toolCalls
      assert.isDefined(call)
      assert.deepStrictEqual(JSON.parse(call.arguments), { city: "Berlin" })
      const reply = yield* complete({
        model: "gemma",
        messages: [
          ...messages,
          { role: "assistant", content: null, tool_calls: [call] },
          { role: "tool", content: '{"degrees":17}', tool_call_id: call.id, name: call.name }
        ],
        tools: [weather],
        sampling
      })
      assert.include(reply.content ?? "", "17")
    })
  )
})
