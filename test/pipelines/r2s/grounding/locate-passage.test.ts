import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { locatePassage } from "../../../../pipelines/r2s/grounding/locate-passage.ts"
import { normalise } from "../../../../stages/text/normalise.ts"
import { tokens } from "../../../../stages/text/words.ts"
import { lexicalHouse } from "../../../support/lexical-house.ts"
import { DYKE, WEIR } from "../../../support/r2s-chunk.ts"

const options = { fuzzy: 0.8, paraphrase: 0.8 }
const locate = (found: string | null, chunk = WEIR) =>
  locatePassage({ found }, chunk, options).pipe(Effect.provide(lexicalHouse))

describe("the place of a passage", () => {
  it.effect("is none where there is none", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* locate(null), { match: "none", sids: [], start: null, end: null, similarity: null })
    })
  )

  it.effect("is where its words are, over the border of sentences too", () =>
    Effect.gen(function* () {
      const { end, match, sids, start } = yield* locate("in 1783. The crest was raised")
      assert.deepStrictEqual(
        [match, sids, WEIR.body.slice(start ?? 0, end ?? 0)],
        ["exact", [1, 2], "in 1783. The crest was raised"]
      )
      const chinese = yield* locate("堰顶加高了四十厘米", DYKE)
      assert.deepStrictEqual(
        [chinese.match, chinese.sids, DYKE.body.slice(chinese.start ?? 0, chinese.end ?? 0)],
        ["exact", [2], "堰顶加高了四十厘米"]
      )
    })
  )

  it("cuts out words that are the passage's, whatever stretch of the text is asked for", () => {
    for (const { body, sentences } of [WEIR, DYKE]) {
      fc.assert(
        fc.property(fc.nat(tokens(body).length - 1), fc.integer({ min: 0, max: 12 }), (from, length) => {
          const chosen = tokens(body).slice(from, from + length + 1)
          const found = body.slice(chosen[0]?.start, chosen.at(-1)?.end)
          const located = Effect.runSync(locate(found, { ...WEIR, body, sentences }).pipe(Effect.orDie))
          assert.strictEqual(located.match, "exact")
          const words = (text: string) => normalise(text).replace(/[\p{P}\s]+/gu, "")
          assert.strictEqual(words(body.slice(located.start ?? 0, located.end ?? 0)), words(found))
          for (const { end, sid, start } of sentences) {
            assert.strictEqual(located.sids.includes(sid), start < (located.end ?? 0) && end > (located.start ?? 0))
          }
        }),
        { numRuns: 50 }
      )
    }
  })
})
