import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { overlapIndex, sharedRuns } from "../../../stages/text/overlap.ts"

const limits = { words: 3, characters: 5 }
const shared = (text: string, ...others: ReadonlyArray<string>) =>
  sharedRuns(text, overlapIndex(others, limits)).map((run) => run.text)

describe("sharedRuns", () => {
  it("are the longest stretches of three words, whatever their case and marks", () =>
    assert.deepStrictEqual(shared("So: One, TWO three four. But five six", "one two three four five six"), [
      "One, TWO three four"
    ]))

  it("are counted in characters where a script has no spaces", () => {
    assert.deepStrictEqual(shared("我想要退货了吗", "想要退货了"), ["想要退货了"])
    assert.deepStrictEqual(shared("我想要退货吗", "想要退货了"), [])
  })

  it("do not run from one text into the next", () =>
    assert.deepStrictEqual(shared("one two three", "one two", "three four"), []))

  it("are found in a text that holds the other, and nothing in a text of other words", () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 3, maxLength: 12 }), (parts) => {
        const text = parts.join(" ")
        assert.deepStrictEqual(shared(`x y ${text} z`, text), [text])
        assert.deepStrictEqual(shared("p q r s t", text), [])
      })
    ))
})
