/** How the vectors of a text's tokens become one. */
export type Pooling = "mean" | "cls" | "last"

/**
 * The vector of one text out of a batch's hidden states, of shape [batch, length, size]: the mean of its tokens, its first,
 * or its last. Padding stands to the right and takes no part.
 */
export const pool = (
  states: ArrayLike<number>,
  at: { readonly row: number; readonly length: number; readonly size: number },
  tokens: number,
  pooling: Pooling
): ReadonlyArray<number> => {
  const first = pooling === "last" ? tokens - 1 : 0
  const count = pooling === "mean" ? tokens : 1
  const sum = new Array<number>(at.size).fill(0)
  for (let token = first; token < first + count; token++) {
    const offset = (at.row * at.length + token) * at.size
    for (let index = 0; index < at.size; index++)
      sum[index] = (sum[index] as number) + (states[offset + index] as number)
  }
  return sum.map((value) => value / count)
}

/** The vector of length 1 in the same direction. A vector of zeros has none: NaN. */
export const normalised = (vector: ReadonlyArray<number>): ReadonlyArray<number> => {
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}
