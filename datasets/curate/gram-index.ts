/** Where in which reference a hash of words was seen first: 16 bytes a slot, at most two thirds of them used. */
export class GramIndex {
  #hashes = new Float64Array(1024).fill(-1)
  #references = new Int32Array(1024)
  #places = new Int32Array(1024)
  #count = 0

  get count(): number {
    return this.#count
  }

  /** Keeps what was there first. */
  add(hash: number, reference: number, place: number): void {
    const slot = this.#slot(hash)
    if (this.#hashes[slot] === hash) return
    this.#hashes[slot] = hash
    this.#references[slot] = reference
    this.#places[slot] = place
    if (++this.#count * 3 > this.#hashes.length * 2) this.#grow()
  }

  find(hash: number): { readonly reference: number; readonly place: number } | undefined {
    const slot = this.#slot(hash)
    if (this.#hashes[slot] !== hash) return undefined
    return { reference: this.#references[slot] as number, place: this.#places[slot] as number }
  }

  #slot(hash: number): number {
    const mask = this.#hashes.length - 1
    let slot = hash & mask
    for (let there = this.#hashes[slot]; there !== -1 && there !== hash; there = this.#hashes[slot]) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  #grow(): void {
    const hashes = this.#hashes
    const references = this.#references
    const places = this.#places
    this.#hashes = new Float64Array(2 * hashes.length).fill(-1)
    this.#references = new Int32Array(2 * hashes.length)
    this.#places = new Int32Array(2 * hashes.length)
    for (let old = 0; old < hashes.length; old++) {
      const hash = hashes[old] as number
      if (hash === -1) continue
      const slot = this.#slot(hash)
      this.#hashes[slot] = hash
      this.#references[slot] = references[old] as number
      this.#places[slot] = places[old] as number
    }
  }
}
