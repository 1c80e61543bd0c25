import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { fleissKappa, krippendorffAlpha, pairwiseAgreement, type Ratings } from "../../stages/agreement.ts"

/** Ratings from a table of counts: a row for each unit, a column for each category. */
const fromCounts = (table: ReadonlyArray<ReadonlyArray<number>>): Ratings =>
  table.map((row) => row.flatMap((count, category) => Array<number>(count).fill(category)))

/** Fleiss 1971, table 1: 30 patients, 6 psychiatrists each, 5 diagnoses. */
const diagnoses = fromCounts(
  `00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
   00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006`
    .split(/\s+/)
    .map((row) => [...row].map(Number))
)

/** Krippendorff 2011, example C: 4 observers, 12 units, missing data. */
const observers = [
  [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3],
  [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null]
]
const units: Ratings = Array.from({ length: 12 }, (_, unit) => observers.map((values) => values[unit] ?? null))

const near = (actual: number | null, expected: number) => assert.closeTo(actual ?? Number.NaN, expected, 0.0005)

describe("agreement", () => {
  it("gives the kappa of 0.430 that Fleiss (1971) computed for his diagnoses", () => near(fleissKappa(diagnoses), 0.43))

  it("gives the observed agreement of 0.556 that goes with it", () => near(pairwiseAgreement(diagnoses), 0.5556))

  it("gives the alphas of Krippendorff's worked example C (2011): nominal 0.743, ordinal 0.815, interval 0.849", () => {
    near(krippendorffAlpha(units, "nominal"), 0.743)
    near(krippendorffAlpha(units, "ordinal"), 0.815)
    near(krippendorffAlpha(units, "interval"), 0.849)
  })

  it("gives Krippendorff's example A, two observers and two values: 0.095", () => {
    const left = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    const right = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    near(
      krippendorffAlpha(
        left.map((value, unit) => [value, right[unit] ?? null]),
        "nominal"
      ),
      0.095
    )
  })

  it("leaves out missing votes, and units that fewer than two raters judged", () => {
    const full: Ratings = [
      [1, 1, 0],
      [0, 0, 0],
      [1, 0, 1]
    ]
    const holed: Ratings = [
      [1, null, 1, 0, null],
      [null, 0, 0, null, 0],
      [null, null, 1, null, null],
      [],
      [1, 0, null, 1]
    ]
    assert.strictEqual(fleissKappa(holed), fleissKappa(full))
    assert.strictEqual(krippendorffAlpha(holed, "nominal"), krippendorffAlpha(full, "nominal"))
    assert.strictEqual(pairwiseAgreement(holed), 5 / 9)
  })

  it("says nothing where there is nothing to compare, or one value alone", () => {
    for (const ratings of [
      [],
      [
        [1, null],
        [null, 0]
      ],
      [[1]]
    ]) {
      assert.isNull(pairwiseAgreement(ratings))
      assert.isNull(fleissKappa(ratings))
      assert.isNull(krippendorffAlpha(ratings, "interval"))
    }
    const same = [
      [1, 1],
      [1, 1]
    ]
    assert.deepStrictEqual(
      [pairwiseAgreement(same), fleissKappa(same), krippendorffAlpha(same, "nominal")],
      [1, null, null]
    )
  })

  const table = fc.array(
    fc.array(fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }), { minLength: 3, maxLength: 3 }),
    {
      minLength: 2,
      maxLength: 12
    }
  )
  const all = (ratings: Ratings) => [
    pairwiseAgreement(ratings),
    fleissKappa(ratings),
    krippendorffAlpha(ratings, "nominal"),
    krippendorffAlpha(ratings, "ordinal"),
    krippendorffAlpha(ratings, "interval")
  ]

  it("is 1 where all agree, whatever the values", () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 8 }), (values) => {
        for (const value of all(values.map((value) => [value, value, value]))) near(value, 1)
      })
    ))

  it("does not depend on the order of raters or units", () =>
    fc.assert(
      fc.property(table, (ratings) => {
        const turned = ratings.map((unit) => [...unit].reverse()).reverse()
        for (const [index, value] of all(turned).entries()) {
          const before = all(ratings)[index] ?? null
          if (before === null) assert.isNull(value)
          else near(value, before)
        }
      })
    ))

  it("lies between 0 and 1 for pairs, and is at most 1 beyond chance", () =>
    fc.assert(
      fc.property(table, (ratings) => {
        const [pairs, ...beyond] = all(ratings)
        if (pairs !== null && pairs !== undefined) assert.isTrue(pairs >= 0 && pairs <= 1)
        for (const value of beyond) if (value !== null) assert.isAtMost(value, 1 + 1e-12)
      })
    ))
})
