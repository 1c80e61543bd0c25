import { assert, describe, it } from "@effect/vitest"
import { freeSentences, tellingOf } from "../../../../pipelines/r2s/generate/free-sentences.ts"
import { chunkFrom } from "../../../support/r2s-chunk.ts"

const chunk = tellingOf(chunkFrom("One is here. Two is here. Six is here."))
const rounds = (...sids: ReadonlyArray<ReadonlyArray<number>>) => sids.map((found_sids) => ({ found_sids }))
const numbers = (some: ReadonlyArray<{ readonly sid: number }>) => some.map(({ sid }) => sid)

describe("free sentences", () => {
  it("are the unused ones as long as there are any", () => {
    const { coverage, free, unused } = freeSentences(chunk, rounds([2], []), { sentenceUses: 2 })
    assert.deepStrictEqual(
      [numbers(unused), numbers(free)],
      [
        [1, 3],
        [1, 3]
      ]
    )
    assert.closeTo(coverage, 1 / 3, 1e-9)
  })

  it("are then those that may ground one more round", () => {
    const { coverage, free, unused } = freeSentences(chunk, rounds([1, 2], [2], [3], [3]), { sentenceUses: 2 })
    assert.deepStrictEqual([numbers(unused), numbers(free), coverage], [[], [1], 1])
  })

  it("are none in the end", () => {
    assert.deepStrictEqual(freeSentences(chunk, rounds([1, 2, 3]), { sentenceUses: 1 }).free, [])
  })

  it("are no headings and no rules", () => {
    const { sentences, ...rest } = chunkFrom(
      "Use\n\nOne is here, and it tells of the use. Two is here.\n\n* * *\n\n- Salt, a row that tells"
    )
    assert.deepStrictEqual(numbers(tellingOf({ ...rest, sentences })), [2, 3, 5])
  })

  it("knows which are spent", () => {
    assert.deepStrictEqual([...freeSentences(chunk, rounds([1, 2], [2]), { sentenceUses: 2 }).spent], [1, 2])
  })

  it("counts a sentence once a round", () => {
    assert.deepStrictEqual(numbers(freeSentences(chunk, rounds([1, 1], [2, 3]), { sentenceUses: 2 }).free), [1, 2, 3])
  })
})
