import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { cohensKappa, fleissKappa, krippendorffAlpha, pairwiseAgreement, type Ratings } from "../../stages/agreement.ts"

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

/** Pairs of 0 and 1: how often both gave 1, the left alone, the right alone, neither. */
const pairsOf = ([both = 0, left = 0, right = 0, neither = 0]: ReadonlyArray<number>) => [
  ...Array.from({ length: both }, () => [1, 1] as const),
  ...Array.from({ length: left }, () => [1, 0] as const),
  ...Array.from({ length: right }, () => [0, 1] as const),
  ...Array.from({ length: neither }, () => [0, 0] as const)
]

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

  it("gives Cohen's kappa as worked out by hand: 0.4 where 0.7 agree and 0.5 would by chance", () => {
    // 20 times both say 1, 15 times both 0; 5 times only the left 1, 10 times only the right. By chance (25 x 30 + 25 x 20) / 50^2.
    near(cohensKappa(pairsOf([20, 5, 10, 15])), 0.4)
    // The left says 1 always: whatever the other says, chance explains all of it.
    assert.strictEqual(cohensKappa(pairsOf([9, 1, 0, 0])), 0)
    // Always the opposite.
    assert.strictEqual(cohensKappa(pairsOf([0, 5, 5, 0])), -1)
  })

  it("gives each rater of Cohen's kappa their own shares, which Fleiss' kappa does not", () => {
    // 6 of 10 agree; by chance 0.9 x 0.5 + 0.1 x 0.5 = 0.5 for Cohen, 0.7^2 + 0.3^2 = 0.58 for Fleiss.
    const pairs = pairsOf([5, 4, 0, 1])
    near(cohensKappa(pairs), 0.1 / 0.5)
    near(fleissKappa(pairs), 0.02 / 0.42)
  })

  it("has no Cohen's kappa where nothing was judged twice, or both said one and the same throughout", () => {
    assert.isNull(cohensKappa([]))
    assert.isNull(cohensKappa(pairsOf([7, 0, 0, 0])))
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

  const marks = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })), { minLength: 1 })

  it("gives two raters the same Cohen's kappa whichever comes first, at most 1, and 1 only where all agree", () =>
    fc.assert(
      fc.property(marks, (pairs) => {
        const kappa = cohensKappa(pairs)
        const turned = cohensKappa(pairs.map(([left, right]) => [right, left] as const))
        if (kappa === null) return assert.isNull(turned)
        near(turned, kappa)
        assert.isAtMost(kappa, 1)
        assert.strictEqual(
          kappa === 1,
          pairs.every(([left, right]) => left === right)
        )
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
