import { assert, describe, it } from "@effect/vitest"
import { functionsOf, historyOf } from "../../../models/llama/history.ts"
import { assistant, type Message, system, user } from "../../../schemas/message.ts"

const call = (id: string, city: string) => ({ id, name: "weather", arguments: JSON.stringify({ city }) })
const result = (id: string, content: string): Message => ({ role: "tool", content, tool_call_id: id, name: "weather" })

describe("messages for a chat template", () => {
  it("end with the turn that the model is to write", () => {
    assert.deepStrictEqual(historyOf([system("Be brief."), user("Hi")]), [
      { type: "system", text: "Be brief." },
      { type: "user", text: "Hi" },
      { type: "model", response: [] }
    ])
  })

  it("put calls, their results and what the model says of them into one turn, results by id and not by order", () => {
    const messages: ReadonlyArray<Message> = [
      user("Oslo and Rome?"),
      { role: "assistant", content: "Let me look.", tool_calls: [call("a", "Oslo"), call("b", "Rome")] },
      result("b", '{"degrees":21}'),
      result("a", "no such city"),
      assistant("Rome has 21.")
    ]
    assert.deepStrictEqual(historyOf(messages), [
      { type: "user", text: "Oslo and Rome?" },
      {
        type: "model",
        response: [
          "Let me look.",
          {
            type: "functionCall",
            name: "weather",
            params: { city: "Oslo" },
            result: "no such city",
            startsNewChunk: true
          },
          {
            type: "functionCall",
            name: "weather",
            params: { city: "Rome" },
            result: { degrees: 21 },
            startsNewChunk: false
          },
          "Rome has 21."
        ]
      }
    ])
  })

  it("begin a new turn of the model after each message of the user", () => {
    const kinds = historyOf([user("1"), assistant("one"), user("2"), assistant("two"), user("3")]).map(
      ({ type }) => type
    )
    assert.deepStrictEqual(kinds, ["user", "model", "user", "model", "user", "model"])
  })

  it("keep arguments that are no JSON as the text they are, and leave reasoning behind", () => {
    const messages: ReadonlyArray<Message> = [
      user("?"),
      {
        role: "assistant",
        content: null,
        reasoning: "hm",
        tool_calls: [{ id: "a", name: "weather", arguments: "{city: Oslo" }]
      }
    ]
    assert.deepStrictEqual(historyOf(messages)[1], {
      type: "model",
      response: [{ type: "functionCall", name: "weather", params: "{city: Oslo", result: null, startsNewChunk: true }]
    })
  })
})

describe("tools for a chat template", () => {
  it("take any object where grammars cannot say their arguments", () => {
    const tools = [
      {
        name: "weather",
        description: "Now",
        parameters: { type: "object", properties: { city: { type: "string", description: "a town" } } }
      },
      { name: "odd", description: "Odd", parameters: { allOf: [{}, {}] } }
    ]
    assert.deepStrictEqual(functionsOf(tools), {
      weather: {
        description: "Now",
        params: { type: "object", properties: { city: { type: "string", description: "a town" } } }
      },
      odd: { description: "Odd", params: { type: "object", additionalProperties: true } }
    })
  })
})
