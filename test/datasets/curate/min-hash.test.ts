import { assert, describe, it } from "@effect/vitest"
import { bandKeys, bandsFor, minHash, VALUES } from "../../../datasets/curate/min-hash.ts"
import { numbers } from "../../support/texts.ts"

const set = (next: () => number, size: number): Array<number> =>
  Array.from({ length: size }, () => Math.floor(next() * 2 ** 53))
const signature = (hashes: ReadonlyArray<number>): Uint32Array => {
  const into = new Uint32Array(VALUES)
  minHash(Float64Array.from(hashes), into)
  return into
}

describe("signatures", () => {
  // 300 pairs of sets that share `shared` of `size` elements: the mean agreement of their places is their Jaccard similarity.
  for (const [size, shared] of [
    [200, 184],
    [200, 100],
    [12, 10],
    [3, 2]
  ] as const) {
    it(`agree in as many places as sets of ${size} share, with ${shared} of them in common`, () => {
      const next = numbers(size * 1000 + shared)
      let agreed = 0
      const pairs = 300
      for (let pair = 0; pair < pairs; pair++) {
        const common = set(next, shared)
        const left = signature([...common, ...set(next, size - shared)])
        const right = signature([...common, ...set(next, size - shared)])
        agreed += left.reduce((sum, value, place) => sum + (value === right[place] ? 1 : 0), 0)
      }
      assert.closeTo(agreed / (pairs * VALUES), shared / (2 * size - shared), 0.03)
    })
  }

  it("do not depend on the order of a set", () => {
    const hashes = set(numbers(1), 50)
    assert.deepStrictEqual(signature(hashes), signature(hashes.toReversed()))
  })
})

describe("bands", () => {
  it("are as few and wide as miss one pair in a thousand at the threshold", () => {
    assert.deepStrictEqual(bandsFor(1), { bands: 1, valuesEach: 128 })
    assert.deepStrictEqual(bandsFor(0.85), { bands: 18, valuesEach: 7 })
    assert.deepStrictEqual(bandsFor(0.7), { bands: 32, valuesEach: 4 })
    assert.deepStrictEqual(bandsFor(0.5), { bands: 64, valuesEach: 2 })
    for (const threshold of [0.3, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99]) {
      const { bands, valuesEach } = bandsFor(threshold)
      assert.isAtMost((1 - threshold ** valuesEach) ** bands, 0.001)
      assert.isAtMost(bands * valuesEach, VALUES)
    }
  })

  it("have the same key where all their values agree, and only there", () => {
    const bands = { bands: 2, valuesEach: 3 }
    const keys = (values: ReadonlyArray<number>) => {
      const into = new Uint32Array(2)
      bandKeys(Uint32Array.from(values), bands, into)
      return [...into]
    }
    const [first, second] = keys([1, 2, 3, 4, 5, 6])
    const [again, other] = keys([1, 2, 3, 4, 5, 7])
    assert.strictEqual(again, first)
    assert.notStrictEqual(other, second)
    assert.notStrictEqual(keys([1, 2, 3, 1, 2, 3])[1], first)
  })
})
