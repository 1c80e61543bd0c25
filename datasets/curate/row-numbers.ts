/** Numbers of rows that come in one by one: 8 bytes each. */
export class Numbers {
  length = 0
  #values = new Float64Array(1024)

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(2 * this.length)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.length++] = value
  }

  at(place: number): number {
    return this.#values[place] as number
  }

  get values(): Float64Array {
    return this.#values.subarray(0, this.length)
  }
}

/** Ids and ranks of the rows of a stream. The place of a row is what everything else counts in. */
export class Rows {
  readonly #ids = new Numbers()
  readonly #ranks = new Numbers()
  #ranked = false
  #last = -1

  /** A wrong id is the caller's mistake, and a defect: clusters would not be what their order says. */
  add(id: number, rank: number | undefined): void {
    if (!Number.isSafeInteger(id) || id <= this.#last) {
      throw new Error(`ids must ascend in whole numbers from 0, and ${id} follows ${this.#last}`)
    }
    if (Number.isNaN(rank)) throw new Error(`row ${id} has no number as its rank`)
    this.#last = id
    this.#ranked ||= rank !== undefined
    this.#ids.push(id)
    this.#ranks.push(rank ?? Number.NEGATIVE_INFINITY)
  }

  get count(): number {
    return this.#ids.length
  }

  get ids(): Float64Array {
    return this.#ids.values
  }

  /** Rows without a rank are below all others. Undefined where no row has one. */
  get ranks(): Float64Array | undefined {
    return this.#ranked ? this.#ranks.values : undefined
  }
}
