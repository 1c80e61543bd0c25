import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { generateDialogue } from "../../../../pipelines/r2s/generate/generate-dialogue.ts"
import { en } from "../../../../pipelines/r2s/languages/en.ts"
import { zh } from "../../../../pipelines/r2s/languages/zh.ts"
import { exampleReply } from "../../../../pipelines/r2s/prompts/whole.ts"
import type { Rejected } from "../../../../stages/stage.ts"
import { chatScript } from "../../../support/chat-script.ts"
import { chunkFrom, DYKE, r2sConfig, WEIR } from "../../../support/r2s-chunk.ts"

const example = en.examples[0] as (typeof en.examples)[number]
const generated = (mode: string, reply: unknown, chunk = WEIR, pack = en) => {
  const script = chatScript({ writer: () => JSON.stringify(reply) })
  return Effect.map(
    generateDialogue(r2sConfig({ mode }), { chunk, pack, seed: "s" }).pipe(Effect.result, Effect.provide(script.layer)),
    (result) => ({ result, requests: script.requests })
  )
}
const draftOf = (result: unknown) =>
  (result as { readonly success: import("../../../../pipelines/r2s/draft.ts").Draft }).success
const codeOf = (result: unknown) => (result as { readonly failure: Rejected }).failure.code

describe("a whole dialogue in one reply", () => {
  it.effect(
    "single_pass: has thought and chain in each round, and costs one call of the role writer at temperature 0",
    () =>
      Effect.gen(function* () {
        const { requests, result } = yield* generated("single_pass", exampleReply(example, "cod"))
        const draft = draftOf(result)
        assert.deepStrictEqual([draft.mode, draft.rounds.length, draft.target_rounds], ["single_pass", 8, null])
        assert.deepStrictEqual(draft.rounds[1], {
          id: 2,
          a: "The works, please. What drives it?",
          b: "Two hollowed millstones serve as its weights. They are 140 kilograms each, and in a day they sink eleven metres.",
          logic_type: "question_answer",
          search: "what drives the tower clock",
          found: "Its weights are two hollowed millstones, each of 140 kilograms, and they sink eleven metres in a day",
          found_sids: [3],
          free_text: null,
          progress: "continue",
          role_steps: "A names the works; B describes the weights",
          purpose: "tell how the clock is driven",
          question_logic: "factual"
        })
        assert.deepStrictEqual(
          requests.map(({ role, sampling }) => [role, sampling.temperature, sampling.maxTokens]),
          [["writer", 0, 8_000]]
        )
        assert.include(requests[0]?.messages[0]?.content ?? "", "at least 8 rounds")
        assert.include(requests[0]?.messages[0]?.content ?? "", "A and B speak English")
      })
  )

  it.effect("base and cot: have what the paper's baselines have, from 7 rounds on", () =>
    Effect.gen(function* () {
      const base = yield* generated("base", exampleReply(example, "base"))
      assert.deepStrictEqual(
        [draftOf(base.result).rounds[0]?.free_text, draftOf(base.result).rounds[0]?.logic_type],
        [null, null]
      )
      assert.include(base.requests[0]?.messages[0]?.content ?? "", "at least 7 rounds")
      const cot = yield* generated("cot", exampleReply(example, "cot"))
      assert.strictEqual(
        draftOf(cot.result).rounds[0]?.free_text,
        "The wish is vague: works and history are both in the text, so B asks which."
      )
    })
  )

  it.effect("is asked for in Chinese where the document is Chinese, with Chinese examples (R2S 7.12)", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* generated(
        "single_pass",
        exampleReply(zh.examples[0] as never, "cod"),
        DYKE,
        zh
      )
      assert.strictEqual(draftOf(result).dialogue_lang, "zh")
      const prompt = requests[0]?.messages[0]?.content ?? ""
      assert.include(prompt, "A and B speak Chinese")
      assert.include(prompt, "云溪廊桥")
      assert.notInclude(prompt, "Vellmark")
    })
  )

  it.effect("shows as many worked examples as are asked for", () =>
    Effect.gen(function* () {
      const shown = (workedExamples: number) => {
        const script = chatScript({ writer: () => JSON.stringify(exampleReply(example, "base")) })
        return Effect.as(
          generateDialogue(r2sConfig({ mode: "base", workedExamples }), { chunk: WEIR, pack: en, seed: "s" }).pipe(
            Effect.provide(script.layer)
          ),
          () => (script.requests[0]?.messages[0]?.content ?? "").match(/<example-document>/g)?.length ?? 0
        ).pipe(Effect.map((count) => count()))
      }
      assert.deepStrictEqual([yield* shown(0), yield* shown(1), yield* shown(2)], [0, 1, 2])
    })
  )

  it.effect("takes words for nothing as no passage, and leaves out numbers of sentences that there are not", () =>
    Effect.gen(function* () {
      const reply = exampleReply(example, "cod") as unknown as {
        readonly rounds: ReadonlyArray<{ thought: { found: string | null; found_sids: Array<number> } }>
      }
      ;(reply.rounds[1] as never as { thought: object }).thought = {
        ...reply.rounds[1]?.thought,
        found: "No direct information.",
        found_sids: [3]
      } as never
      ;(reply.rounds[2] as never as { thought: object }).thought = {
        ...reply.rounds[2]?.thought,
        found_sids: [3, 99]
      } as never
      const { rounds } = draftOf((yield* generated("single_pass", reply)).result)
      assert.deepStrictEqual([rounds[1]?.found, rounds[1]?.found_sids, rounds[2]?.found_sids], [null, [], [3]])
    })
  )

  it.effect("is E_SCHEMA where the ids do not run from 1, and F_LOGIC where a type is none of the six", () =>
    Effect.gen(function* () {
      const wrongIds = { ...exampleReply(example, "base"), rounds: exampleReply(example, "base").rounds.slice(1) }
      assert.strictEqual(codeOf((yield* generated("base", wrongIds)).result), "E_SCHEMA")
      const text = JSON.stringify(exampleReply(example, "cod")).replaceAll("opinion_rebuttal", "chit_chat")
      assert.strictEqual(codeOf((yield* generated("single_pass", JSON.parse(text))).result), "F_LOGIC")
    })
  )

  it.effect("bad input: is not asked for where the chunk has fewer than 5 sentences (S_THIN_DOCUMENT)", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* generated(
        "base",
        {},
        chunkFrom("One is here. Two is here. Six is here. Ten is here.")
      )
      assert.deepStrictEqual([codeOf(result), requests.length], ["S_THIN_DOCUMENT", 0])
    })
  )
})
