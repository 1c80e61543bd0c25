import { assert, describe, it } from "@effect/vitest"
import { unfitness } from "../../../../pipelines/r2s/chunks/fit-document.ts"
import { R2sConfig } from "../../../../pipelines/r2s/config.ts"

const config = R2sConfig.parse({})
const codeOf = (text: string) => unfitness(text, config)?.code ?? null
/** Six sentences, filled up to `size` characters. */
const english = (size: number) => `${"It is. ".repeat(5)}${"a".repeat(size - 36)}.`
const chinese = (size: number) => `${"是的。".repeat(5)}${"堰".repeat(size - 16)}。`

describe("a document by itself", () => {
  it("is too short below 200 characters in an alphabet, and below 100 in Chinese (R2S bad input: E_TOO_SHORT)", () => {
    assert.deepStrictEqual(
      [english(199).length, codeOf(english(199)), codeOf(english(200))],
      [199, "E_TOO_SHORT", null]
    )
    assert.deepStrictEqual([chinese(99).length, codeOf(chinese(99)), codeOf(chinese(100))], [99, "E_TOO_SHORT", null])
    assert.deepStrictEqual(unfitness(chinese(99), config)?.evidence, { characters: 99, least: 100, script: "cjk" })
    assert.strictEqual(codeOf(""), "E_TOO_SHORT")
  })

  it("counts characters, not the halves that UTF-16 makes of rare ones", () => {
    assert.strictEqual(codeOf(`${"是的。".repeat(5)}${"𠮷".repeat(60)}`), "E_TOO_SHORT")
  })

  it("is too thin with fewer than five sentences that say something (R2S bad input: S_THIN_DOCUMENT)", () => {
    const four = `${"a".repeat(200)}. Two. Three. Four.`
    assert.strictEqual(codeOf(four), "S_THIN_DOCUMENT")
    assert.strictEqual(codeOf(`Harrow Weir\n\n${four}\n\nSee also\n\n1.\n\n---`), "S_THIN_DOCUMENT")
    assert.strictEqual(codeOf(`${four} Five.`), null)
    assert.strictEqual(codeOf(`${"堰".repeat(100)}。二。三。四。`), "S_THIN_DOCUMENT")
    assert.strictEqual(codeOf(`${"堰".repeat(100)}。二！三？四；五。`), null)
    assert.include(unfitness(four, config)?.reason, "It has 4 sentences")
  })

  it("is looked at whole where its beginning has no sentences", () => {
    assert.strictEqual(codeOf(`${"word ".repeat(5_000)}. Two. Three. Four. Five.`), null)
    assert.strictEqual(codeOf("word ".repeat(5_000)), "S_THIN_DOCUMENT")
  })
})
