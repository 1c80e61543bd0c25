import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { planesFor } from "../../../datasets/curate/hyperplanes.ts"
import { type SemanticDuplicateOptions, semanticDuplicates } from "../../../datasets/curate/semantic-duplicates.ts"
import { similarReferences } from "../../../datasets/curate/similar-references.ts"
import type { Vectors } from "../../../datasets/curate/vectors.ts"
import { scratch } from "../../support/sample-dataset.ts"
import { numbers } from "../../support/texts.ts"

const vectors = (rows: ReadonlyArray<ReadonlyArray<number>>, ids = rows.map((_, row) => row)): Vectors => ({
  ids,
  dimensions: rows[0]?.length ?? 1,
  values: Float32Array.from(rows.flatMap(normalised))
})
const normalised = (row: ReadonlyArray<number>) => {
  const length = Math.hypot(...row)
  return row.map((value) => value / length)
}
/** A unit vector in the plane, at so many degrees. */
const at = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]

const usual: SemanticDuplicateOptions = { threshold: 0.9, seed: "test" }
const find = (some: Vectors, options = usual) =>
  Effect.gen(function* () {
    const found = yield* semanticDuplicates(some, options, yield* scratch)
    return { pairs: yield* Stream.runCollect(found.pairs), clusters: yield* Stream.runCollect(found.clusters) }
  }).pipe(Effect.scoped)

/** Random directions; every third row is an earlier one, moved by up to an angle whose cosine is about 0.83. */
const cloud = (rows: number, dimensions: number): Vectors => {
  const made: Array<ReadonlyArray<number>> = []
  for (let row = 0; row < rows; row++) {
    const next = numbers(row)
    const noise = normalised(Array.from({ length: dimensions }, () => next() + next() + next() - 1.5))
    const source = made[Math.floor(next() * row)]
    const moved = next() * 0.7
    made.push(
      row % 3 !== 2 || source === undefined
        ? noise
        : source.map((value, place) => value + moved * (noise[place] as number))
    )
    made[row] = normalised(made[row] as ReadonlyArray<number>)
  }
  return vectors(made)
}

describe("semantic duplicates", () => {
  it.effect("are pairs with their cosine, and clusters that chain, of which the best survives", () =>
    Effect.gen(function* () {
      const { clusters, pairs } = yield* find(vectors([at(0), at(20), at(40), at(180)], [2, 4, 6, 8]), {
        ...usual,
        ranks: [0, 0, 1, 5]
      })
      assert.deepStrictEqual(
        pairs.map(({ left, right, similarity }) => [left, right, similarity.toFixed(4)]),
        [
          [2, 4, "0.9397"],
          [4, 6, "0.9397"]
        ]
      )
      assert.deepStrictEqual(clusters, [{ survivor: 6, members: [2, 4, 6] }])
    })
  )

  it.effect("at a threshold of 1 are copies, in spite of rounding", () =>
    Effect.map(find(vectors([at(33), at(33), at(33.2)]), { ...usual, threshold: 1 }), ({ pairs }) =>
      assert.deepStrictEqual(
        pairs.map(({ left, right }) => [left, right]),
        [[0, 1]]
      )
    )
  )

  for (const threshold of [0.95, 0.9, 0.8]) {
    it.effect(`by planes are those of comparing all at ${threshold}: none too many, 99 % at least`, () =>
      Effect.gen(function* () {
        const some = cloud(3_000, 48)
        const exact = yield* find(some, { ...usual, threshold })
        const byPlanes = yield* find(some, { ...usual, threshold, exactUpTo: 0 })
        const { pairs } = byPlanes
        const wanted = new Map(exact.pairs.map((pair) => [`${pair.left} ${pair.right}`, pair.similarity]))
        for (const { left, right, similarity } of pairs) assert.strictEqual(wanted.get(`${left} ${right}`), similarity)
        assert.isAtLeast(exact.pairs.length, 300)
        assert.isAtLeast(pairs.length, 0.99 * exact.pairs.length)
        assert.deepStrictEqual(yield* find(some, { ...usual, threshold, exactUpTo: 0 }), byPlanes)
      })
    )
  }

  it.effect("of 10,000 copies are one cluster, without comparing each with each", () =>
    Effect.gen(function* () {
      const { clusters, pairs } = yield* find(vectors(Array.from({ length: 10_000 }, () => [1, 2, 3])))
      assert.strictEqual(clusters[0]?.members.length, 10_000)
      assert.isBelow(pairs.length, 1_000_000)
    })
  )

  it.effect("of nothing are nothing", () =>
    Effect.map(find(vectors([])), (found) => assert.deepStrictEqual(found, { pairs: [], clusters: [] }))
  )

  it.effect("of vectors with NaN, or of another length than 1, are an error that names the row", () =>
    Effect.gen(function* () {
      const good = vectors([at(0), at(1)], [7, 9])
      const nan = { ...good, values: Float32Array.of(1, 0, Number.NaN, 0) }
      assert.strictEqual((yield* Effect.flip(find(nan))).message, "the vector of row 9 has length NaN, and not 1")
      const short = { ...good, values: Float32Array.of(0.5, 0, 1, 0) }
      assert.strictEqual((yield* Effect.flip(find(short))).message, "the vector of row 7 has length 0.5, and not 1")
      const few = { ...good, values: Float32Array.of(1, 0, 1) }
      assert.strictEqual((yield* Effect.flip(find(few))).message, "3 numbers are not 2 vectors of 2")
    })
  )

  it("take as many tables as miss one pair in a thousand, and 256 at most", () => {
    const { planesEach, tables } = planesFor(0.9, 1_000_000)
    assert.deepStrictEqual({ planesEach, tables }, { planesEach: 20, tables: 150 })
    assert.isAtMost(planesFor(0.5, 1_000_000).tables, 256)
    assert.strictEqual(planesFor(1, 100).tables, 1)
  })
})

describe("similar references", () => {
  it.effect("are for each row the most similar one, of equals the first", () =>
    Effect.gen(function* () {
      const rows = vectors([at(0), at(90), at(11)], [1, 2, 3])
      const references = vectors([at(200), at(12), at(8), at(12)], [10, 11, 12, 13])
      const found = yield* Stream.runCollect(similarReferences(rows, references, 0.95))
      assert.deepStrictEqual(
        found.map(({ id, reference }) => [id, reference]),
        [
          [1, 12],
          [3, 11]
        ]
      )
    })
  )

  it.effect("of references without vectors, or rows without, are none", () =>
    Effect.gen(function* () {
      const some = vectors([at(0)])
      const none = { ...some, ids: [], values: new Float32Array(0) }
      assert.deepStrictEqual(yield* Stream.runCollect(similarReferences(some, none, 0.9)), [])
      assert.deepStrictEqual(yield* Stream.runCollect(similarReferences(none, some, 0.9)), [])
    })
  )
})
