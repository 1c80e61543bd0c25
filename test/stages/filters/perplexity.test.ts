import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { perplexity } from "../../../stages/filters/perplexity.ts"
import { words } from "../../../stages/text/words.ts"
import { labCard, sequenceLab } from "../../support/capability-lab.ts"
import { failsWithItsModel, judgeWith, subjectOf, summary, talk } from "../../support/filter-lab.ts"

/** A model of one word: each token costs by how many different ones the text has. */
const scorer = sequenceLab((text) => {
  const tokens = words(text)
  return { tokens: tokens.length, logProbability: -tokens.length * Math.log(new Set(tokens).size) }
})

const options = { minTokens: 4, low: 2, high: 8 }
const run = (reply: string, more = {}) =>
  judgeWith(perplexity, subjectOf(talk("Tell me.", reply)), { ...options, ...more }).pipe(Effect.provide(scorer))

describe("perplexity", () => {
  it.effect("passes a message within the band, with its perplexity as the score", () =>
    Effect.gen(function* () {
      const judged = yield* run("it comes on Monday morning")
      assert.deepStrictEqual([judged.verdict, judged.findings, judged.model], ["pass", [], labCard])
      assert.closeTo(judged.score ?? 0, 5, 1e-9)
      assert.strictEqual(summary(yield* run("星期一早上")), "pass")
    })
  )

  it.effect("rejects what is too fluent and what is too strange, in English and Chinese", () =>
    Effect.gen(function* () {
      const fluent = yield* run("very very very very very")
      assert.strictEqual(summary(fluent), "reject TOO_FLUENT")
      assert.deepStrictEqual(fluent.findings[0]?.evidence, {
        message: 1,
        role: "assistant",
        perplexity: 1,
        tokens: 5,
        low: 2,
        high: 8
      })
      assert.strictEqual(summary(yield* run("哈哈哈哈哈哈")), "reject TOO_FLUENT")
      assert.strictEqual(summary(yield* run("a b c d e f g h i j")), "reject TOO_STRANGE")
      assert.strictEqual(summary(yield* run("天地玄黄宇宙洪荒日月")), "reject TOO_STRANGE")
    })
  )

  it.effect("counts the message that is farthest out", () =>
    Effect.gen(function* () {
      const judged = yield* judgeWith(
        perplexity,
        subjectOf(talk("a", "one two three four", "a", "no no no no no no", "a", "1 2 3 4 5 6 7 8 9")),
        options
      ).pipe(Effect.provide(scorer))
      assert.strictEqual(summary(judged), "reject TOO_FLUENT TOO_STRANGE")
      assert.closeTo(judged.score ?? 0, 1, 1e-9)
    })
  )

  it.effect("is unsure near the ends where a margin is set", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        summary(yield* run("one two three four five six seven", { margin: 1.3 })),
        "unsure TOO_STRANGE"
      )
      assert.strictEqual(summary(yield* run("one two one two", { margin: 1.3 })), "unsure TOO_FLUENT")
      assert.strictEqual(summary(yield* run("one two three four", { margin: 1.3 })), "pass")
    })
  )

  it.effect("does not judge messages that are too short", () =>
    Effect.gen(function* () {
      const judged = yield* run("no no no")
      assert.deepStrictEqual([judged.verdict, judged.score], ["pass", null])
    })
  )

  it("refuses an empty band, and has none of its own", () => {
    assert.isFalse(perplexity.options.safeParse({ low: 9, high: 8 }).success)
    assert.isFalse(perplexity.options.safeParse({ low: 4, high: 8, margin: 2 }).success)
    assert.deepStrictEqual(
      perplexity.options.safeParse({}).error?.issues.map(({ path }) => path.join()),
      ["low", "high"]
    )
  })

  it.effect("fails with its model", () =>
    failsWithItsModel(perplexity, subjectOf(talk("Hello.", "Hi there.")), options)
  )
})
