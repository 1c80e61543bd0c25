import { Effect } from "effect"
import { type DatasetError, datasetError } from "../dataset-error.ts"

/** Embeddings of rows, one after another, each of length 1: 4 bytes a number, all in memory. */
export interface Vectors {
  /** Ascending. */
  readonly ids: ArrayLike<number>
  readonly dimensions: number
  readonly values: Float32Array
}

/** Cosines of 32-bit vectors are off by less: copies count as alike at a threshold of 1. */
export const ROUNDING = 1e-6

/** Vectors of a wrong number or length, or with NaN, compare as anything: an error, with the first row that has one. */
export const checkVectors = ({ dimensions, ids, values }: Vectors): Effect.Effect<void, DatasetError> => {
  const wrong = (message: string) =>
    Effect.fail(
      datasetError("invalid_row", "vectors", message, "Embed these rows anew, and check the model that answered.")
    )
  if (!(dimensions >= 1) || values.length !== ids.length * dimensions) {
    return wrong(`${values.length} numbers are not ${ids.length} vectors of ${dimensions}`)
  }
  for (let row = 0; row < ids.length; row++) {
    const length = Math.sqrt(dot(values, row * dimensions, values, row * dimensions, dimensions))
    if (!(Math.abs(length - 1) < 1e-3)) return wrong(`the vector of row ${ids[row]} has length ${length}, and not 1`)
  }
  return Effect.void
}

/** The vectors at those places that `keep` says. */
export const vectorsAt = ({ dimensions, ids, values }: Vectors, keep: (place: number) => boolean): Vectors => {
  const places = Array.from(ids, (_, place) => place).filter(keep)
  const left = new Float32Array(places.length * dimensions)
  for (const [to, from] of places.entries()) {
    left.set(values.subarray(from * dimensions, (from + 1) * dimensions), to * dimensions)
  }
  return { ids: places.map((place) => ids[place] as number), dimensions, values: left }
}

/** The sum of products of `count` numbers from two places. Always in the same order, so that it is the same everywhere. */
export const dot = (left: Float32Array, from: number, right: Float32Array, to: number, count: number): number => {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let at = 0
  for (; at + 3 < count; at += 4) {
    a += (left[from + at] as number) * (right[to + at] as number)
    b += (left[from + at + 1] as number) * (right[to + at + 1] as number)
    c += (left[from + at + 2] as number) * (right[to + at + 2] as number)
    d += (left[from + at + 3] as number) * (right[to + at + 3] as number)
  }
  for (; at < count; at++) a += (left[from + at] as number) * (right[to + at] as number)
  return a + b + (c + d)
}

/** The cosine of two rows. */
export const cosine = ({ dimensions, values }: Vectors, left: number, right: number): number =>
  dot(values, left * dimensions, values, right * dimensions, dimensions)
