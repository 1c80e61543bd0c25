import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { contradiction } from "../../../stages/filters/contradiction.ts"
import { embeddingLab, labCard, pairLab } from "../../support/capability-lab.ts"
import { failsWithItsModel, judgeWith, subjectOf, summary, talk, toolResult } from "../../support/filter-lab.ts"

/** Two colours in one place contradict; equal ones entail; "maybe" halves it. */
const lab = () => {
  const colour = (text: string) => /red|blue|红|蓝/.exec(text)?.[0] ?? null
  const pairs = pairLab(({ first, second }) => {
    const [before, after] = [colour(first), colour(second)]
    const differ = before !== null && after !== null && before !== after
    const contradicts = differ ? (/maybe|也许/i.test(second) ? 0.4 : 0.9) : 0.05
    return [
      { label: "entailment", score: before === after && before !== null ? 0.9 : 0.05 },
      { label: "contradiction", score: contradicts }
    ]
  })
  return { asked: pairs.asked, layer: Layer.merge(pairs.layer, embeddingLab(["gate", "lamp", "门", "灯"])) }
}

const run = (messages: Parameters<typeof subjectOf>[0], options = {}) =>
  judgeWith(contradiction, subjectOf(messages), options).pipe(Effect.provide(lab().layer))

describe("contradiction", () => {
  it.effect("passes claims that agree, and claims about other things", () =>
    Effect.gen(function* () {
      const judged = yield* run(
        talk("The gate?", "The gate is red.", "The lamp?", "The lamp is blue. The gate is red still.")
      )
      assert.deepStrictEqual(judged, {
        filter: "contradiction",
        verdict: "pass",
        findings: [],
        score: 0.05,
        model: labCard
      })
    })
  )

  it.effect("rejects a claim against an earlier one of its own, in English and Chinese", () =>
    Effect.gen(function* () {
      const judged = yield* run(talk("The gate?", "The gate is red.", "Sure?", "The gate is blue."))
      assert.strictEqual(summary(judged), "reject SELF_CONTRADICTION")
      assert.deepStrictEqual(judged.findings[0]?.evidence, {
        message: 3,
        claim: "The gate is blue.",
        earlier_message: 1,
        earlier_claim: "The gate is red.",
        contradiction: 0.9,
        similarity: 1
      })
      assert.strictEqual(
        summary(yield* run(talk("门？", "门是红的。", "确定？", "门是蓝的。"))),
        "reject SELF_CONTRADICTION"
      )
    })
  )

  it.effect("rejects a claim against what the user stated, in English and Chinese", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        summary(yield* run(talk("My gate is red.", "Your gate is blue."))),
        "reject USER_CONTRADICTION"
      )
      assert.strictEqual(summary(yield* run(talk("我的门是红的。", "您的门是蓝的。"))), "reject USER_CONTRADICTION")
      assert.strictEqual(summary(yield* run(talk("Is the gate red?", "The gate is blue."))), "pass")
    })
  )

  it.effect("takes for news what a tool or the user has brought since", () =>
    Effect.gen(function* () {
      const [ask, red, again, blue] = talk("The gate?", "The gate is red.", "Paint it.", "The gate is blue.")
      assert.isTrue(ask !== undefined && red !== undefined && again !== undefined && blue !== undefined)
      if (ask === undefined || red === undefined || again === undefined || blue === undefined) return
      const judged = yield* run([ask, red, again, toolResult('{"gate": "blue"}'), blue])
      assert.deepStrictEqual([judged.verdict, judged.score], ["pass", 0])
      assert.strictEqual(
        summary(yield* run([ask, red, again, toolResult('{"gate": "red"}'), blue])),
        "reject SELF_CONTRADICTION"
      )
      assert.strictEqual(
        summary(yield* run(talk("My gate is red.", "I see.", "Sorry, my gate is blue.", "Your gate is blue."))),
        "pass"
      )
    })
  )

  it.effect("is unsure between the thresholds", () =>
    Effect.gen(function* () {
      const judged = yield* run(talk("The gate?", "The gate is red.", "Sure?", "Maybe the gate is blue."))
      assert.deepStrictEqual([summary(judged), judged.score], ["unsure SELF_CONTRADICTION", 0.4])
    })
  )

  it.effect("compares at most so many pairs, the most alike first, and none too unlike", () =>
    Effect.gen(function* () {
      const model = lab()
      const subject = subjectOf(
        talk("A", "The gate is red. The lamp is red.", "B", "The gate lamp is red. The gate is red still.")
      )
      yield* judgeWith(contradiction, subject, { maxPairs: 1 }).pipe(Effect.provide(model.layer))
      assert.deepStrictEqual(model.asked, [{ first: "The gate is red.", second: "The gate is red still." }])
      const strict = lab()
      yield* judgeWith(contradiction, subject, { minSimilarity: 0.9 }).pipe(Effect.provide(strict.layer))
      assert.strictEqual(strict.asked.length, 1)
    })
  )

  it.effect("does not compare what is said of two things with different identifiers", () =>
    Effect.gen(function* () {
      const of = (first: string, second: string) =>
        run(talk("Go on.", `The gate ${first} is red.`, "And?", `The gate ${second} is blue.`)).pipe(
          Effect.map(summary)
        )
      assert.strictEqual(yield* of("#W73", "#W19"), "pass")
      assert.strictEqual(yield* of("#W73", "#W73"), "reject SELF_CONTRADICTION")
      assert.strictEqual(yield* of("1783", "1850"), "reject SELF_CONTRADICTION")
      assert.strictEqual(yield* of("#W73", ""), "reject SELF_CONTRADICTION")
    })
  )

  it.effect("asks nobody where the assistant claims nothing later", () =>
    Effect.gen(function* () {
      const model = lab()
      const judged = yield* judgeWith(contradiction, subjectOf(talk("The gate is red.", "Thanks!"))).pipe(
        Effect.provide(model.layer)
      )
      assert.deepStrictEqual([judged.verdict, judged.score, model.asked], ["pass", null, []])
    })
  )

  it.effect("fails with its model", () =>
    failsWithItsModel(contradiction, subjectOf(talk("The gate is red.", "The gate is blue.")))
  )
})
