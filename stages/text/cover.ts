/** Which characters of a text are spoken for, so that of overlapping finds the first to come is the only one. */
export class Cover {
  readonly #taken: Uint8Array

  constructor(length: number) {
    this.#taken = new Uint8Array(length)
  }

  /** Takes a stretch, unless some of it is taken already: then false, and nothing changes. */
  take(start: number, end: number): boolean {
    const stretch = this.#taken.subarray(start, end)
    if (stretch.includes(1)) return false
    stretch.fill(1)
    return true
  }

  isFree(start: number, end: number): boolean {
    return !this.#taken.subarray(start, end).includes(1)
  }
}
