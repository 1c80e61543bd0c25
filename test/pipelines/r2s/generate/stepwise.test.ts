import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { ChatRequest } from "../../../../models/chat-model.ts"
import type { Chunk, Draft } from "../../../../pipelines/r2s/draft.ts"
import { generateDialogue } from "../../../../pipelines/r2s/generate/generate-dialogue.ts"
import { en } from "../../../../pipelines/r2s/languages/en.ts"
import { zh } from "../../../../pipelines/r2s/languages/zh.ts"
import type { LogicType } from "../../../../pipelines/r2s/turn-logic.ts"
import type { Rejected } from "../../../../stages/stage.ts"
import { chatScript, type Script } from "../../../support/chat-script.ts"
import { chunkFrom, DYKE, r2sConfig, WEIR } from "../../../support/r2s-chunk.ts"

const prompt = ({ messages }: ChatRequest): string => messages.map(({ content }) => content ?? "").join("\n")
/** The first free sentence of a request to the finder, without its number. */
const firstFree = (request: ChatRequest): string =>
  /<free-sentences>\n\[\d+\] (.*)/.exec(request.messages[1]?.content ?? "")?.[1] ?? ""
const decides =
  (types: ReadonlyArray<LogicType>, over: object = {}): Script =>
  (request, number) =>
    prompt(request).startsWith("You invent two people")
      ? '{"a":"An angler","b":"A guide"}'
      : JSON.stringify({
          logic_type: types[(number - 1) % types.length],
          progress: "continue",
          purpose: "what comes next",
          question_logic: "factual",
          stop: false,
          ...over
        })
const finds: Script = (request) =>
  JSON.stringify({ search: "what is there", found_sids: [77], found: firstFree(request) })
const writes: Script = (request, number) =>
  JSON.stringify({
    a: `Tell me more of matter number ${"abcdefghijklmnopqrstuvwxyz"[number]} please, that I never heard of ${number * 7}.`,
    b: /<found>\n(.*)/.exec(prompt(request))?.[1] ?? "Do tell me more.",
    role_steps: "A asks, B tells"
  })

const generated = (
  scripts: Readonly<Record<string, Script>>,
  over: Readonly<Record<string, unknown>> = {},
  chunk: Chunk = WEIR,
  pack = en
) => {
  const script = chatScript({
    planner: decides(["question_answer", "statement_explanation", "opinion_rebuttal"]),
    finder: finds,
    writer: writes,
    ...scripts
  })
  return Effect.map(
    generateDialogue(r2sConfig(over), { chunk, pack, seed: "seed" }).pipe(Effect.result, Effect.provide(script.layer)),
    (result) => ({ result, requests: script.requests })
  )
}
const draftOf = (result: unknown) => (result as { readonly success: Draft }).success
const failureOf = (result: unknown) => (result as { readonly failure: Rejected }).failure
const eight = { targetRounds: { low: 8, high: 8 } }

