import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { CapabilityError } from "../../../models/capabilities/capability-error.ts"
import { reward } from "../../../stages/filters/reward.ts"
import { labCard, pairLab } from "../../support/capability-lab.ts"
import { failsWithItsModel, judgeWith, subjectOf, summary, talk } from "../../support/filter-lab.ts"

/** Likes replies by their length. */
const model = () =>
  pairLab(({ second }, role) => [{ label: role === "reward" ? "score" : "?", score: second.length - 10 }])
const options = { rejectBelow: -5, passAbove: 0 }

describe("reward", () => {
  it.effect("passes where every reply earns enough, and shows the model what went before each", () =>
    Effect.gen(function* () {
      const lab = model()
      const subject = subjectOf(talk("Where?", "By the door.", "Which door?", "您家的前门旁边，靠左手。"))
      const judged = yield* judgeWith(reward, subject, options).pipe(Effect.provide(lab.layer))
      assert.deepStrictEqual(judged, { filter: "reward", verdict: "pass", findings: [], score: 2, model: labCard })
      assert.deepStrictEqual(lab.asked, [
        { first: "Where?", second: "By the door." },
        { first: "user: Where?\nassistant: By the door.\nuser: Which door?", second: "您家的前门旁边，靠左手。" }
      ])
    })
  )

  it.effect("rejects for the worst reply", () =>
    Effect.gen(function* () {
      const judged = yield* judgeWith(
        reward,
        subjectOf(talk("Where?", "By the door.", "哪里？", "不知道")),
        options
      ).pipe(Effect.provide(model().layer))
      assert.strictEqual(summary(judged), "reject LOW_REWARD")
      assert.deepStrictEqual(judged.findings[0]?.evidence, { message: 3, score: -7, reject_below: -5, pass_above: 0 })
    })
  )

  it.effect("is unsure between the thresholds, and passes where nobody replies", () =>
    Effect.gen(function* () {
      const run = (...lines: ReadonlyArray<string>) =>
        judgeWith(reward, subjectOf(talk(...lines)), options).pipe(Effect.provide(model().layer), Effect.map(summary))
      assert.strictEqual(yield* run("Where?", "A door."), "unsure LOW_REWARD")
      assert.strictEqual(yield* run("Where?"), "pass")
    })
  )

  it("has no thresholds of its own, since rewards have no common scale", () => {
    assert.deepStrictEqual(
      reward.options.safeParse({}).error?.issues.map(({ path }) => path.join()),
      ["rejectBelow", "passAbove"]
    )
    assert.isFalse(reward.options.safeParse({ rejectBelow: 1, passAbove: 0 }).success)
  })

  it.effect("fails on a model that gives no score, and with its model", () =>
    Effect.gen(function* () {
      const lab = pairLab(() => [{ label: "good", score: 1 }])
      const error = yield* Effect.flip(
        judgeWith(reward, subjectOf(talk("a", "b")), options).pipe(Effect.provide(lab.layer))
      )
      assert.instanceOf(error, CapabilityError)
      assert.strictEqual(error.kind, "bad_output")
      yield* failsWithItsModel(reward, subjectOf(talk("a", "b")), options)
    })
  )
})
