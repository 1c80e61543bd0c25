import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { z } from "zod"
import { ModelError, modelError } from "../../models/model-error.ts"
import { system, user } from "../../schemas/message.ts"
import { InvalidReply, structured } from "../../stages/structured.ts"
import { chatScript } from "../support/chat-script.ts"

const Answer = z.strictObject({ parts: z.array(z.int()), total: z.int() })
const messages = [system("Add up."), user("1 and 2")]
const ask = (more: { readonly repairs?: number; readonly block?: string } = {}) =>
  structured({
    role: "adder",
    messages,
    schema: Answer,
    name: "sum",
    sampling: { temperature: 0, maxTokens: 50 },
    draw: 3,
    repairs: 1,
    check: ({ parts, total }) =>
      total === parts.reduce((sum, part) => sum + part, 0)
        ? []
        : [{ pointer: "/total", message: "the total is not the sum" }],
    ...more
  })

const good = '{"parts":[1,2],"total":3}'

describe("structured", () => {
  it.effect("asks for the schema and gives the value", () => {
    const script = chatScript({ adder: [good] })
    return Effect.gen(function* () {
      const { completion, repaired, value } = yield* ask()
      assert.deepStrictEqual([value, repaired, completion.message.content], [{ parts: [1, 2], total: 3 }, 0, good])
      assert.deepStrictEqual(script.requests, [
        {
          role: "adder",
          messages,
          response: { name: "sum", schema: Answer },
          sampling: { temperature: 0, maxTokens: 50 },
          draw: 3
        }
      ])
    }).pipe(Effect.provide(script.layer))
  })

  it.effect("shows the model its own issues, by pointer, and takes the repaired reply", () => {
    const script = chatScript({ adder: ['{"parts":[1,"2"]}', `Sorry.\n${good}`] })
    return Effect.gen(function* () {
      assert.strictEqual((yield* ask()).repaired, 1)
      const repair = script.requests[1]?.messages ?? []
      assert.deepStrictEqual(repair.slice(0, 3), [...messages, { role: "assistant", content: '{"parts":[1,"2"]}' }])
      assert.include(repair[3]?.content ?? "", "- /parts/1: Invalid input: expected number, received string")
      assert.include(repair[3]?.content ?? "", "- /total: Invalid input: expected number, received undefined")
    }).pipe(Effect.provide(script.layer))
  })

  it.effect("repairs what only the check can see", () => {
    const script = chatScript({ adder: ['{"parts":[1,2],"total":4}', good] })
    return Effect.gen(function* () {
      assert.strictEqual((yield* ask()).value.total, 3)
      assert.include(script.requests[1]?.messages.at(-1)?.content ?? "", "- /total: the total is not the sum")
    }).pipe(Effect.provide(script.layer))
  })

  it.effect("gives up after the repairs, with the last reply and what is wrong with it", () => {
    const script = chatScript({ adder: ["no", "{}", "still no"] })
    return Effect.gen(function* () {
      const error = yield* Effect.flip(ask({ repairs: 2 }))
      assert.instanceOf(error, InvalidReply)
      assert.deepStrictEqual(
        [error.name, error.text, error.issues],
        ["sum", "still no", [{ pointer: "", message: "the reply holds no JSON" }]]
      )
      assert.strictEqual(error.message, "sum: (whole reply): the reply holds no JSON")
      assert.lengthOf(script.requests, 3)
    }).pipe(Effect.provide(script.layer))
  })

  it.effect("asks once where no repair is allowed", () => {
    const script = chatScript({ adder: ["no"] })
    return Effect.gen(function* () {
      assert.instanceOf(yield* Effect.flip(ask({ repairs: 0 })), InvalidReply)
    }).pipe(Effect.provide(script.layer))
  })

  it.effect("reads an answer block without asking the provider for JSON alone", () => {
    const script = chatScript({ adder: [`One and two make three.\n<answer>${good}</answer>`] })
    return Effect.gen(function* () {
      assert.strictEqual((yield* ask({ block: "answer" })).value.total, 3)
      assert.isUndefined(script.requests[0]?.response)
    }).pipe(Effect.provide(script.layer))
  })

  it.effect("calls a reply that hit its limit truncated, never wrong, and does not repair it", () => {
    const script = chatScript({ adder: [{ content: '{"parts":[1', finishReason: "length", model: "small" }] })
    return Effect.gen(function* () {
      const error = yield* Effect.flip(ask())
      assert.instanceOf(error, ModelError)
      assert.deepInclude(error, { kind: "truncated", model: "small", retryable: false })
      assert.include(error.message, "limit of 50 tokens")
    }).pipe(Effect.provide(script.layer))
  })

  it.effect("calls a filtered reply refused", () => {
    const script = chatScript({ adder: [{ content: good, finishReason: "content_filter" }] })
    return Effect.gen(function* () {
      assert.deepInclude(yield* Effect.flip(ask()), { _tag: "ModelError", kind: "refused" })
    }).pipe(Effect.provide(script.layer))
  })

  it.effect("counts a reply without text as empty", () => {
    const script = chatScript({ adder: [{ tool_calls: [{ id: "c", name: "add", arguments: "{}" }] }] })
    return Effect.gen(function* () {
      assert.include((yield* Effect.flip(ask({ repairs: 0 }))).message, "the reply is empty")
    }).pipe(Effect.provide(script.layer))
  })

  it.effect("passes on the model's failure", () => {
    const failure = modelError("server", "small", "down")
    return Effect.gen(function* () {
      assert.strictEqual(yield* Effect.flip(ask()), failure)
    }).pipe(Effect.provide(chatScript({ adder: [failure] }).layer))
  })
})
