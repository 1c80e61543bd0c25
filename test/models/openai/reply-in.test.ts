import { assert, describe, it } from "@effect/vitest"
import { ModelError } from "../../../models/model-error.ts"
import { type ReplyIn, replyIn } from "../../../models/openai/reply-in.ts"

const read = (message: object, rest: object = {}, finish: string | null = "stop"): ReplyIn => {
  const body = JSON.stringify({ model: "served", choices: [{ message, finish_reason: finish }], ...rest })
  const reply = replyIn(body, "m", (text) => text)
  if (reply instanceof ModelError) throw reply
  return reply
}

describe("replyIn", () => {
  it("takes reasoning from either field, and text from parts", () => {
    assert.strictEqual(read({ content: "a", reasoning_content: "r1" }).reasoning, "r1")
    assert.strictEqual(read({ content: "a", reasoning: "r2" }).reasoning, "r2")
    assert.strictEqual(
      read({
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" }
        ]
      }).content,
      "ab"
    )
  })

  it("takes tool arguments as an object, an empty string or nothing", () => {
    const call = (input: unknown) =>
      read({ tool_calls: [{ id: "c", function: { name: "f", arguments: input } }] }).toolCalls[0]
    assert.strictEqual(call({ a: 1 })?.arguments, '{"a":1}')
    assert.strictEqual(call("")?.arguments, "{}")
    assert.strictEqual(call(null)?.arguments, "{}")
    assert.strictEqual(call("not json")?.arguments, "not json")
  })

  it("gives calls without an id one of their own, the same each time", () => {
    const calls = {
      tool_calls: [{ function: { name: "f", arguments: "{}" } }, { function: { name: "f", arguments: "{}" } }]
    }
    const ids = read(calls).toolCalls.map(({ id }) => id)
    assert.strictEqual(new Set(ids).size, 2)
    assert.deepStrictEqual(
      ids,
      read(calls).toolCalls.map(({ id }) => id)
    )
  })

  it("believes what the model did rather than the finish reason, except that it was cut off", () => {
    const calling = { tool_calls: [{ id: "c", function: { name: "f", arguments: "{}" } }] }
    const reasons = [read(calling), read(calling, {}, "length"), read({ content: "" }, {}, null), read({}, {}, "weird")]
    assert.deepStrictEqual(
      reasons.map(({ finishReason }) => finishReason),
      ["tool_calls", "length", "stop", "other"]
    )
  })

  it("makes a refusal a reply that a filter ended, with its words", () => {
    const { content, finishReason } = read({ content: null, refusal: "I can't help with that." })
    assert.deepStrictEqual([content, finishReason], ["I can't help with that.", "content_filter"])
    assert.strictEqual(read({ content: "Well" }, {}, "content_filter").finishReason, "content_filter")
    assert.strictEqual(read({ content: "a", refusal: "" }).finishReason, "stop")
  })

  it("reads usage in both dialects of cached tokens, and none where it is missing or wrong", () => {
    const usage = (value: object) => read({ content: "a" }, { usage: value }).usage
    assert.deepStrictEqual(usage({ prompt_tokens: 9, completion_tokens: 4, prompt_cache_hit_tokens: 5 }), {
      prompt: 9,
      completion: 4,
      cached: 5,
      reasoning: 0
    })
    assert.deepStrictEqual(
      usage({
        prompt_tokens: 9,
        completion_tokens: 4,
        prompt_tokens_details: { cached_tokens: 50 },
        completion_tokens_details: null
      }),
      { prompt: 9, completion: 4, cached: 9, reasoning: 0 }
    )
    assert.isUndefined(usage({ prompt_tokens: -1, completion_tokens: 4 }))
    assert.isUndefined(usage({ prompt_tokens: 1e300, completion_tokens: 4 }))
    assert.isUndefined(usage({ prompt_tokens: 9, completion_tokens: 3_000_000_000 }))
    assert.isUndefined(read({ content: "a" }).usage)
  })
})
