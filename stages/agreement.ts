/**
 * What was judged by whom: a row for each unit, a column for each rater, null where a rater gave nothing. Ratings are numbers (codes
 * of categories, or scores). Raters may be any number and need not have judged all.
 */
export type Ratings = ReadonlyArray<ReadonlyArray<number | null>>

/**
 * Share of agreeing pairs of ratings among all pairs on a unit, 0 to 1; a unit that more raters judged has more pairs. Null where no
 * unit has two ratings.
 */
export const pairwiseAgreement = (ratings: Ratings): number | null => {
  let agreeing = 0
  let pairs = 0
  for (const values of pairable(ratings)) {
    pairs += (values.length * (values.length - 1)) / 2
    for (const count of counts(values).values()) agreeing += (count * (count - 1)) / 2
  }
  return pairs === 0 ? null : agreeing / pairs
}

/**
 * Fleiss' kappa (Fleiss 1971, Psychological Bulletin 76:378-382): agreement beyond chance; 1 is perfect, 0 is chance. The paper
 * has as many ratings on each unit; here units may differ: those with fewer than two ratings are left out, each other one counts
 * the same, and the shares of categories are over all ratings left. Null where that leaves nothing, or one category alone, for
 * which chance would agree just as well.
 */
export const fleissKappa = (ratings: Ratings): number | null => {
  const units = pairable(ratings)
  const shares = counts(units.flat())
  const total = units.reduce((sum, values) => sum + values.length, 0)
  if (units.length === 0 || shares.size < 2) return null
  const observed =
    units.reduce((sum, values) => {
      const n = values.length
      const same = [...counts(values).values()].reduce((pairs, count) => pairs + count * (count - 1), 0)
      return sum + same / (n * (n - 1))
    }, 0) / units.length
  const expected = [...shares.values()].reduce((sum, count) => sum + (count / total) ** 2, 0)
  return (observed - expected) / (1 - expected)
}

/**
 * Cohen's kappa of two raters, a pair of ratings for each unit (Cohen 1960, Educational and Psychological Measurement 20:37-46):
 * agreement beyond chance; 1 is perfect, 0 is chance, below 0 is worse. What chance would give comes from each rater's own shares
 * of categories; Fleiss' kappa takes both raters' shares together. Null where there is no pair, or where both gave one and the same
 * category throughout, for which chance would agree just as well.
 */
export const cohensKappa = (pairs: ReadonlyArray<readonly [left: number, right: number]>): number | null => {
  const left = counts(pairs.map((pair) => pair[0]))
  const right = counts(pairs.map((pair) => pair[1]))
  const chance = [...left].reduce((sum, [category, count]) => sum + count * (right.get(category) ?? 0), 0)
  const square = pairs.length ** 2
  if (chance === square) return null
  const observed = pairs.filter((pair) => pair[0] === pair[1]).length / pairs.length
  const expected = chance / square
  return (observed - expected) / (1 - expected)
}

export type Metric = "nominal" | "ordinal" | "interval"

/**
 * Krippendorff's alpha (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"): 1 is perfect, 0 is chance. Made for
 * missing ratings: units with fewer than two are left out. `nominal` counts any difference the same, `ordinal` by the ranks between,
 * `interval` by the square of the difference. Null where nothing is left, or one value alone.
 */
export const krippendorffAlpha = (ratings: Ratings, metric: Metric): number | null => {
  const units = pairable(ratings)
  const marginals = counts(units.flat())
  const values = [...marginals.keys()].sort((left, right) => left - right)
  if (values.length < 2) return null
  const distance = distances(values, marginals, metric)
  const total = [...marginals.values()].reduce((sum, count) => sum + count, 0)
  let observed = 0
  for (const unit of units) {
    const here = counts(unit)
    for (const [left, leftCount] of here) {
      for (const [right, rightCount] of here) {
        if (left !== right) observed += (leftCount * rightCount * distance(left, right)) / (unit.length - 1)
      }
    }
  }
  let expected = 0
  for (const left of values) {
    for (const right of values) {
      if (left === right) continue
      expected += (marginals.get(left) ?? 0) * (marginals.get(right) ?? 0) * distance(left, right)
    }
  }
  return 1 - ((total - 1) * observed) / expected
}

const distances = (
  values: ReadonlyArray<number>,
  marginals: ReadonlyMap<number, number>,
  metric: Metric
): ((left: number, right: number) => number) => {
  if (metric === "nominal") return () => 1
  if (metric === "interval") return (left, right) => (left - right) ** 2
  // The ratings up to the middle of each value: the difference of two is the sum between them less half of both ends.
  const middle = new Map<number, number>()
  let before = 0
  for (const value of values) {
    const count = marginals.get(value) ?? 0
    middle.set(value, before + count / 2)
    before += count
  }
  return (left, right) => ((middle.get(left) ?? 0) - (middle.get(right) ?? 0)) ** 2
}

/** The ratings of each unit that has two or more. */
const pairable = (ratings: Ratings): ReadonlyArray<ReadonlyArray<number>> =>
  ratings.map((unit) => unit.filter((value) => value !== null)).filter((unit) => unit.length >= 2)

const counts = (values: ReadonlyArray<number>): ReadonlyMap<number, number> => {
  const result = new Map<number, number>()
  for (const value of values) result.set(value, (result.get(value) ?? 0) + 1)
  return result
}
