import { createHash } from "node:crypto"

/** A seeded stream of pseudo-random numbers. Equal seeds give equal streams on every machine. */
export interface Random {
  /** In [0, 1). */
  readonly next: () => number
  /** A whole number in [low, high], both included. */
  readonly integer: (low: number, high: number) => number
  readonly boolean: (probability: number) => boolean
  /** One of `values`, which must not be empty. */
  readonly pick: <A>(values: ReadonlyArray<A>) => A
  /** One of `values`, by weight. Weights are at least 0 and not all 0. */
  readonly weighted: <A>(values: ReadonlyArray<A>, weight: (value: A) => number) => A
  /** A new array in random order. */
  readonly shuffle: <A>(values: ReadonlyArray<A>) => Array<A>
  /** `count` different values in random order (all of them where there are fewer). */
  readonly sample: <A>(values: ReadonlyArray<A>, count: number) => Array<A>
  /** An independent stream for a named purpose: what one consumer draws does not shift another's numbers. */
  readonly fork: (name: string) => Random
}

/** sfc32 (Chris Doty-Humphrey's PractRand), seeded with 128 bits of SHA-256 of the text. */
export const random = (seed: string): Random => {
  const digest = createHash("sha256").update(seed).digest()
  let a = digest.readInt32LE(0)
  let b = digest.readInt32LE(4)
  let c = digest.readInt32LE(8)
  let counter = digest.readInt32LE(12)
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 4294967296
  }
  const integer = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  const pick = <A>(values: ReadonlyArray<A>): A => {
    if (values.length === 0) throw new Error("random.pick: no values to pick from")
    return values[integer(0, values.length - 1)] as A
  }
  const shuffle = <A>(values: ReadonlyArray<A>): Array<A> => {
    const result = [...values]
    for (let last = result.length - 1; last > 0; last--) {
      const other = integer(0, last)
      const held = result[last] as A
      result[last] = result[other] as A
      result[other] = held
    }
    return result
  }
  return {
    next,
    integer,
    boolean: (probability) => next() < probability,
    pick,
    weighted: (values, weight) => {
      const total = values.reduce((sum, value) => sum + weight(value), 0)
      if (!(total > 0)) throw new Error(`random.weighted: ${values.length} values with a total weight of ${total}`)
      let left = next() * total
      for (const value of values) {
        left -= weight(value)
        if (left < 0) return value
      }
      return values[values.length - 1] as never
    },
    shuffle,
    sample: (values, count) => shuffle(values).slice(0, count),
    fork: (name) => random(`${seed}/${name}`)
  }
}
