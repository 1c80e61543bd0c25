import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { structuralFindings } from "../../../../pipelines/r2s/checks/structure.ts"
import type { Draft } from "../../../../pipelines/r2s/draft.ts"
import { en } from "../../../../pipelines/r2s/languages/en.ts"
import { zh } from "../../../../pipelines/r2s/languages/zh.ts"
import type { Mode } from "../../../../pipelines/r2s/turn-logic.ts"
import { chunkFrom, r2sConfig, WEIR } from "../../../support/r2s-chunk.ts"
import { draft, withRound, withTypes } from "../../../support/r2s-draft.ts"

const found = (one: Draft, over: Readonly<Record<string, unknown>> = {}, pack = en, chunk = WEIR) =>
  Effect.runSync(structuralFindings(one, { chunk, pack, config: r2sConfig({ mode: one.mode, ...over }) }))
const codes = (...given: Parameters<typeof found>) => [...new Set(found(...given).map(({ code }) => code))]

/** A dialogue of so many rounds in a mode, in which nothing else is wrong. */
const ofLength = (rounds: number, mode: Mode): Draft => {
  const words =
    "alder birch cedar elder fir gorse hazel iris juniper kale larch maple nettle oak poplar quince rose sage".split(
      " "
    )
  const base = draft({ mode })
  return {
    ...base,
    rounds: Array.from({ length: rounds }, (_, index) => ({
      ...(base.rounds[index % 7] as Draft["rounds"][number]),
      id: index + 1,
      a: `Tell me about the ${words[index]} by the water, would you?`,
      found_sids: [],
      progress: index === rounds - 1 ? "end" : "continue"
    }))
  }
}

