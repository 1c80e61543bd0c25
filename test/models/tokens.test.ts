import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { countedUsage, promptTokens, tokenCounter } from "../../models/tokens.ts"
import { assistant, user } from "../../schemas/message.ts"

describe("tokens", () => {
  it.effect("estimates prompts above our own count, tools and schema included", () =>
    Effect.gen(function* () {
      const count = yield* tokenCounter
      const messages = [user("How many tokens are in this sentence?"), assistant("Nine or so.")]
      const sampling = { temperature: 0, maxTokens: 10 }
      const request = { model: "m", messages, sampling }
      const tools = [{ name: "t", description: "A tool that does little.", parameters: { type: "object" } }]
      const counted = countedUsage(count, request, ["a reply"])
      assert.deepStrictEqual(counted, { prompt: 32, completion: 2, cached: 0, reasoning: 0 })
      assert.strictEqual(promptTokens(count, request), Math.ceil(32 * 1.2))
      assert.isAbove(promptTokens(count, { ...request, tools }), promptTokens(count, request) + 15)
    })
  )

  it.effect("counts control tokens as text and long words in bounded time", () =>
    Effect.gen(function* () {
      const count = yield* tokenCounter
      assert.isAbove(count("<|endoftext|>"), 1)
      const startedAt = performance.now()
      assert.isAbove(count("a".repeat(50_000)), 5_000)
      assert.isBelow(performance.now() - startedAt, 3_000)
    })
  )
})