describe("stepwise", () => {
  it.effect("makes the wanted number of rounds and closes with the last: characters, then decide, find and write", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* generated({}, eight)
      const { characters, overrides, rounds, target_rounds } = draftOf(result)
      assert.deepStrictEqual(characters, { a: "An angler", b: "A guide" })
      assert.deepStrictEqual(
        rounds.map(({ logic_type, progress }) => `${logic_type} ${progress}`),
        [
          "question_answer start",
          "statement_explanation continue",
          "opinion_rebuttal continue",
          "question_answer continue",
          "statement_explanation continue",
          "opinion_rebuttal continue",
          "question_answer continue",
          "opinion_agreement end"
        ]
      )
      assert.deepStrictEqual([target_rounds, overrides], [8, 1])
      // 1 for the characters, 3 a round, and 2 for the farewell, which looks nothing up.
      assert.strictEqual(requests.length, 1 + 7 * 3 + 2)
      assert.deepStrictEqual(
        requests.slice(0, 4).map(({ role, sampling }) => [role, sampling.temperature]),
        [
          ["planner", 0.7],
          ["planner", 0],
          ["finder", 0],
          ["writer", 0.7]
        ]
      )
    })
  )

  it.effect("gives every call the transcript so far", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* generated({}, eight)
      const { rounds } = draftOf(result)
      const last = requests.at(-1) as ChatRequest
      for (const { a, b } of rounds.slice(0, -1)) assert.include(prompt(last), `A: ${a}\nB: ${b}`)
    })
  )

  it.effect("draws the number of rounds with the item's seed, between 8 and 12", () =>
    Effect.gen(function* () {
      const first = draftOf((yield* generated({})).result)
      const again = draftOf((yield* generated({})).result)
      assert.strictEqual(first.target_rounds, again.target_rounds)
      assert.isTrue((first.target_rounds ?? 0) >= 8 && (first.target_rounds ?? 0) <= 12)
    })
  )

  it.effect("takes the sentences of a passage from the text, not from the model's numbers", () =>
    Effect.gen(function* () {
      const { rounds } = draftOf((yield* generated({}, eight)).result)
      assert.deepStrictEqual(
        rounds.map(({ found_sids }) => found_sids),
        [[1], [2], [3], [4], [5], [6], [7], []]
      )
      assert.strictEqual(rounds[0]?.found, "Harrow Weir was built by the miller Ada Brandt in 1783.")
    })
  )

  it.effect("a passage that is not there is asked for again, then F_FOUND_MISSING (R2S 7.6)", () =>
    Effect.gen(function* () {
      const invented: Script = () => '{"search":"s","found_sids":[1],"found":"It was paid for by the bishop of Ely"}'
      const { requests, result } = yield* generated({ finder: invented }, eight)
      assert.strictEqual(failureOf(result).code, "F_FOUND_MISSING")
      assert.include(failureOf(result).reasons[0] ?? "", "these words are not in the document")
      assert.strictEqual(requests.filter(({ role }) => role === "finder").length, 3)
      const second: Script = (request, number) =>
        number === 0 ? (invented as never as () => string)() : (finds as never as (r: ChatRequest) => string)(request)
      assert.strictEqual(draftOf((yield* generated({ finder: second }, eight)).result).rounds.length, 8)
    })
  )

  it.effect("takes whole sentences where the model gives only their numbers", () =>
    Effect.gen(function* () {
      const sids: Script = (_, number) =>
        JSON.stringify({ search: "s", found_sids: number === 0 ? [1, 2] : [number + 2], found: "" })
      const { rounds } = draftOf((yield* generated({ finder: sids }, eight)).result)
      assert.deepStrictEqual(
        [rounds[0]?.found, rounds[0]?.found_sids, rounds[1]?.found],
        [
          "Harrow Weir was built by the miller Ada Brandt in 1783. The crest was raised by forty centimetres in 1911.",
          [1, 2],
          "Since then the lower town has flooded only once."
        ]
      )
    })
  )

  it.effect("a sentence that is used up is asked for again by number", () =>
    Effect.gen(function* () {
      const same: Script = () =>
        '{"search":"s","found_sids":[1],"found":"Harrow Weir was built by the miller Ada Brandt in 1783."}'
      const { result } = yield* generated({ finder: same }, eight)
      assert.strictEqual(failureOf(result).code, "F_FOUND_MISSING")
      assert.include(failureOf(result).reasons[0] ?? "", "sentence 1 was used before")
    })
  )

  it.effect("a planner that wants nothing but questions is overridden by the quotas (R2S 7.5)", () =>
    Effect.gen(function* () {
      const { overrides, rounds } = draftOf((yield* generated({ planner: decides(["question_answer"]) }, eight)).result)
      assert.deepStrictEqual(
        rounds.map(({ logic_type }) => logic_type),
        [
          "question_answer",
          "question_answer",
          "question_answer",
          "statement_explanation",
          "question_answer",
          "question_answer",
          "opinion_rebuttal",
          "opinion_agreement"
        ]
      )
      assert.strictEqual(overrides, 3)
      assert.deepStrictEqual(
        rounds.map(({ question_logic }) => question_logic === null),
        [false, false, false, true, false, false, true, true]
      )
    })
  )

  it.effect("looks nothing up where B states nothing", () =>
    Effect.gen(function* () {
      const planner = decides(["question_question", "question_answer", "statement_inquiry", "statement_explanation"])
      const { requests, result } = yield* generated({ planner }, eight)
      const { rounds } = draftOf(result)
      assert.deepStrictEqual(
        rounds.slice(0, 4).map(({ found, logic_type, search }) => [logic_type, found === null, search]),
        [
          ["question_question", true, "what comes next"],
          ["question_answer", false, "what is there"],
          ["statement_inquiry", true, "what comes next"],
          ["statement_explanation", false, "what is there"]
        ]
      )
      assert.strictEqual(requests.filter(({ role }) => role === "finder").length, 3)
    })
  )

  it.effect("asks again where A repeats itself, with another draw, and keeps the last draw", () =>
    Effect.gen(function* () {
      const parrot: Script = () => '{"a":"Who built the weir?","b":"I do not know.","role_steps":"r"}'
      const { requests, result } = yield* generated({ writer: parrot }, eight)
      const draws = requests.filter(({ role }) => role === "writer").map(({ draw }) => draw)
      assert.deepStrictEqual(draws.slice(0, 4), [0, 0, 3, 6])
      assert.strictEqual(draftOf(result).rounds.length, 8)
    })
  )

  it.effect("closes early from round 8 on when nothing is left to talk about, and never before", () =>
    Effect.gen(function* () {
      const five = chunkFrom(
        WEIR.sentences
          .slice(0, 5)
          .map(({ text }) => text)
          .join(" ")
      )
      const { rounds } = draftOf((yield* generated({}, { targetRounds: { low: 12, high: 12 } }, five)).result)
      assert.strictEqual(rounds.length, 8)
      // Each of the five sentences grounds two rounds at most.
      const uses = five.sentences.map(({ sid }) => rounds.filter(({ found_sids }) => found_sids.includes(sid)).length)
      assert.isTrue(uses.every((count) => count >= 1 && count <= 2))
    })
  )

  it.effect("closes when the planner says so, not below the least number of rounds", () =>
    Effect.gen(function* () {
      const planner = decides(["question_answer", "statement_explanation", "opinion_rebuttal"], { stop: true })
      const { rounds } = draftOf((yield* generated({ planner }, { targetRounds: { low: 10, high: 10 } })).result)
      assert.strictEqual(rounds.length, 8)
    })
  )

  it.effect("speaks the language of the document, in Chinese by the Chinese passage (R2S 7.12)", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* generated({}, eight, DYKE, zh)
      const { dialogue_lang, rounds } = draftOf(result)
      assert.deepStrictEqual(
        [dialogue_lang, rounds[0]?.found, rounds[0]?.found_sids],
        ["zh", "哈罗堰由磨坊主布兰特于1783年建成。", [1]]
      )
      assert.isTrue(requests.every((request) => prompt(request).includes("Chinese")))
    })
  )

  it.effect("bad input: is not begun where the chunk has fewer than 5 sentences (S_THIN_DOCUMENT)", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* generated({}, {}, chunkFrom("One is here. Two is here."))
      assert.deepStrictEqual([failureOf(result).code, requests.length], ["S_THIN_DOCUMENT", 0])
    })
  )
})
