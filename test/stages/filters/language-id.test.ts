import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { CapabilityError } from "../../../models/capabilities/capability-error.ts"
import { languageId } from "../../../stages/filters/language-id.ts"
import { classifierLab, labCard } from "../../support/capability-lab.ts"
import { failsWithItsModel, judgeWith, subjectOf, summary, talk } from "../../support/filter-lab.ts"

/** Knows Chinese by its script, in two scripts of it; all else is English with three letters. */
const model = () =>
  classifierLab((text) => {
    const han = (text.match(/\p{sc=Han}/gu)?.length ?? 0) / Math.max(1, text.match(/\p{L}/gu)?.length ?? 0)
    return [
      { label: "__label__zh_Hans", score: han * 0.75 },
      { label: "__label__zh_Hant", score: han * 0.25 },
      { label: "__label__eng", score: 1 - han }
    ]
  })

const ENGLISH = "The parcel arrives at your door on Monday morning."
const CHINESE = "您的包裹会在星期一早上送到家门口。"

describe("language-id", () => {
  const run = (lines: ReadonlyArray<string>, language: string | undefined, options = {}) =>
    judgeWith(languageId, subjectOf(talk(...lines), language === undefined ? {} : { language }), options).pipe(
      Effect.provide(model().layer)
    )

  it.effect("passes messages in the dialogue's language, whatever the code's form", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* run([ENGLISH, ENGLISH], "en"), {
        filter: "language-id",
        verdict: "pass",
        findings: [],
        score: 0,
        model: labCard
      })
      assert.strictEqual(summary(yield* run([CHINESE], "zh-Hans-CN")), "pass")
      assert.strictEqual(summary(yield* run([ENGLISH], "eng")), "pass")
    })
  )

  it.effect("rejects a message in another language and says which it seems to be", () =>
    Effect.gen(function* () {
      const english = yield* run([ENGLISH, CHINESE], "en")
      assert.strictEqual(summary(english), "reject OTHER_LANGUAGE")
      assert.deepStrictEqual(english.findings[0]?.evidence, {
        message: 1,
        role: "assistant",
        expected: "en",
        probability: 0,
        found: "zh",
        found_probability: 1
      })
      assert.strictEqual(summary(yield* run([CHINESE, ENGLISH], "zh")), "reject OTHER_LANGUAGE")
    })
  )

  it.effect("is unsure of a message in two languages", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        summary(yield* run(["Our code 我们 is on 星期 一下 你看 you see, so it is all ok"], "zh")),
        "unsure OTHER_LANGUAGE"
      )
    })
  )

  it.effect("looks at neither short messages nor subjects without a language", () =>
    Effect.gen(function* () {
      assert.strictEqual(summary(yield* run(["OK, thanks!", "好的，再见"], "zh")), "pass")
      assert.strictEqual(summary(yield* run(["OK, thanks!"], "zh", { minLetters: 1 })), "reject OTHER_LANGUAGE")
      assert.deepStrictEqual((yield* run([CHINESE], undefined)).score, null)
    })
  )

  it.effect("fails on a language that the model does not know", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(run([ENGLISH], "sw"))
      assert.instanceOf(error, CapabilityError)
      assert.strictEqual(error.kind, "mismatch")
      assert.include(error.message, 'does not know "sw", only zh, en')
    })
  )

  it.effect("fails with its model", () => failsWithItsModel(languageId, subjectOf(talk(ENGLISH), { language: "en" })))
})
