import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { codeBlocks, withoutCode } from "../../../stages/text/code.ts"

describe("code", () => {
  it("is found between fences, to the end where one is never closed, and not within a longer fence", () => {
    const texts = (text: string) => codeBlocks(text).map((block) => block.text)
    assert.deepStrictEqual(texts("a\n```js\nb\n```\nc\n~~~\nd"), ["```js\nb\n```", "~~~\nd"])
    assert.deepStrictEqual(texts("````\n```\nx\n```\n````\ny"), ["````\n```\nx\n```\n````"])
    assert.deepStrictEqual(texts("no ``` fence in a line"), [])
  })

  it("leaves prose, line breaks and positions as they were", () => {
    assert.strictEqual(withoutCode("use `npm i` or\n```\nx\n```\n好"), "use         or\n   \n \n   \n好")
    fc.assert(
      fc.property(fc.array(fc.constantFrom("`", "```", "~~~", "\n", "a", "好", "𝒳")), (parts) => {
        const text = parts.join("")
        const prose = withoutCode(text)
        assert.strictEqual(prose.length, text.length)
        assert.strictEqual(prose.split("\n").length, text.split("\n").length)
      })
    )
  })
})
