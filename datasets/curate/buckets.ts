/** Rows that have the same key, group by group: two at least in each, ascending. About 16 bytes a row are held. */
export class Buckets {
  readonly #rows: number
  /** For each slot of a hash table the first row of a key, or -1. */
  readonly #first: Int32Array
  /** For each row the next one of its key, or -1. */
  readonly #next: Int32Array

  constructor(rows: number) {
    this.#rows = rows
    this.#first = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, 2 * rows))))
    this.#next = new Int32Array(rows)
  }

  /** In the order of their lowest rows. Rows marked in `leftOut` are in none. A bucket is valid until the next. */
  *of(keys: Uint32Array, leftOut: Uint8Array): Generator<Int32Array> {
    const first = this.#first.fill(-1)
    const next = this.#next
    // From the last to the first, each before those of its key, so that they ascend.
    for (let row = this.#rows - 1; row >= 0; row--) {
      if (leftOut[row] === 1) continue
      const slot = this.#slot(keys, keys[row] as number)
      next[row] = first[slot] as number
      first[slot] = row
    }
    let bucket = new Int32Array(64)
    for (let row = 0; row < this.#rows; row++) {
      if (leftOut[row] === 1 || next[row] === -1 || first[this.#slot(keys, keys[row] as number)] !== row) continue
      let size = 0
      for (let member = row; member !== -1; member = next[member] as number) {
        if (size === bucket.length) {
          const larger = new Int32Array(2 * size)
          larger.set(bucket)
          bucket = larger
        }
        bucket[size++] = member
      }
      yield bucket.subarray(0, size)
    }
  }

  #slot(keys: Uint32Array, key: number): number {
    const mask = this.#first.length - 1
    let slot = key & mask
    for (let row = this.#first[slot] as number; row !== -1; row = this.#first[slot] as number) {
      if (keys[row] === key) break
      slot = (slot + 1) & mask
    }
    return slot
  }
}
