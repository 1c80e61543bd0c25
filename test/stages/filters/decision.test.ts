import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { CapabilityError } from "../../../models/capabilities/capability-error.ts"
import { decision } from "../../../stages/filters/decision.ts"
import { decisionLab, labCard } from "../../support/capability-lab.ts"
import { failsWithItsModel, judgeWith, subjectOf, summary, talk, toolResult } from "../../support/filter-lab.ts"

const options = {
  questions: [
    { name: "polite", ask: "Is the assistant polite?" },
    { name: "evasive", ask: "Does the assistant evade?", good: "no", rejectAbove: 0.9 }
  ]
}
const run = (polite: number | null, evasive: number | null, lines = ["Where?", "By the door, please."]) =>
  judgeWith(decision, subjectOf(talk(...lines)), options).pipe(
    Effect.provide(decisionLab((question) => (question.includes("polite") ? polite : evasive)))
  )

describe("decision", () => {
  it.effect("passes where every good answer is probable, with the worst risk as score", () =>
    Effect.gen(function* () {
      const judged = yield* run(0.75, 0.125)
      assert.deepStrictEqual(judged, { filter: "decision", verdict: "pass", findings: [], score: 0.25, model: labCard })
    })
  )

  it.effect("rejects by each question's own threshold", () =>
    Effect.gen(function* () {
      const judged = yield* run(0.25, 0.85)
      assert.strictEqual(summary(judged), "reject BAD_ANSWER")
      assert.deepStrictEqual(judged.findings[0], {
        code: "BAD_ANSWER",
        reason: '"Is the assistant polite?" is answered no with probability 0.75.',
        evidence: { question: "polite", good: "yes", yes: 0.25, reject_above: 0.7 }
      })
      assert.strictEqual(summary(yield* run(0.9, 0.95)), "reject BAD_ANSWER")
    })
  )

  it.effect("is unsure between thresholds, and where the model declines", () =>
    Effect.gen(function* () {
      assert.strictEqual(summary(yield* run(0.9, 0.85)), "unsure BAD_ANSWER")
      const declined = yield* run(null, 0.125)
      assert.deepStrictEqual([summary(declined), declined.score], ["unsure DECLINED", 0.125])
      assert.deepStrictEqual((yield* run(null, null)).score, null)
      assert.strictEqual(summary(yield* run(null, 0.95)), "reject BAD_ANSWER")
    })
  )

  it.effect("shows the model the dialogue, tools' results too, in any language", () =>
    Effect.gen(function* () {
      const states: Array<unknown> = []
      const lab = decisionLab((_question, state) => {
        states.push(state)
        return 0.9
      })
      yield* judgeWith(decision, subjectOf([...talk("在哪里？"), toolResult("门口")]), {
        questions: [{ name: "clear", ask: "Is it clear?" }]
      }).pipe(Effect.provide(lab))
      assert.deepStrictEqual(states, [
        {
          dialogue: [
            { role: "user", text: "在哪里？" },
            { role: "tool", text: "门口" }
          ]
        }
      ])
    })
  )

  it.effect("fails on a probability that is none, and with its model", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(run(Number.NaN, 0.1))
      assert.instanceOf(error, CapabilityError)
      assert.strictEqual(error.kind, "bad_output")
      yield* failsWithItsModel(decision, subjectOf(talk("Hello.")), options)
    })
  )

  it("refuses two questions of one name", () => {
    const twice = [options.questions[0], options.questions[0]]
    assert.strictEqual(
      decision.options.safeParse({ questions: twice }).error?.issues[0]?.message,
      "two questions are named polite"
    )
  })
})
