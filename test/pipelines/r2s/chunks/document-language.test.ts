import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { documentLanguage } from "../../../../pipelines/r2s/chunks/document-language.ts"
import { classifierLab, failingLab } from "../../../support/capability-lab.ts"
import { lexicalHouse } from "../../../support/lexical-house.ts"

const english =
  "Harrow Weir was built by the miller Ada Brandt in 1783. Since the crest was raised the lower town has flooded only once. "
const chinese = "哈罗堰由磨坊主阿达·布兰特于一七八三年建成。自堰顶加高以来，下游的城镇只被淹过一次。"
const german = "Das Wehr wurde von der Müllerin gebaut und ist seit dem Jahr nicht mehr verändert worden. "
const supported = (tag: string) => ["en", "zh"].includes(tag.split("-")[0] ?? "")
const languageOf = (text: string, lang: string | null = null) => documentLanguage({ text, lang }, supported)

describe("the language of a document", () => {
  it.effect("is found from its text where none is given", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* languageOf(english), { tag: "en", finding: null })
      assert.deepStrictEqual(yield* languageOf(chinese), { tag: "zh", finding: null })
      assert.deepStrictEqual(yield* languageOf(english.repeat(500), ""), { tag: "en", finding: null })
    }).pipe(Effect.provide(lexicalHouse))
  )

  it.effect("is the one that is given where the letters are its own, and then no model is asked", () => {
    const { asked, layer } = classifierLab(() => [])
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* languageOf(english, "en_gb"), { tag: "en-GB", finding: null })
      assert.deepStrictEqual(yield* languageOf(english, "eng"), { tag: "en", finding: null })
      assert.deepStrictEqual(yield* languageOf(chinese, "zh-TW"), { tag: "zh-TW", finding: null })
      assert.deepStrictEqual(asked, [])
    }).pipe(Effect.provide(layer))
  })

  it.effect("is not the one that is given where its letters are others, or where that is no language", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* languageOf(chinese, "en"), { tag: "zh", finding: null })
      assert.deepStrictEqual(yield* languageOf(english, "zh"), { tag: "en", finding: null })
      assert.deepStrictEqual(yield* languageOf(english, "English!"), { tag: "en", finding: null })
    }).pipe(Effect.provide(lexicalHouse))
  )

  it.effect("must be one with a language file (R2S bad input: E_LANG_UNSUPPORTED)", () =>
    Effect.gen(function* () {
      const found = (yield* languageOf(german)).finding
      assert.strictEqual(found?.code, "E_LANG_UNSUPPORTED")
      assert.match(found?.reason ?? "", /^It seems to be in de \(\d+ %\), and there is no language file for it\. Name/)
      assert.strictEqual(found?.evidence.guess, "de")
      assert.isAbove(Number(found?.evidence.share), 0.5)
      const given = (yield* languageOf(german, "de")).finding
      assert.deepStrictEqual(given?.evidence, { given: "de", guess: "de", share: 1, model: null })
      assert.match(given?.reason ?? "", /^The document says it is in "de"/)
    }).pipe(Effect.provide(lexicalHouse))
  )

  it.effect(
    "cannot be told of numbers, of a language that no model knows, or where the letters are others (R2S bad input: E_LANG_UNSUPPORTED)",
    () =>
      Effect.gen(function* () {
        for (const text of ["1783 1911 42 ".repeat(50), "Zażółć gęślą jaźń pchnąć łódź ".repeat(20)]) {
          const { finding } = yield* languageOf(text)
          assert.strictEqual(finding?.code, "E_LANG_UNSUPPORTED")
          assert.match(finding?.reason ?? "", /^Its language cannot be told/)
        }
        const { finding } = yield* languageOf("Ωραία πόλη ".repeat(30), "en")
        assert.include(finding?.reason, 'It is said to be in "en", but its letters are not those of that language.')
      }).pipe(Effect.provide(lexicalHouse))
  )

  it.effect("is what the user's own model says, whatever it calls its languages, if the letters fit", () =>
    Effect.gen(function* () {
      const saying = (...labels: ReadonlyArray<readonly [string, number]>) =>
        classifierLab(() => labels.map(([label, score]) => ({ label, score }))).layer
      const first = languageOf(english).pipe(
        Effect.provide(saying(["__label__eng_Latn", 0.4], ["en-GB", 0.3], ["fr", 0.3]))
      )
      assert.deepStrictEqual(yield* first, { tag: "en", finding: null })
      const weak = languageOf(english).pipe(Effect.provide(saying(["en", 0.45], ["fr", 0.3])))
      assert.deepStrictEqual((yield* weak).finding?.evidence, { given: null, guess: "en", share: 0.45, model: "lab" })
      const wrong = languageOf(english).pipe(Effect.provide(saying(["zho_Hans", 0.9])))
      assert.match((yield* wrong).finding?.reason ?? "", /^Its language cannot be told \(best guess: zh, 90 %\)/)
    })
  )

  it.effect("is asked of at most 2,000 characters, from all over the text", () => {
    const { asked, layer } = classifierLab(() => [{ label: "en", score: 1 }])
    return Effect.gen(function* () {
      yield* languageOf(`Beginning. ${english.repeat(10_000)} Conclusion.`)
      assert.strictEqual(asked.length, 1)
      assert.isAtMost(asked[0]?.length ?? 0, 2_003)
      assert.isTrue(asked[0]?.startsWith("Beginning."))
      assert.isTrue(asked[0]?.endsWith("Conclusion."))
    }).pipe(Effect.provide(layer))
  })

  it.effect("fails with the model's own failure, not with a guess", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(languageOf(english))
      assert.strictEqual(error.kind, "server")
    }).pipe(Effect.provide(failingLab("server")))
  )
})
