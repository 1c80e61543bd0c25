import { cosine, type Vectors } from "./vectors.ts"

/**
 * Rows that are far from each other: first the one of the highest rank (of equals, and without ranks, the lowest id), then always the one whose most similar
 * chosen row is least similar to it (Gonzalez 1985, on cosines); of equals the lowest id. Takes rare things and outliers alike. Ids
 * in the order of choice; all where there are fewer. Time: rows times `count` cosines, 0.4 ms for each of 1,000 rows at 384 dimensions.
 */
export const farthestFirst = (vectors: Vectors, count: number, ranks?: ArrayLike<number>): ReadonlyArray<number> => {
  const rows = vectors.ids.length
  const nearest = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY)
  const chosen: Array<number> = []
  let next = 0
  if (ranks !== undefined)
    for (let row = 1; row < rows; row++) if ((ranks[row] as number) > (ranks[next] as number)) next = row
  while (chosen.length < Math.min(count, rows)) {
    chosen.push(vectors.ids[next] as number)
    nearest[next] = Number.POSITIVE_INFINITY
    let farthest = -1
    for (let row = 0; row < rows; row++) {
      const known = nearest[row] as number
      if (known === Number.POSITIVE_INFINITY) continue
      const similarity = cosine(vectors, row, next)
      if (similarity > known) nearest[row] = similarity
      if (farthest === -1 || (nearest[row] as number) < (nearest[farthest] as number)) farthest = row
    }
    next = farthest
  }
  return chosen
}

/**
 * Rows that stand for all: always the one that adds most to the sum, over all rows, of the cosine with the most similar chosen row
 * (facility location; greedy is within 1 - 1/e of the best: Nemhauser, Wolsey and Fisher 1978), negative cosines counting as 0; of
 * equals the lowest id. Outliers come late. Ids in the order of choice. What a row adds only falls, so it is counted again only where
 * it could be next (Minoux 1978). Time: rows squared cosines at the start, and then some for each choice: for up to some ten thousand rows.
 */
export const facilityLocation = (vectors: Vectors, count: number): ReadonlyArray<number> => {
  const rows = vectors.ids.length
  const covered = new Float64Array(rows)
  const gain = (row: number): number => {
    let sum = 0
    for (let other = 0; other < rows; other++) {
      sum += Math.max(0, cosine(vectors, row, other) - (covered[other] as number))
    }
    return sum
  }
  const gains = Float64Array.from({ length: rows }, (_, row) => gain(row))
  const counted = new Int32Array(rows)
  const chosen: Array<number> = []
  while (chosen.length < Math.min(count, rows)) {
    let best = highest(gains)
    for (; counted[best] !== chosen.length; best = highest(gains)) {
      gains[best] = gain(best)
      counted[best] = chosen.length
    }
    chosen.push(vectors.ids[best] as number)
    gains[best] = Number.NEGATIVE_INFINITY
    for (let row = 0; row < rows; row++) covered[row] = Math.max(covered[row] as number, cosine(vectors, row, best))
  }
  return chosen
}

/** The place of the highest number, of equals the first. */
const highest = (values: Float64Array): number => {
  let best = 0
  for (let at = 1; at < values.length; at++) if ((values[at] as number) > (values[best] as number)) best = at
  return best
}
