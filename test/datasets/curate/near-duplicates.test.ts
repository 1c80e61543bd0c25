import { readdirSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import fc from "fast-check"
import { type NearDuplicateOptions, nearDuplicates, type TextRow } from "../../../datasets/curate/near-duplicates.ts"
import { jaccard, Shingles } from "../../../datasets/curate/shingles.ts"
import { scratch } from "../../support/sample-dataset.ts"
import { numbers, sentence } from "../../support/texts.ts"

const usual: NearDuplicateOptions = { shingle: 5, threshold: 0.85 }

const find = (rows: ReadonlyArray<TextRow>, options = usual, chunk = 1_000) =>
  Effect.gen(function* () {
    const found = yield* nearDuplicates(Stream.fromIterable(rows, { chunkSize: chunk }), options, yield* scratch)
    return { pairs: yield* Stream.runCollect(found.pairs), clusters: yield* Stream.runCollect(found.clusters) }
  }).pipe(Effect.scoped)

const textRows = (texts: ReadonlyArray<string>): ReadonlyArray<TextRow> => texts.map((text, id) => ({ id, text }))

const changed = (text: string, places: ReadonlyArray<number>): string =>
  text
    .split(" ")
    .map((word, at) => (places.includes(at) ? `x${word}` : word))
    .join(" ")

/** Every pair at or above the threshold, by comparing all. */
const allPairs = (texts: ReadonlyArray<string>, { shingle, threshold }: NearDuplicateOptions) => {
  const sets = texts.map((text) => Float64Array.from(new Shingles(shingle).of(text)))
  return sets.flatMap((right, r) =>
    sets.slice(0, r).flatMap((left, l) => {
      if (left.length === 0 || right.length === 0) return []
      const similarity = jaccard(left, right, threshold)
      return similarity < 0 ? [] : [{ left: l, right: r, similarity }]
    })
  )
}
const byRows = (a: { left: number; right: number }, b: { left: number; right: number }) =>
  a.left - b.left || a.right - b.right

describe("near duplicates", () => {
  const long = sentence(1, 100)

  it.effect("are pairs with their exact similarity, and clusters of which the best survives", () =>
    Effect.gen(function* () {
      const rows = [
        { id: 3, text: sentence(2, 100), rank: 9 },
        { id: 5, text: long, rank: 1 },
        { id: 8, text: changed(long, [0]), rank: 2 },
        { id: 9, text: sentence(3, 100), rank: 9 },
        { id: 12, text: changed(long, [99]), rank: 2 }
      ]
      // 96 shingles; a change of the first or last word is in one of them: 95 of 97, and 94 of 98 for two changes.
      assert.deepStrictEqual(yield* find(rows), {
        pairs: [
          { left: 5, right: 8, similarity: 95 / 97 },
          { left: 5, right: 12, similarity: 95 / 97 },
          { left: 8, right: 12, similarity: 94 / 98 }
        ],
        clusters: [{ survivor: 8, members: [5, 8, 12] }]
      })
    })
  )

  it.effect("survive by the lowest id where ranks are equal or missing, and a row without a rank is below all", () =>
    Effect.gen(function* () {
      const { clusters } = yield* find(textRows([long, long, long]))
      assert.deepStrictEqual(clusters, [{ survivor: 0, members: [0, 1, 2] }])
      const ranked = yield* find([
        { id: 0, text: long },
        { id: 1, text: long, rank: -5 }
      ])
      assert.deepStrictEqual(ranked.clusters, [{ survivor: 1, members: [0, 1] }])
    })
  )

  it.effect("are none below the threshold", () =>
    Effect.gen(function* () {
      // A change in the middle is in five shingles: 91 of 101.
      const texts = [long, changed(long, [50])]
      assert.strictEqual((yield* find(textRows(texts), { shingle: 5, threshold: 91 / 101 })).pairs.length, 1)
      assert.strictEqual((yield* find(textRows(texts), { shingle: 5, threshold: 0.902 })).pairs.length, 0)
    })
  )

  it.effect("are found by characters in Chinese, whatever the punctuation and width of letters", () =>
    Effect.gen(function* () {
      const { pairs } = yield* find(
        textRows([
          "您好，我想退回订单Ｗ12里的耳机，请帮我处理。",
          "您好! 我想退回订单w12里的耳机; 请帮我处理",
          "您好，我想更换地址，谢谢您的帮助"
        ])
      )
      assert.deepStrictEqual(pairs, [{ left: 0, right: 1, similarity: 1 }])
    })
  )

  it.effect("are never texts without words, and short texts only where all their words agree", () =>
    Effect.gen(function* () {
      const { pairs } = yield* find(textRows(["", "", "!!", "!!", "Yes, please.", "yes please", "yes please do"]))
      assert.deepStrictEqual(pairs, [{ left: 4, right: 5, similarity: 1 }])
    })
  )

  it.effect("of nothing are nothing", () =>
    Effect.map(find([]), (found) => assert.deepStrictEqual(found, { pairs: [], clusters: [] }))
  )

  it.effect("chain: rows that are alike by way of others are one cluster", () =>
    Effect.gen(function* () {
      const texts = Array.from({ length: 12 }, (_, row) =>
        changed(
          long,
          Array.from({ length: row }, (_, at) => at * 9)
        )
      )
      const { clusters, pairs } = yield* find(textRows(texts), { shingle: 3, threshold: 0.9 })
      assert.deepStrictEqual(clusters, [{ survivor: 0, members: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }])
      assert.isFalse(pairs.some(({ left, right }) => left === 0 && right === 11))
    })
  )

  /** Originals, and copies of earlier rows with 0 to 12 words changed. */
  const corpus = (count: number): ReadonlyArray<string> => {
    const texts: Array<string> = []
    for (let row = 0; row < count; row++) {
      const next = numbers(row)
      const source = texts[Math.floor(next() * row)]
      if (row % 3 !== 2 || source === undefined) texts.push(sentence(row, 20 + Math.floor(next() * 150)))
      else {
        const words = source.split(" ").length
        texts.push(
          changed(
            source,
            Array.from({ length: Math.floor(next() * 13) }, () => Math.floor(next() * words))
          )
        )
      }
    }
    return texts
  }

  for (const options of [usual, { shingle: 3, threshold: 0.7 }, { shingle: 2, threshold: 0.5 }]) {
    it.effect(
      `of 3,000 rows agree with a comparison of all at ${options.threshold}: none too many, 99 % at least`,
      () =>
        Effect.gen(function* () {
          const texts = corpus(3_000)
          const exact = allPairs(texts, options)
          const { pairs } = yield* find(textRows(texts), options)
          const wanted = new Map(exact.map((pair) => [`${pair.left} ${pair.right}`, pair.similarity]))
          for (const { left, right, similarity } of pairs) {
            assert.strictEqual(wanted.get(`${left} ${right}`), similarity)
          }
          assert.isAtLeast(exact.length, 150)
          assert.isAtLeast(pairs.length, 0.99 * exact.length)
          assert.deepStrictEqual(pairs, pairs.toSorted(byRows))
        })
    )
  }

  it.effect("do not depend on how the rows come in, and leave no file behind", () =>
    Effect.gen(function* () {
      const rows = textRows(corpus(6_000))
      const folder = yield* scratch
      const whole = yield* find(rows, usual, 6_000)
      assert.deepStrictEqual(yield* find(rows, usual, 7), whole)
      yield* Effect.scoped(nearDuplicates(Stream.fromIterable(rows), usual, folder))
      assert.deepStrictEqual(readdirSync(folder), [])
    })
  )

  it("of texts in another order are the same texts", () =>
    fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...Array(40).keys()], { minLength: 40 }), (order) =>
        Effect.gen(function* () {
          const texts = corpus(40)
          const straight = yield* find(textRows(texts))
          const shuffled = yield* find(textRows(order.map((row) => texts[row] as string)))
          const named = shuffled.pairs.map(({ left, right, similarity }) => {
            const one = order[left] as number
            const other = order[right] as number
            return { left: Math.min(one, other), right: Math.max(one, other), similarity }
          })
          assert.deepStrictEqual(named.sort(byRows), straight.pairs)
        }).pipe(Effect.runPromise)
      ),
      { numRuns: 20 }
    ))

  it.effect("of 20,000 copies of one text are 19,999 pairs with the first", () =>
    Effect.gen(function* () {
      const { clusters, pairs } = yield* find(textRows(Array.from({ length: 20_000 }, () => sentence(1, 40))))
      assert.strictEqual(pairs.length, 19_999)
      assert.isTrue(pairs.every(({ left, similarity }) => left === 0 && similarity === 1))
      assert.strictEqual(clusters[0]?.members.length, 20_000)
    })
  )

  it.effect("of 8 copies are all 28 pairs, of 9 the 8 with the first", () =>
    Effect.gen(function* () {
      const copies = (count: number) => textRows(Array.from({ length: count }, () => long))
      assert.strictEqual((yield* find(copies(8))).pairs.length, 28)
      assert.strictEqual((yield* find(copies(9))).pairs.length, 8)
    })
  )

  it.effect("of 10,000 variations of one text are one cluster, without comparing each with each", () =>
    Effect.gen(function* () {
      const texts = Array.from({ length: 10_000 }, (_, row) => changed(long, [row % 100]).concat(` y${row}`))
      const { clusters, pairs } = yield* find(textRows(texts))
      assert.strictEqual(clusters.length, 1)
      assert.strictEqual(clusters[0]?.members.length, 10_000)
      assert.isBelow(pairs.length, 1_000_000)
    })
  )

  it.effect("are found among thousands that share much, but not enough", () =>
    Effect.gen(function* () {
      // Each has seven words of its own in a text that all share: about 0.5 alike. Every hundredth repeats the one before, but for its end.
      const own = (row: number) => Array.from({ length: 7 }, (_, at) => (row * 13 + at * 14) % 100)
      const variation = (row: number) =>
        long
          .split(" ")
          .map((word, at) => (own(row).includes(at) ? `z${row}q${at}` : word))
          .join(" ")
      const texts = Array.from({ length: 8_000 }, (_, row) =>
        row % 100 === 99 ? `${variation(row - 1)} indeed` : variation(row)
      )
      const { clusters } = yield* find(textRows(texts))
      assert.deepStrictEqual(
        clusters.map(({ members }) => members),
        Array.from({ length: 80 }, (_, n) => [n * 100 + 98, n * 100 + 99])
      )
    })
  )

  it.effect("of ids that do not ascend are a mistake of the caller", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(
        find([
          { id: 2, text: "a" },
          { id: 2, text: "b" }
        ])
      )
      assert.match(String(exit), /ids must ascend in whole numbers from 0, and 2 follows 2/)
    })
  )
})
