import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { facilityLocation, farthestFirst } from "../../../datasets/curate/diversity.ts"
import { cosine, type Vectors } from "../../../datasets/curate/vectors.ts"
import { numbers } from "../../support/texts.ts"

/** Unit vectors in the plane, at so many degrees; ids from 10 on. */
const plane = (degrees: ReadonlyArray<number>): Vectors => ({
  ids: degrees.map((_, row) => row + 10),
  dimensions: 2,
  values: Float32Array.from(
    degrees.flatMap((one) => [Math.cos((one * Math.PI) / 180), Math.sin((one * Math.PI) / 180)])
  )
})

describe("farthest first", () => {
  it("starts with the best, then takes what is least like anything chosen", () => {
    const vectors = plane([0, 5, 170, 100, 175])
    assert.deepStrictEqual(farthestFirst(vectors, 3), [10, 14, 13])
    assert.deepStrictEqual(farthestFirst(vectors, 3, [0, 9, 9, 0, 0]), [11, 14, 13])
  })

  it("takes the lower of equals, each row once, and all where there are fewer", () => {
    assert.deepStrictEqual(farthestFirst(plane([0, 90, 90, 30]), 9), [10, 11, 13, 12])
    assert.deepStrictEqual(farthestFirst(plane([]), 3), [])
    assert.deepStrictEqual(farthestFirst(plane([1, 2]), 0), [])
  })
})

describe("facility location", () => {
  it("takes the middle of the largest crowd, then that of the next, then the outlier", () =>
    assert.deepStrictEqual(facilityLocation(plane([0, 5, 10, 15, 20, 150, 160, 170, 265]), 3), [12, 16, 18]))

  it("chooses as the plain greedy way does", () => {
    const plain = (vectors: Vectors, count: number) => {
      const rows = [...(vectors.ids as ReadonlyArray<number>)].map((_, row) => row)
      const chosen: Array<number> = []
      const covered = rows.map(() => 0)
      while (chosen.length < count) {
        const gains = rows.map((row) =>
          chosen.includes(row)
            ? Number.NEGATIVE_INFINITY
            : rows.reduce(
                (sum, other) => sum + Math.max(0, cosine(vectors, row, other) - (covered[other] as number)),
                0
              )
        )
        const best = gains.indexOf(Math.max(...gains))
        chosen.push(best)
        for (const other of rows) covered[other] = Math.max(covered[other] as number, cosine(vectors, other, best))
      }
      return chosen.map((row) => vectors.ids[row] as number)
    }
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 40 }), (seed, rows) => {
        const next = numbers(seed)
        const vectors = plane(Array.from({ length: rows }, () => Math.floor(next() * 3600) / 10))
        const count = Math.min(rows, 8)
        assert.deepStrictEqual(facilityLocation(vectors, count), plain(vectors, count))
      })
    )
  })
})
