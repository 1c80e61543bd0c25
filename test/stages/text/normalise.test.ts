import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { foldWidth, normalise } from "../../../stages/text/normalise.ts"

describe("normalise", () => {
  it("makes texts equal that a reader takes for the same", () =>
    assert.strictEqual(normalise("  “Ｈello”,\n it’s  １２３—ＯＫ… "), '"hello", it\'s 123-ok...'))

  it("changes nothing more the second time", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) =>
        assert.strictEqual(normalise(normalise(text)), normalise(text))
      )
    ))

  it("folds widths, quotes and dashes", () => assert.strictEqual(foldWidth("“Ａ１，”　–‘x’"), "\"A1,\" -'x'"))

  it("keeps every position when it folds", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => assert.strictEqual(foldWidth(text).length, text.length))
    ))
})
