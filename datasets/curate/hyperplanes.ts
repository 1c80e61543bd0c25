import { createHash } from "node:crypto"

const ROUNDS = 3

/** Tables of random hyperplanes: rows meet where they lie on the same side of all planes of a table. */
export interface Planes {
  readonly tables: number
  readonly planesEach: number
}

/**
 * Enough tables to miss at most `missed` of the pairs at exactly the threshold (Charikar 2002: two vectors at an angle a lie on the
 * same side of a random plane with probability 1 - a / pi), with as many planes in each as keep chance meetings few, and at most
 * 256 tables.
 */
export const planesFor = (threshold: number, rows: number, missed = 0.001): Planes => {
  const sameSide = 1 - Math.acos(Math.min(1, threshold)) / Math.PI
  const tablesOf = (planes: number) =>
    sameSide === 1 ? 1 : Math.ceil(Math.log(missed) / Math.log(1 - sameSide ** planes))
  let planesEach = Math.max(6, Math.min(24, Math.round(Math.log2(rows))))
  while (planesEach > 1 && tablesOf(planesEach) > 256) planesEach--
  return { tables: tablesOf(planesEach), planesEach }
}

/**
 * On which side of pseudo-random planes a vector lies, by three rounds of random signs and a fast Hadamard transform for each
 * block of planes (Andoni et al. 2015, arXiv 1509.02897): n log n instead of n squared. Equal seeds give equal planes.
 */
export class Hyperplanes {
  readonly #planes: Planes
  readonly #dimensions: number
  readonly #padded: number
  /** +1 or -1 for each block, round and place. */
  readonly #signs: Float64Array
  readonly #values: Float64Array
  readonly #sides: Uint8Array

  constructor(planes: Planes, dimensions: number, seed: string) {
    this.#planes = planes
    this.#dimensions = dimensions
    // Of few dimensions the transform would know few directions only.
    this.#padded = Math.max(64, 2 ** Math.ceil(Math.log2(dimensions)))
    const blocks = Math.ceil((planes.tables * planes.planesEach) / this.#padded)
    this.#signs = randomSigns(seed, blocks * ROUNDS * this.#padded)
    this.#values = new Float64Array(this.#padded)
    this.#sides = new Uint8Array(blocks * this.#padded)
  }

  /** A key for each table. `from` is where the vector begins. */
  keys(vectors: Float32Array, from: number, into: Uint32Array): void {
    const size = this.#padded
    const values = this.#values
    for (let block = 0; block * size < this.#sides.length; block++) {
      for (let at = 0; at < size; at++) values[at] = at < this.#dimensions ? (vectors[from + at] as number) : 0
      for (let round = 0; round < ROUNDS; round++) {
        const signs = (block * ROUNDS + round) * size
        for (let at = 0; at < size; at++) values[at] = (values[at] as number) * (this.#signs[signs + at] as number)
        hadamard(values)
      }
      for (let at = 0; at < size; at++) this.#sides[block * size + at] = (values[at] as number) >= 0 ? 1 : 0
    }
    const { planesEach, tables } = this.#planes
    for (let table = 0; table < tables; table++) {
      let key = 0
      for (let plane = 0; plane < planesEach; plane++) {
        key = (key << 1) | (this.#sides[table * planesEach + plane] as number)
      }
      into[table] = key
    }
  }
}

const hadamard = (values: Float64Array): void => {
  for (let half = 1; half < values.length; half *= 2) {
    for (let start = 0; start < values.length; start += 2 * half) {
      for (let at = start; at < start + half; at++) {
        const one = values[at] as number
        const other = values[at + half] as number
        values[at] = one + other
        values[at + half] = one - other
      }
    }
  }
}

const randomSigns = (seed: string, count: number): Float64Array => {
  const signs = new Float64Array(count)
  for (let at = 0; at < count; ) {
    const digest = createHash("sha256").update(`${seed}/${at}`).digest()
    for (let bit = 0; bit < 256 && at < count; bit++) {
      signs[at++] = ((digest[bit >> 3] as number) >> (bit & 7)) & 1 ? 1 : -1
    }
  }
  return signs
}
