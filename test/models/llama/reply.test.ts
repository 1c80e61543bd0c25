import { assert, describe, it } from "@effect/vitest"
import type { GeneratedResponse } from "../../../models/llama/library.ts"
import { replyOf } from "../../../models/llama/reply.ts"
import type { ProviderRequest } from "../../../models/provider.ts"
import { user } from "../../../schemas/message.ts"

const request: ProviderRequest = {
  model: "m.gguf",
  messages: [user("Hi")],
  sampling: { temperature: 0, maxTokens: 10 }
}
const taken = { model: "m.gguf", prompt: 20, evaluated: 4, completion: 7, count: (text: string) => text.length }
const said = (response: string, stopReason: string): GeneratedResponse => ({
  response,
  fullResponse: [response],
  metadata: { stopReason }
})

describe("a generation as a reply", () => {
  it("counts what was in the sequence's memory as cached", () => {
    assert.deepStrictEqual(replyOf(said("Hello", "eogToken"), request, taken), {
      content: "Hello",
      reasoning: null,
      toolCalls: [],
      finishReason: "stop",
      usage: { prompt: 20, completion: 7, cached: 15, reasoning: 0 },
      usageEstimated: false,
      model: "m.gguf"
    })
  })

  it("says why it ended", () => {
    const reasons = ["eogToken", "stopGenerationTrigger", "customStopTrigger", "maxTokens", "abort"]
    assert.deepStrictEqual(
      reasons.map((reason) => replyOf(said("x", reason), request, taken).finishReason),
      ["stop", "stop", "stop", "length", "other"]
    )
  })

  it("gives each call an id of its own, another one in another dialogue, and no content where there is none", () => {
    const calling: GeneratedResponse = {
      response: "",
      fullResponse: [],
      functionCalls: [
        { functionName: "weather", params: { city: "Oslo" } },
        { functionName: "time", params: undefined }
      ],
      metadata: { stopReason: "functionCalls" }
    }
    const reply = replyOf(calling, request, taken)
    assert.deepStrictEqual(
      [reply.content, reply.finishReason, reply.toolCalls.map((call) => [call.name, call.arguments])],
      [
        null,
        "tool_calls",
        [
          ["weather", '{"city":"Oslo"}'],
          ["time", "{}"]
        ]
      ]
    )
    const other = replyOf(calling, { ...request, messages: [user("Hello")] }, taken)
    assert.strictEqual(new Set([...reply.toolCalls, ...other.toolCalls].map(({ id }) => id)).size, 4)
  })

  it("takes thoughts out of the text", () => {
    const thinking: GeneratedResponse = {
      response: "Yes.",
      fullResponse: [{ type: "segment", segmentType: "thought", text: "hm" }, "Yes."],
      metadata: { stopReason: "eogToken" }
    }
    const { content, reasoning, usage } = replyOf(thinking, request, taken)
    assert.deepStrictEqual([content, reasoning, usage.reasoning], ["Yes.", "hm", 2])
  })
})
