import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Draft } from "../../../../pipelines/r2s/draft.ts"
import { chunkFrom, DYKE, WEIR } from "../../../support/r2s-chunk.ts"
import { draft, withRound } from "../../../support/r2s-draft.ts"
import { grounded, groundedBy } from "../../../support/r2s-ground.ts"

const zh = { chunk: DYKE }
const codes = ({ findings }: { readonly findings: ReadonlyArray<{ readonly code: string }> }) => [
  ...new Set(findings.map(({ code }) => code))
]

describe("a grounded dialogue", () => {
  it.effect("has a verdict and its passage in every round, in places of the document", () =>
    Effect.gen(function* () {
      const offset = 1_000
      const { findings, grounded: result } = yield* grounded(draft(), { chunk: { ...WEIR, char_start: offset } })
      assert.deepStrictEqual(findings, [])
      assert.deepStrictEqual(
        result?.rounds.map(({ grounding, thought }) => [grounding, thought?.found_match, thought?.found_sids]),
        [
          ["grounded", "exact", [1]],
          ["grounded", "exact", [2]],
          ["grounded", "exact", [3]],
          ["grounded", "exact", [4]],
          ["grounded", "exact", [5]],
          ["grounded", "exact", [6]],
          ["not_needed", "none", []],
          ["not_needed", "none", []]
        ]
      )
      const { found, found_end, found_start } = result?.rounds[1]?.thought ?? {}
      // The passage ends in a full stop; the place is that of its words.
      assert.strictEqual(`${WEIR.body.slice((found_start ?? 0) - offset, (found_end ?? 0) - offset)}.`, found)
      assert.deepStrictEqual(
        { ...result?.stats, support: 0 },
        {
          rounds: 8,
          grounded_rate: 1,
          commonsense_rate: 0,
          logic_entropy: 1.3862943611198906,
          support: 0
        }
      )
      assert.isAbove(result?.stats.support ?? 0, 0.9)
    })
  )

  it.effect("is grounded in Chinese as in English (R2S 7.12)", () =>
    Effect.gen(function* () {
      const { findings, grounded: result } = yield* grounded(draft({}, "zh"), zh)
      assert.deepStrictEqual(findings, [])
      assert.strictEqual(result?.stats.grounded_rate, 1)
    })
  )

  it.effect(
    "tells an exact, a near and a reworded passage apart, and fails a missing one where one is needed (R2S 7.6)",
    () =>
      Effect.gen(function* () {
        const say = (found: string) => withRound(draft(), 4, { found })
        const match = (one: Draft) =>
          Effect.map(
            groundedBy(one, {}, { config: { answerability: { enabled: false } } }),
            (result) => result.grounded?.rounds[3]?.thought?.found_match ?? codes(result).join()
          )
        assert.strictEqual(yield* match(say("salmon pass the WEIR by a ladder of nine steps")), "exact")
        assert.strictEqual(yield* match(say("Salmon pass the weir by a small ladder of nine steps")), "fuzzy")
        assert.strictEqual(yield* match(say("There is a way over the weir for the salmon")), "paraphrase")
        const missing = yield* groundedBy(say("The bishop of Ely paid the masons in butter"), {})
        assert.deepStrictEqual(
          missing.findings.map(({ code, reason }) => `${code}: ${reason}`),
          ['F_FOUND_MISSING: Round 4: the passage "The bishop of Ely paid the masons in butter" is not in the chunk.']
        )
      })
  )

  it.effect("a question whose passage is missing fails, agreement that states nothing does not (R2S 7.6)", () =>
    Effect.gen(function* () {
      const found = "The bishop of Ely paid the masons in butter"
      assert.deepStrictEqual(codes(yield* groundedBy(withRound(draft(), 1, { found }), {})), ["F_FOUND_MISSING"])
      assert.deepStrictEqual(codes(yield* groundedBy(withRound(draft(), 8, { found }), {})), [])
      const chinese = withRound(draft({}, "zh"), 1, { found: "看守人的工钱是邻谷的女院长用黄油付的" })
      assert.deepStrictEqual(codes(yield* grounded(chinese, zh)), ["F_FOUND_MISSING"])
    })
  )

  it.effect("fails a year that neither chunk nor talk has, and passes the same year in words (R2S 7.7)", () =>
    Effect.gen(function* () {
      const invented = yield* grounded(
        withRound(draft(), 1, { b: "Harrow Weir was built by the miller Ada Brandt in 1785." })
      )
      assert.deepStrictEqual(
        invented.findings.map(({ code, evidence }) => [code, evidence.round, evidence.found]),
        [["F_UNSUPPORTED_FACT", 1, "1785"]]
      )
      const inWords = "Harrow Weir was built by the miller Ada Brandt in seventeen eighty-three."
      assert.deepStrictEqual(codes(yield* groundedBy(withRound(draft(), 1, { b: inWords }), {})), [])
      // What A has said before may be taken up.
      const asked = withRound(draft(), 1, {
        a: "Was it there in 1785, and who built it?",
        b: "Yes, it was there in 1785. Harrow Weir was built by the miller Ada Brandt in 1783."
      })
      assert.deepStrictEqual(codes(yield* groundedBy(asked, {})), [])
    })
  )

  it.effect("the same in Chinese (R2S 7.7)", () =>
    Effect.gen(function* () {
      const say = (b: string) => withRound(draft({}, "zh"), 1, { b })
      assert.deepStrictEqual(codes(yield* grounded(say("哈罗堰由磨坊主布兰特于1785年建成。"), zh)), [
        "F_UNSUPPORTED_FACT"
      ])
      assert.deepStrictEqual(codes(yield* groundedBy(say("哈罗堰由磨坊主布兰特于一七八三年建成。"), {}, zh)), [])
    })
  )

  it.effect("fails a name that nobody has heard of", () =>
    Effect.gen(function* () {
      const result = yield* grounded(
        withRound(draft(), 1, { b: "Harrow Weir was built by the miller Peter Quill in 1783." })
      )
      assert.deepStrictEqual(codes(result), ["F_UNSUPPORTED_FACT"])
    })
  )

  it.effect("fails a confident answer where a blind model finds none, and keeps one that says so (R2S 7.8)", () =>
    Effect.gen(function* () {
      const unanswerable = { answerable: (question: string) => (question.startsWith("What became") ? 0.1 : 0.9) }
      const confident = yield* groundedBy(draft(), unanswerable)
      assert.deepStrictEqual(
        confident.findings.map(({ code, reason }) => `${code}: ${reason}`),
        ['F_UNANSWERABLE: Round 5: the chunk does not answer "What became of the old mill?", and B does.']
      )
      const honest = withRound(draft(), 5, {
        found: null,
        found_sids: [],
        b: "I am not sure, that is not known to me."
      })
      const kept = yield* groundedBy(honest, unanswerable)
      assert.deepStrictEqual(codes(kept), [])
      assert.deepStrictEqual(kept.grounded?.rounds[4]?.blind, {
        answerable: 0.1,
        span: "Salmon pass the weir by a ladder of nine steps.",
        overlap: null
      })
    })
  )

  it.effect("the same in Chinese (R2S 7.8)", () =>
    Effect.gen(function* () {
      const unanswerable = { answerable: (question: string) => (question.startsWith("老磨坊") ? 0.1 : 0.9) }
      assert.deepStrictEqual(codes(yield* groundedBy(draft({}, "zh"), unanswerable, zh)), ["F_UNANSWERABLE"])
      const honest = withRound(draft({}, "zh"), 5, { found: null, found_sids: [], b: "这一点我也不太清楚。" })
      assert.deepStrictEqual(codes(yield* groundedBy(honest, unanswerable, zh)), [])
    })
  )

  it.effect("fails a reply that withholds what the chunk answers, and one whose passage is elsewhere", () =>
    Effect.gen(function* () {
      const silent = withRound(draft(), 5, { found: null, found_sids: [], b: "I do not know what became of it." })
      assert.deepStrictEqual(codes(yield* groundedBy(silent, {})), ["F_WITHHELD"])
      const elsewhere = withRound(draft(), 5, {
        a: "Which salmon pass the weir by a ladder of steps?",
        found: "Children call the pool the kettle.",
        b: "Children call the pool the kettle."
      })
      const result = yield* groundedBy(elsewhere, {}, { config: { answerability: { spans: 1 } } })
      assert.deepStrictEqual(codes(result), ["F_OTHER_PASSAGE"])
      assert.deepStrictEqual(result.findings[0]?.evidence.spans, ["Salmon pass the weir by a ladder of nine steps."])
    })
  )

  it.effect("decides nothing by a blind model that declines or is unsure, and asks none where it is switched off", () =>
    Effect.gen(function* () {
      for (const answer of [null, 0.3, 0.69]) {
        assert.deepStrictEqual(codes(yield* groundedBy(draft(), { answerable: () => answer })), [])
      }
      const off = yield* groundedBy(draft(), { answerable: () => 0 }, { config: { answerability: { enabled: false } } })
      assert.deepStrictEqual([codes(off), off.grounded?.rounds[0]?.blind], [[], null])
    })
  )

  it.effect(
    "more than 25 % general knowledge is rejected in every mode of the chain of dialogue, 25 % is not (R2S 7.9)",
    () =>
      Effect.gen(function* () {
        const vague = { found: null, found_sids: [], logic_type: "statement_explanation" } as const
        const said = [
          "Weirs usually hold the water back.",
          "Fish often like still water.",
          "Millers usually had helpers."
        ]
        const say = (one: Draft, rounds: ReadonlyArray<number>) =>
          rounds.reduce((so, id, index) => withRound(so, id, { ...vague, b: said[index] as string }), one)
        const by = { entailment: (claim: string) => (said.includes(claim) ? ([0.1, 0] as const) : ([1, 0] as const)) }
        for (const mode of ["stepwise", "single_pass"] as const) {
          const few = yield* groundedBy(say(draft({ mode }), [2]), by)
          assert.deepStrictEqual([codes(few), few.grounded?.rounds[1]?.grounding], [[], "commonsense"])
          // One of six rounds that claim something: the inquiry and the farewell claim nothing.
          assert.closeTo(few.grounded?.stats.commonsense_rate ?? 0, 1 / 6, 1e-9)
          const many = yield* groundedBy(say(draft({ mode }), [2, 3]), by)
          assert.deepStrictEqual(
            many.findings.map(({ code, evidence, reason }) => [`${code}: ${reason}`, evidence.rounds]),
            [
              [
                "F_COMMONSENSE: 33 % of the rounds that claim something rest on general knowledge; at most 25 % may.",
                [2, 3]
              ]
            ]
          )
        }
        const quarter = withRound(say(draft(), [2, 3]), 7, { b: "Otters returned to the pool in 1998." })
        const eighth = withRound(quarter, 8, { b: "Ice has closed the ladder in three winters.", progress: "continue" })
        const long: Draft = {
          ...eighth,
          rounds: [...eighth.rounds, { ...(draft().rounds[7] as Draft["rounds"][number]), id: 9 }]
        }
        const exact = yield* groundedBy(long, by, { config: { answerability: { enabled: false } } })
        assert.deepStrictEqual([codes(exact), exact.grounded?.stats.commonsense_rate], [[], 0.25])
      })
  )

  it.effect(
    "fails a reply that the chunk contradicts, one that nothing supports, and too many that are supported in part",
    () =>
      Effect.gen(function* () {
        const denied = "Salmon do not pass the weir by a ladder of nine steps."
        const contradicted = yield* grounded(withRound(draft(), 4, { b: denied }))
        assert.deepStrictEqual(
          contradicted.findings.map(({ code, evidence }) => [code, evidence.round, evidence.claim]),
          [["F_CONTRADICTION", 4, denied]]
        )
        const unfounded = yield* grounded(
          withRound(draft(), 4, { b: "Elephants celebrate birthdays with sugar cake." })
        )
        assert.deepStrictEqual(codes(unfounded), ["F_UNGROUNDED"])
        const half = (one: Draft, id: number) => {
          const { b } = one.rounds[id - 1] as Draft["rounds"][number]
          return withRound(one, id, { b: `${b} Elephants celebrate birthdays with sugar cake.` })
        }
        assert.deepStrictEqual(codes(yield* grounded(half(draft(), 1))), [])
        const partial = yield* grounded(half(half(draft(), 1), 2))
        assert.deepStrictEqual([codes(partial), partial.findings[0]?.evidence.rounds], [["F_PARTIAL"], [1, 2]])
      })
  )

  it.effect("contradicted, unfounded: the same in Chinese", () =>
    Effect.gen(function* () {
      const denied = yield* grounded(withRound(draft({}, "zh"), 4, { b: "鲑鱼并没有经由九级鱼梯越过堰坝。" }), zh)
      assert.deepStrictEqual(codes(denied), ["F_CONTRADICTION"])
      const unfounded = yield* grounded(withRound(draft({}, "zh"), 4, { b: "大象每年都用糖糕庆祝生日。" }), zh)
      assert.deepStrictEqual(codes(unfounded), ["F_UNGROUNDED"])
    })
  )

  it.effect("fails a question that gives its answer away (F_LEAK), by six words; a statement may", () =>
    Effect.gen(function* () {
      const leak = (id: number, a: string) => withRound(draft(), id, { a })
      const six = "So did the mill itself burned down in 1846 or not?"
      assert.deepStrictEqual(codes(yield* grounded(leak(5, six))), ["F_LEAK"])
      assert.deepStrictEqual(codes(yield* grounded(leak(5, "Is it so that the mill itself burned down?"))), [])
      assert.deepStrictEqual(
        codes(yield* grounded(leak(2, "I heard the crest was raised by forty centimetres once."))),
        []
      )
      const chinese = withRound(draft({}, "zh"), 3, { a: "此后下游的镇子只淹过一次，是吗？" })
      assert.deepStrictEqual(codes(yield* grounded(chinese, zh)), ["F_LEAK"])
    })
  )

  it.effect("asks no model for what costs nothing to find", () =>
    Effect.gen(function* () {
      const { asked } = yield* groundedBy(
        withRound(draft(), 1, { b: "It was built by the miller Ada Brandt in 1785." }),
        {}
      )
      assert.deepStrictEqual(asked, [])
    })
  )

  it.effect("base and cot: has no passages, and is held against the whole chunk", () =>
    Effect.gen(function* () {
      const bare = {
        logic_type: null,
        found: null,
        found_sids: [],
        search: null,
        progress: null,
        purpose: null,
        role_steps: null
      }
      const of = (mode: "base" | "cot", free_text: string | null): Draft => {
        const one = draft({ mode })
        return { ...one, rounds: one.rounds.map((round) => ({ ...round, ...bare, free_text })) }
      }
      const base = yield* grounded(of("base", null))
      assert.deepStrictEqual(
        [
          codes(base),
          base.grounded?.rounds[0]?.thought,
          base.grounded?.rounds[0]?.chain,
          base.grounded?.rounds[0]?.grounding
        ],
        [[], null, null, "grounded"]
      )
      const cot = yield* grounded(of("cot", "A wants the year."))
      assert.strictEqual(cot.grounded?.rounds[0]?.thought?.free_text, "A wants the year.")
      const wrong = withRound(of("base", null), 4, { b: "Elephants celebrate birthdays with sugar cake." })
      assert.deepStrictEqual(codes(yield* grounded(wrong)), ["F_UNGROUNDED"])
    })
  )

  it.effect("across languages: rests on passages that were found, and figures are still checked", () =>
    Effect.gen(function* () {
      const english = draft()
      const translated: Draft = {
        ...english,
        rounds: english.rounds.map((round, index) => ({
          ...round,
          found: round.found === null ? null : (DYKE.sentences[index]?.text ?? "")
        }))
      }
      const setting = { chunk: DYKE, crossLingual: true }
      const kept = yield* grounded(translated, setting)
      assert.deepStrictEqual(
        [codes(kept), kept.grounded?.rounds[0]?.grounding, kept.grounded?.rounds[0]?.support_score],
        [[], "grounded", 1]
      )
      const wrong = withRound(translated, 1, { b: "Harrow Weir was built by the miller Ada Brandt in 1785." })
      assert.deepStrictEqual(codes(yield* grounded(wrong, setting)), ["F_UNSUPPORTED_FACT"])
    })
  )

  it.effect("knows a title as it knows the text", () =>
    Effect.gen(function* () {
      const nameless = chunkFrom(WEIR.body.replaceAll("Harrow Weir", "The weir"), { title: "Harrow Weir" })
      const said = withRound(draft(), 1, { b: "The weir at Harrow was built by the miller Ada Brandt in 1783." })
      const quoted = withRound(said, 1, { found: "The weir was built by the miller Ada Brandt in 1783." })
      assert.deepStrictEqual(codes(yield* groundedBy(quoted, {}, { chunk: nameless })), [])
    })
  )
})
