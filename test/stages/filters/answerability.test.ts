import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { answerability } from "../../../stages/filters/answerability.ts"
import { blindAnswer, overlapWith, tokenF1 } from "../../../stages/filters/blind-answer.ts"
import { normalise } from "../../../stages/text/normalise.ts"
import { words } from "../../../stages/text/words.ts"
import { decisionLab, labCard, pairLab } from "../../support/capability-lab.ts"
import { failsWithItsModel, judgeWith, subjectOf, summary, talk, toolResult } from "../../support/filter-lab.ts"

const SOURCE = "Harrow Weir was built by the miller Ada Brandt. It stands on the Lenn. Pigeons nest under it."
const CHINESE = "哈罗坝由磨坊主艾达建造。它位于伦河。"

/** Relevant by shared words; answers who-questions by a passage that names a builder, with 0.5 where it is asked about pigeons. */
const lab = (decline = false) => {
  const states: Array<unknown> = []
  const pairs = pairLab(({ first, second }) => {
    const known = new Set(words(normalise(second)))
    return [{ label: "score", score: words(normalise(first)).filter((word) => known.has(word)).length }]
  })
  const decisions = decisionLab((_question, state) => {
    states.push(state)
    const { passage, question } = state as { readonly passage: string; readonly question: string }
    if (decline) return null
    if (/pigeon/i.test(question)) return 0.5
    return /who|谁/i.test(question) && /built|建造/.test(passage) ? 0.95 : 0.1
  })
  return { states, layer: Layer.merge(pairs.layer, decisions) }
}

const run = (lines: ReadonlyArray<string>, options = {}, source = SOURCE) =>
  judgeWith(answerability, subjectOf(talk(...lines), { sources: [source] }), options).pipe(Effect.provide(lab().layer))

describe("answerability", () => {
  it.effect("passes an answer that the evidence holds, and an honest 'not known' where it holds none", () =>
    Effect.gen(function* () {
      const judged = yield* run(["Who built the weir?", "Harrow Weir was built by Ada Brandt."])
      assert.deepStrictEqual([judged.verdict, judged.findings, judged.model], ["pass", [], labCard])
      assert.closeTo(judged.score ?? 1, 0.05, 1e-9)
      assert.strictEqual(summary(yield* run(["How tall is it?", "I don't know how tall it is."])), "pass")
      assert.strictEqual(summary(yield* run(["坝是谁建的？", "哈罗坝由艾达建造。"], {}, CHINESE)), "pass")
      assert.strictEqual(summary(yield* run(["坝有多高？", "资料没有提到高度。"], {}, CHINESE)), "pass")
    })
  )

  it.effect("rejects an invented answer, in English and Chinese", () =>
    Effect.gen(function* () {
      const judged = yield* run(["How tall is it?", "It is nine metres tall."])
      assert.strictEqual(summary(judged), "reject INVENTED_ANSWER")
      assert.deepStrictEqual(judged.findings[0]?.evidence, { message: 1, question: "How tall is it?", answerable: 0.1 })
      assert.strictEqual(summary(yield* run(["坝有多高？", "坝高九米。"], {}, CHINESE)), "reject INVENTED_ANSWER")
    })
  )

  it.effect("rejects an answer withheld, in English and Chinese", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        summary(yield* run(["Who built the weir?", "I am not sure who built it."])),
        "reject WITHHELD_ANSWER"
      )
      assert.strictEqual(
        summary(yield* run(["坝是谁建的？", "我不知道是谁建的。"], {}, CHINESE)),
        "reject WITHHELD_ANSWER"
      )
    })
  )

  it.effect("is unsure in between, of another answer, and where the model declines", () =>
    Effect.gen(function* () {
      assert.strictEqual(summary(yield* run(["And pigeons?", "Nine of them live there."])), "unsure INVENTED_ANSWER")
      const other = yield* run(["Who built the weir?", "A rich merchant."])
      assert.strictEqual(summary(other), "unsure OTHER_ANSWER")
      assert.strictEqual(summary(yield* run(["Who built the weir?", "A rich merchant."], { overlap: 0 })), "pass")
      const declined = yield* judgeWith(
        answerability,
        subjectOf(talk("Who built it?", "Ada."), { sources: [SOURCE] })
      ).pipe(Effect.provide(lab(true).layer))
      assert.deepStrictEqual([summary(declined), declined.score], ["unsure DECLINED", null])
    })
  )

  it.effect("shows the model the question and the evidence by then, but never the reply", () =>
    Effect.gen(function* () {
      const model = lab()
      const [question] = talk("Hello. Who built the weir?")
      assert.isDefined(question)
      const says = { role: "assistant", content: "It was built by Ada." } as const
      const messages =
        question === undefined ? [] : [question, toolResult('{"built_by": "Ada"}'), says, toolResult("Later.")]
      yield* judgeWith(answerability, subjectOf(messages)).pipe(Effect.provide(model.layer))
      assert.deepStrictEqual(model.states, [{ question: "Who built the weir?", passage: "built_by: Ada" }])
    })
  )

  it.effect("asks nobody about statements, or where there is no evidence", () =>
    Effect.gen(function* () {
      const model = lab()
      const judge = (subject: ReturnType<typeof subjectOf>) =>
        judgeWith(answerability, subject).pipe(Effect.provide(model.layer), Effect.map(summary))
      assert.strictEqual(yield* judge(subjectOf(talk("I like weirs.", "Me too."), { sources: [SOURCE] })), "pass")
      assert.strictEqual(yield* judge(subjectOf(talk("Who built it?", "Ada."))), "pass")
      assert.strictEqual(yield* judge(subjectOf(talk("Who built it?"), { sources: [SOURCE] })), "pass")
      assert.deepStrictEqual(model.states, [])
    })
  )

  it.effect("fails with its model", () =>
    failsWithItsModel(answerability, subjectOf(talk("Who built it?", "Ada."), { sources: [SOURCE] }))
  )
})

describe("blindAnswer", () => {
  it.effect("ranks by relevance and shows the best in their own order", () =>
    Effect.gen(function* () {
      const model = lab()
      const blind = yield* blindAnswer(
        "who built the weir",
        ["It is here.", "The weir is old.", "Ada built the weir."],
        2
      ).pipe(Effect.provide(model.layer))
      assert.deepStrictEqual(blind, {
        spans: ["Ada built the weir.", "The weir is old."],
        answerable: 0.95,
        card: labCard
      })
      assert.deepStrictEqual(model.states, [
        { question: "who built the weir", passage: "The weir is old.\nAda built the weir." }
      ])
      assert.deepStrictEqual(yield* blindAnswer("who", [], 2).pipe(Effect.provide(model.layer)), {
        spans: [],
        answerable: 0,
        card: null
      })
    })
  )
})

describe("tokenF1", () => {
  it("is the harmonic mean of precision and recall of tokens", () => {
    assert.strictEqual(tokenF1("Ada Brandt", "ada brandt!"), 1)
    assert.strictEqual(tokenF1("Ada", "Ada Brandt the miller"), 0.4)
    assert.strictEqual(tokenF1("a a b", "a"), 0.5)
    assert.strictEqual(tokenF1("艾达建造", "由艾达建"), 0.75)
    assert.strictEqual(tokenF1("", "a"), 0)
    assert.strictEqual(overlapWith(["x y", "Ada"], "Ada Brandt the miller"), 0.4)
    assert.strictEqual(overlapWith([], "Ada"), 0)
  })
})
