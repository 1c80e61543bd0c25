/** Values of a signature. */
export const VALUES = 128
const EMPTY = 0xffffffff

/** For each place, every place in an order of its own: where an empty one takes its value from. Fixed for ever. */
const DONORS = (() => {
  const donors = new Uint8Array(VALUES * VALUES)
  let state = 0x2545f491
  for (let place = 0; place < VALUES; place++) {
    const order = donors.subarray(place * VALUES, (place + 1) * VALUES)
    for (let at = 0; at < VALUES; at++) order[at] = at
    for (let last = VALUES - 1; last > 0; last--) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      const other = (state >>> 0) % (last + 1)
      const held = order[last] as number
      order[last] = order[other] as number
      order[other] = held
    }
  }
  return donors
})()

/**
 * A signature of a set of 53-bit hashes, not empty: two signatures agree in a place with the probability of their sets' Jaccard similarity.
 * One permutation in 128 bins (Li, Owen and Zhang 2012), empty bins filled from a bin that is drawn for each (the optimal densification
 * of Shrivastava 2017, arXiv 1703.04664). `into` has 128 places.
 */
export const minHash = (set: Float64Array, into: Uint32Array): void => {
  into.fill(EMPTY)
  for (let at = 0; at < set.length; at++) {
    const hash = set[at] as number
    const place = Math.floor(hash / 0x1_0000_0000) & (VALUES - 1)
    const value = hash >>> 0
    if (value < (into[place] as number)) into[place] = value
  }
  filled.set(into)
  for (let place = 0; place < VALUES; place++) {
    if (into[place] !== EMPTY) continue
    for (let attempt = 0; attempt < VALUES; attempt++) {
      const value = filled[DONORS[place * VALUES + attempt] as number] as number
      if (value === EMPTY) continue
      into[place] = value
      break
    }
  }
}

const filled = new Uint32Array(VALUES)

/** Values are compared by bands: texts meet where all values of a band agree. */
export interface Bands {
  readonly bands: number
  readonly valuesEach: number
}

/**
 * As many values in a band as leave at most `missed` of the pairs at exactly the threshold unmet; more similar ones are missed
 * less. With 128 values and one in 1,000: 18 bands of 7 for 0.85, 32 of 4 for 0.7.
 */
export const bandsFor = (threshold: number, missed = 0.001): Bands => {
  for (let valuesEach = VALUES; valuesEach > 1; valuesEach--) {
    const bands = Math.floor(VALUES / valuesEach)
    if ((1 - threshold ** valuesEach) ** bands <= missed) return { bands, valuesEach }
  }
  return { bands: VALUES, valuesEach: 1 }
}

/** The key of each band: 32-bit hashes of its values. Different values may share a key: whoever meets is compared anyway. */
export const bandKeys = (signature: Uint32Array, { bands, valuesEach }: Bands, into: Uint32Array): void => {
  for (let band = 0; band < bands; band++) {
    let key = band + 1
    for (let at = band * valuesEach; at < (band + 1) * valuesEach; at++) {
      key = Math.imul(key ^ (signature[at] as number), 0x9e3779b1)
      key = (key << 15) | (key >>> 17)
    }
    into[band] = finish(key)
  }
}

/** The last step of MurmurHash3 (Appleby, public domain): every bit of the key depends on every bit before. */
export const finish = (key: number): number => {
  let mixed = Math.imul(key ^ (key >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
