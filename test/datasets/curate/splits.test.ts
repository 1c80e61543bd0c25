import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { type SplitRow, splits } from "../../../datasets/curate/splits.ts"

const shares = { train: 0.9, validation: 0.05, test: 0.05 }
const rowsOf = (groups: ReadonlyArray<string | null>): ReadonlyArray<SplitRow> =>
  groups.map((group, id) => ({ id, group }))

describe("splits", () => {
  it("have exactly their shares where each row is a group of its own", () => {
    const { counts, largestGroup } = splits(rowsOf(Array(1_000).fill(null)), [], { shares, seed: "1" })
    assert.deepStrictEqual(counts, [
      { split: "train", share: 0.9, rows: 900, groups: 900 },
      { split: "validation", share: 0.05, rows: 50, groups: 50 },
      { split: "test", share: 0.05, rows: 50, groups: 50 }
    ])
    assert.strictEqual(largestGroup, 1)
  })

  it("keep groups together that are joined by a chain of duplicates", () => {
    const rows = rowsOf(["a", "a", "b", "b", "c", null, "d", "d"])
    const chained = splits(
      rows,
      [
        [1, 2],
        [3, 4],
        [4, 5],
        [99, 6]
      ],
      { shares: { one: 0.5, other: 0.5 }, seed: "1" }
    )
    const together = new Set([0, 1, 2, 3, 4, 5].map(chained.of))
    assert.strictEqual(together.size, 1)
    assert.notInclude([...together], chained.of(6))
    assert.strictEqual(chained.of(6), chained.of(7))
    assert.strictEqual(chained.largestGroup, 6)
  })

  it("are others with another seed", () => {
    const rows = rowsOf(Array(200).fill(null))
    const test = (seed: string) => rows.map(({ id }) => splits(rows, [], { shares, seed }).of(id))
    assert.deepStrictEqual(test("1"), test("1"))
    assert.notDeepEqual(test("1"), test("2"))
  })

  it("of no rows are empty", () =>
    assert.deepStrictEqual(
      splits([], [], { shares, seed: "1" }).counts.map(({ rows }) => rows),
      [0, 0, 0]
    ))

  it("refuse shares that do not come to 1, rows given twice, and rows that were not given", () => {
    assert.throws(() => splits([], [], { shares: { a: 0.5 }, seed: "" }), 'splits: {"a":0.5} do not come to 1')
    assert.throws(() => splits([...rowsOf(["a"]), ...rowsOf(["a"])], [], { shares, seed: "" }), "row 0 was given twice")
    assert.throws(() => splits(rowsOf(["a"]), [], { shares, seed: "" }).of(7), "row 7 was not given")
  })

  const anyRows = fc
    .array(fc.option(fc.constantFrom(..."abcdefghijklmnop"), { freq: 2 }), { maxLength: 300 })
    .map(rowsOf)
  const anyClusters = fc.array(fc.array(fc.nat(320), { minLength: 2, maxLength: 4 }), { maxLength: 20 })
  const anyShares = fc.constantFrom(
    { train: 0.9, validation: 0.05, test: 0.05 },
    { a: 0.5, b: 0.5 },
    { a: 0.4, b: 0.3, c: 0.2, d: 0.1 },
    { all: 1 }
  )

  it("never divide a group or a cluster, and are within one group's size of their shares", () =>
    fc.assert(
      fc.property(anyRows, anyClusters, anyShares, fc.string(), (rows, clusters, wanted, seed) => {
        const result = splits(rows, clusters, { shares: wanted, seed })
        const splitsOfGroup = new Map<string, Set<string>>()
        for (const { group, id } of rows) {
          if (group === null) continue
          splitsOfGroup.set(group, (splitsOfGroup.get(group) ?? new Set()).add(result.of(id)))
        }
        for (const found of splitsOfGroup.values()) assert.strictEqual(found.size, 1)
        for (const members of clusters) {
          const found = new Set(members.filter((id) => id < rows.length).map(result.of))
          assert.isAtMost(found.size, 1)
        }
        for (const { rows: count, share, split } of result.counts) {
          assert.strictEqual(count, rows.filter(({ id }) => result.of(id) === split).length)
          if (rows.length > 0) assert.isBelow(Math.abs(count - share * rows.length), result.largestGroup + 1e-6)
        }
      })
    ))

  it("do not depend on the order of rows and clusters", () =>
    fc.assert(
      fc.property(
        anyRows.chain((rows) =>
          fc.tuple(fc.constant(rows), fc.shuffledSubarray([...rows], { minLength: rows.length }))
        ),
        anyClusters,
        ([rows, shuffled], clusters) => {
          const straight = splits(rows, clusters, { shares, seed: "s" })
          const other = splits(shuffled, clusters.toReversed(), { shares, seed: "s" })
          for (const { id } of rows) assert.strictEqual(other.of(id), straight.of(id))
        }
      )
    ))
})