describe("the structure of a dialogue", () => {
  it("has nothing wrong in a good one, in English and in Chinese", () => {
    assert.deepStrictEqual(found(draft()), [])
    assert.deepStrictEqual(found(draft({}, "zh"), {}, zh), [])
  })

  it("rejects 7 rounds of the chain of dialogue with F_ROUNDS and takes 8; base and cot take 7 (R2S 7.4)", () => {
    for (const mode of ["stepwise", "single_pass"] as const) {
      assert.deepStrictEqual(found(ofLength(7, mode))[0], {
        code: "F_ROUNDS",
        reason: `The dialogue has 7 rounds; ${mode} takes 8 to 16.`,
        evidence: { found: 7, least: 8, most: 16, mode }
      })
      assert.notInclude(codes(ofLength(8, mode)), "F_ROUNDS")
      assert.notInclude(codes(ofLength(16, mode)), "F_ROUNDS")
      assert.include(codes(ofLength(17, mode)), "F_ROUNDS")
    }
    for (const mode of ["base", "cot"] as const) {
      assert.notInclude(codes(ofLength(7, mode)), "F_ROUNDS")
      assert.include(codes(ofLength(6, mode)), "F_ROUNDS")
    }
  })

  it("an all-question dialogue is rejected in stepwise and only reported in single_pass, unless quotas are enforced (R2S 7.5)", () => {
    const questions = (mode: Mode) =>
      withTypes(
        draft({ mode }),
        Array.from({ length: 8 }, () => "question_answer" as const)
      )
    assert.deepStrictEqual(
      found(questions("stepwise")).map(({ code, reason }) => `${code}: ${reason}`),
      [
        "F_LOGIC: 1 logic types; at least 3 are wanted.",
        "F_LOGIC: 100 % of the rounds are question_answer; at most 70 % may be.",
        "F_LOGIC: Round 4 is the 4th question_answer in a row; at most 3 may be."
      ]
    )
    assert.deepStrictEqual(codes(questions("single_pass")), [])
    assert.deepStrictEqual(codes(questions("single_pass"), { enforceQuotas: true }), ["F_LOGIC"])
  })

  it("rejects an utterance that says nothing (F_EMPTY)", () => {
    assert.deepStrictEqual(found(withRound(draft(), 3, { b: "..." }))[0], {
      code: "F_EMPTY",
      reason: "Round 3: B says nothing.",
      evidence: { round: 3, speaker: "B", found: "..." }
    })
    assert.include(codes(withRound(draft({}, "zh"), 3, { a: "【问题】" }), {}, zh), "F_EMPTY")
  })

  it("rejects an English reply in a Chinese dialogue, and a Chinese one in an English, with F_LANG (R2S 7.12)", () => {
    const english = "Harrow Weir was built by the miller Ada Brandt in 1783."
    const [finding] = found(withRound(draft({}, "zh"), 1, { b: english }), {}, zh)
    assert.deepStrictEqual(
      [finding?.code, finding?.evidence.round, finding?.evidence.speaker, finding?.evidence.least],
      ["F_LANG", 1, "B", 0.7]
    )
    const chinese = "哈罗堰由磨坊主布兰特于一七八三年建成，离镇子不远，至今还在使用。"
    assert.deepStrictEqual(codes(withRound(draft(), 1, { b: chinese })), ["F_LANG"])
    // Foreign names are common in Chinese, and commands may be the most of one utterance.
    const command = "请运行 apt install source highlight 看看。"
    assert.deepStrictEqual(codes(withRound(draft({}, "zh"), 2, { b: command }), {}, zh), [])
    assert.deepStrictEqual(
      codes(withRound(draft({}, "zh"), 1, { b: "它是 Ada Brandt 在1783年建成的，就在镇子的上游。" }), {}, zh),
      []
    )
  })

  it("rejects what is too short or too long for its speaker (F_LENGTH)", () => {
    assert.deepStrictEqual(codes(withRound(draft(), 2, { a: "Why?" })), ["F_LENGTH"])
    assert.deepStrictEqual(codes(withRound(draft(), 2, { b: "Quite so." })), ["F_LENGTH"])
    assert.deepStrictEqual(codes(withRound(draft(), 2, { b: `${"and so on ".repeat(84)}` })), ["F_LENGTH"])
    assert.deepStrictEqual(codes(withRound(draft({}, "zh"), 2, { a: "为何？" }), {}, zh), ["F_LENGTH"])
    assert.deepStrictEqual(codes(withRound(draft({}, "zh"), 2, { b: "堰顶加高过。" }), {}, zh), ["F_LENGTH"])
    assert.deepStrictEqual(codes(withRound(draft({}, "zh"), 2, { b: "堰顶是加高过。" }), {}, zh), [])
  })

  it("rejects eight words of a worked example (F_COPY_EXAMPLE), not seven", () => {
    const copied = "There are two hollowed millstones serve as its weights they are of slate."
    assert.deepStrictEqual(codes(withRound(draft(), 2, { b: copied })), ["F_COPY_EXAMPLE"])
    assert.deepStrictEqual(
      codes(withRound(draft(), 2, { b: "There are two hollowed millstones serve as its weights here." })),
      []
    )
    assert.deepStrictEqual(
      codes(withRound(draft({}, "zh"), 2, { b: "要四万八千个芽头，才炒得出一斤好茶。" }), {}, zh),
      ["F_COPY_EXAMPLE"]
    )
  })

  it("rejects talk of the source (F_META), in both languages", () => {
    assert.deepStrictEqual(
      found(withRound(draft(), 2, { b: "As the document says, the crest was raised in 1911." })).map(
        ({ code, reason }) => `${code}: ${reason}`
      ),
      ['F_META: Round 2: B speaks of the source, not of the matter: "the document says".']
    )
    assert.deepStrictEqual(codes(withRound(draft({}, "zh"), 2, { b: "根据上述文档，堰顶在1911年加高过。" }), {}, zh), [
      "F_META"
    ])
  })

  it("takes talk of a document for the matter where the chunk itself talks of one", () => {
    const paper = chunkFrom(`${WEIR.body} The document hangs in the mill.`)
    const said = withRound(draft(), 2, { b: "The document hangs in the mill, and the crest was raised in 1911." })
    assert.deepStrictEqual(codes(said, {}, en, paper), [])
    const meta = withRound(draft(), 2, { b: "As the document says, the crest was raised in 1911." })
    assert.deepStrictEqual(codes(meta, {}, en, paper), ["F_META"])
  })

  it("rejects B asking for what A has asked, and A answering itself (F_ROLE_SWAP)", () => {
    assert.deepStrictEqual(codes(withRound(draft(), 5, { b: "What became of the old mill?" })), ["F_ROLE_SWAP"])
    assert.deepStrictEqual(
      codes(withRound(draft(), 5, { a: "What became of the old mill? The mill itself burned down in 1846." })),
      ["F_ROLE_SWAP"]
    )
    assert.deepStrictEqual(codes(withRound(draft({}, "zh"), 5, { b: "老磨坊后来怎么样了呢？" }), {}, zh), [
      "F_ROLE_SWAP"
    ])
    assert.deepStrictEqual(codes(withRound(draft(), 5, { b: "Which mill do you mean, the old or the new?" })), [])
  })

  it("rejects a turn of A that repeats an earlier one (F_REPEAT) (R2S 7.10)", () => {
    const [finding] = found(withRound(draft(), 5, { a: "Hello there, WHO built Harrow Weir and when" }))
    assert.deepStrictEqual([finding?.code, finding?.reason], ["F_REPEAT", "Round 5: A repeats its turn of round 1."])
    assert.deepStrictEqual(finding?.evidence.similarity, 1)
    assert.deepStrictEqual(
      codes(withRound(draft({}, "zh"), 5, { a: "您好，哈罗堰是谁建的，什么时候建的呀？" }), {}, zh),
      ["F_REPEAT"]
    )
    assert.deepStrictEqual(codes(withRound(draft(), 5, { a: "Who built the mill at Harrow?" })), [])
  })
})
