import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { modelError } from "../../../../models/model-error.ts"
import { ask } from "../../../../pipelines/r2s/generate/ask.ts"
import { CharactersReply, DecideReply } from "../../../../pipelines/r2s/generate/reply-schemas.ts"
import { silentSpeakers } from "../../../../pipelines/r2s/generate/silent-speakers.ts"
import { en } from "../../../../pipelines/r2s/languages/en.ts"
import { backstageOf } from "../../../../pipelines/r2s/simulated/backstage.ts"
import { Rejected } from "../../../../stages/stage.ts"
import { chatScript, type Script } from "../../../support/chat-script.ts"
import { r2sConfig, WEIR } from "../../../support/r2s-chunk.ts"

const backstage = backstageOf({
  part: "characters",
  chunk: WEIR,
  mode: "stepwise",
  dialogueLanguage: "en",
  seed: "s",
  targetRounds: 8,
  mistakes: r2sConfig().mistakes
})

const question = {
  role: "planner",
  name: "characters",
  system: "Invent two people.",
  user: "A weir.",
  schema: CharactersReply,
  temperature: 0.7,
  maxTokens: 50,
  attempts: 3,
  draw: 0,
  backstage,
  check: (said: { readonly a: string; readonly b: string }) => silentSpeakers(said, en)
} as const

const asked = (replies: Script, over: Partial<typeof question> & { readonly draw?: number } = {}) => {
  const script = chatScript({ planner: replies })
  return Effect.gen(function* () {
    const result = yield* Effect.result(ask({ ...question, ...over }))
    return { result, requests: script.requests }
  }).pipe(Effect.provide(script.layer))
}

const rejected = (result: { readonly _tag: string }): Rejected => {
  const failure = (result as { readonly failure?: unknown }).failure
  assert.instanceOf(failure, Rejected)
  return failure as Rejected
}

const good = '{"a":"An angler","b":"A guide"}'

describe("asking for a reply of R2S", () => {
  it.effect("takes a reply of the shape, and what a simulated model says it planted", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* asked([{ content: good, reasoning: "planted: invented_fact\nother" }])
      assert.deepStrictEqual((result as { readonly success: unknown }).success, {
        value: { a: "An angler", b: "A guide" },
        model: "script",
        planted: ["invented_fact"]
      })
      assert.strictEqual(requests.length, 1)
    })
  )

  it.effect(
    "asks for malformed JSON at most three times, then turns the item down with E_SCHEMA and keeps the reply (R2S 7.18)",
    () =>
      Effect.gen(function* () {
        const { requests, result } = yield* asked(["no", '{"a":"x"', '{"a":1}'])
        const { code, evidence, reasons, stage } = rejected(result)
        assert.deepStrictEqual(
          [stage, code, evidence],
          ["generate", "E_SCHEMA", { name: "characters", reply: '{"a":1}', planted: [] }]
        )
        assert.match(reasons[0] ?? "", /^characters: \/a: /)
        assert.strictEqual(requests.length, 3)
      })
  )

  it.effect("takes a reply that was put right", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* asked(["no", good])
      assert.strictEqual(result._tag, "Success")
      assert.strictEqual(requests.length, 2)
    })
  )

  it.effect("names a logic type that is none of the six F_LOGIC (R2S 7.5)", () =>
    Effect.gen(function* () {
      const script = chatScript({
        planner: () => '{"logic_type":"small_talk","progress":"start","purpose":"p","question_logic":null,"stop":false}'
      })
      const { check: _, ...rest } = question
      const error = yield* Effect.flip(ask({ ...rest, name: "decide", schema: DecideReply })).pipe(
        Effect.provide(script.layer)
      )
      assert.strictEqual((error as Rejected).code, "F_LOGIC")
    })
  )

  it.effect("bad input: an empty reply is asked for again, then F_EMPTY", () =>
    Effect.gen(function* () {
      const empty = yield* asked(["", "", ""])
      assert.strictEqual(rejected(empty.result).code, "F_EMPTY")
      assert.strictEqual(empty.requests.length, 3)
      const placeholder = yield* asked(() => '{"a":"","b":"A guide"}')
      assert.deepStrictEqual(rejected(placeholder.result).reasons, ["characters: /a: says nothing: write what is said"])
      assert.strictEqual(rejected(placeholder.result).code, "F_EMPTY")
    })
  )

  it.effect("bad input: a refusal is drawn anew, then E_REFUSED", () =>
    Effect.gen(function* () {
      const refusal = modelError("refused", "m", "The model refused.")
      const { requests, result } = yield* asked([refusal, refusal, refusal])
      assert.deepStrictEqual(
        [rejected(result).code, rejected(result).reasons],
        ["E_REFUSED", ["The model refused. (3 tries)"]]
      )
      assert.deepStrictEqual(
        requests.map(({ draw }) => draw),
        [0, 1, 2]
      )
      const second = yield* asked([refusal, good], { draw: 1 } as never)
      assert.strictEqual(second.result._tag, "Success")
      assert.deepStrictEqual(
        second.requests.map(({ draw }) => draw),
        [3, 4]
      )
    })
  )

  it.effect("turns an item down whose reply hit its token limit, and says which", () =>
    Effect.gen(function* () {
      const { result } = yield* asked([{ content: '{"a":', finishReason: "length" }])
      assert.strictEqual(rejected(result).code, "E_TRUNCATED")
      assert.include(rejected(result).reasons[0] ?? "", "limit of 50 tokens")
    })
  )

  it.effect("leaves what the world failed at to the engine", () =>
    Effect.gen(function* () {
      const { result } = yield* asked([modelError("server", "m", "503")])
      assert.strictEqual(
        (result as unknown as { readonly failure: { readonly _tag: string } }).failure._tag,
        "ModelError"
      )
    })
  )

  it.effect("a reply that looks like code stays a string (R2S 7.21)", () =>
    Effect.gen(function* () {
      const code = "process.exit(1); ${1+1} __import__('os').system('true')"
      const { result } = yield* asked([JSON.stringify({ a: code, b: "b" })])
      assert.strictEqual(
        (result as unknown as { readonly success: { readonly value: { readonly a: string } } }).success.value.a,
        code
      )
    })
  )
})
