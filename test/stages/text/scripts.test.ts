import { assert, describe, it } from "@effect/vitest"
import { lettersIn, scriptOf } from "../../../stages/text/scripts.ts"

describe("scripts", () => {
  it("are known by language tag", () =>
    assert.deepStrictEqual(
      ["en", "de-CH", "zh", "zh-TW", "ja", "ko", "ru", "sr-Latn", "xx-yy-zz!", "nqo"].map(scriptOf),
      ["Latn", "Latn", "Hans", "Hant", "Jpan", "Kore", "Cyrl", "Latn", null, null]
    ))

  it("count letters alone", () => {
    assert.deepStrictEqual(lettersIn("Hi, 你好 123!", "Latn"), { letters: 4, matching: 2 })
    assert.deepStrictEqual(lettersIn("ひらカナ漢字ー", "Jpan"), { letters: 7, matching: 6 })
  })
})
