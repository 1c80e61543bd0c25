import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import fc from "fast-check"
import { foundByWords, foundSpan } from "../../../stages/filters/found-span.ts"
import { embeddingLab, failingLab, labCard } from "../../support/capability-lab.ts"

const ENGLISH =
  "Harrow Weir stands on the Lenn. It was built by the miller Ada Brandt in 1783. After the crest was raised in 1911, the lower town flooded only once."
const CHINESE = "哈罗坝位于伦河。磨坊主艾达于1783年建造了它。1911年坝顶加高以后，下城只被淹过一次。"
const options = { fuzzy: 0.8, paraphrase: 0.8 }

const model = embeddingLab(["miller", "1783", "weir", "crest"])
const find = (found: string, text: string) => foundSpan(found, text, options).pipe(Effect.provide(model))

describe("foundSpan", () => {
  it.effect("finds text word for word, whatever its width, case, quotes and spaces", () =>
    Effect.gen(function* () {
      const exact = { match: "exact", similarity: 1, model: null } as const
      assert.deepStrictEqual(yield* find("the miller ADA  Brandt in １７８３", ENGLISH), {
        ...exact,
        sentences: [1],
        start: 48,
        end: 77
      })
      assert.deepStrictEqual(yield* find("in 1783. After the crest", ENGLISH), {
        ...exact,
        sentences: [1, 2],
        start: 70,
        end: 94
      })
      assert.deepStrictEqual(yield* find("磨坊主艾达于１７８３年建造了它", CHINESE), {
        ...exact,
        sentences: [1],
        start: 8,
        end: 23
      })
    })
  )

  it.effect("finds a near copy from 0.80 of its tokens in order", () =>
    Effect.gen(function* () {
      const fuzzy = yield* find("It was erected by the rich miller Ada Brandt in 1783", ENGLISH)
      assert.deepStrictEqual([fuzzy.match, fuzzy.sentences, fuzzy.model], ["fuzzy", [1], null])
      assert.closeTo(fuzzy.similarity, 9 / 11, 1e-9)
      const chinese = yield* find("磨坊主艾达在1783年修造了它", CHINESE)
      assert.strictEqual(chinese.match, "fuzzy")
      assert.closeTo(chinese.similarity, 10 / 12, 1e-9)
    })
  )

  it.effect("finds a paraphrase by the nearest sentence", () =>
    Effect.gen(function* () {
      const paraphrase = yield* find("In 1783 some miller put it there", ENGLISH)
      assert.deepStrictEqual([paraphrase.match, paraphrase.sentences, paraphrase.model], ["paraphrase", [1], labCard])
      assert.strictEqual(
        ENGLISH.slice(paraphrase.start ?? 0, paraphrase.end ?? 0),
        "It was built by the miller Ada Brandt in 1783."
      )
      assert.closeTo(paraphrase.similarity, 1, 1e-9)
    })
  )

  it.effect("misses what is not there, and what is nothing", () =>
    Effect.gen(function* () {
      const missing = yield* find("The weir was sold to a miller in 1850", ENGLISH)
      assert.deepStrictEqual([missing.match, missing.sentences, missing.model], ["missing", [], labCard])
      assert.isBelow(missing.similarity, 0.8)
      const nothing = { match: "missing", similarity: 0, sentences: [], start: null, end: null, model: null } as const
      assert.deepStrictEqual(yield* find("…", ENGLISH), nothing)
      assert.deepStrictEqual(yield* find("a weir", ""), nothing)
    })
  )

  it.effect("asks no model for what words can say, and fails with the model otherwise", () =>
    Effect.gen(function* () {
      const gone = foundSpan("Harrow Weir", ENGLISH, options).pipe(Effect.provide(failingLab("server")))
      assert.strictEqual((yield* gone).match, "exact")
      const error = yield* Effect.flip(
        foundSpan("Nothing of the kind", ENGLISH, options).pipe(Effect.provide(failingLab("server")))
      )
      assert.strictEqual(error.kind, "server")
    })
  )

  it("finds what the plain definition finds: the best subsequence over all windows", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 14 })
    fc.assert(
      fc.property(text, text, (found, given) => {
        const best = naive(found, given)
        const ours = foundByWords(found.join(" "), given.join(" "), 0.5)
        assert.closeTo(ours?.similarity ?? 0, best / found.length >= 0.5 ? best / found.length : 0, 1e-9)
      })
    )
  })

  it("takes a long text of one word in its stride", () => {
    const long = "好".repeat(6_000)
    assert.strictEqual(foundByWords("坏".repeat(200) + "好".repeat(200), long, 0.8), null)
    assert.strictEqual(foundByWords(`${"好".repeat(380)}坏坏`, long, 0.8)?.match, "fuzzy")
  })
})

const naive = (found: ReadonlyArray<string>, given: ReadonlyArray<string>): number => {
  const size = Math.min(found.length, given.length)
  return Math.max(
    ...Array.from({ length: given.length - size + 1 }, (_, from) => common(found, given.slice(from, from + size)))
  )
}

const common = (left: ReadonlyArray<string>, right: ReadonlyArray<string>): number => {
  const [first, ...rest] = left
  if (first === undefined || right.length === 0) return 0
  const at = right.indexOf(first)
  const without = common(rest, right)
  return at === -1 ? without : Math.max(without, 1 + common(rest, right.slice(at + 1)))
}
