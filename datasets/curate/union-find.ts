/** Which rows belong together. The root of a set is its lowest row, so that nothing depends on the order of joining. */
export class UnionFind {
  readonly #parent: Int32Array

  constructor(rows: number) {
    this.#parent = Int32Array.from({ length: rows }, (_, row) => row)
  }

  get rows(): number {
    return this.#parent.length
  }

  root(row: number): number {
    const parent = this.#parent
    let at = row
    for (let up = parent[at] as number; up !== at; up = parent[at] as number) {
      const above = parent[up] as number
      parent[at] = above // halves the way for the next
      at = above
    }
    return at
  }

  together(left: number, right: number): boolean {
    return this.root(left) === this.root(right)
  }

  join(left: number, right: number): void {
    const one = this.root(left)
    const other = this.root(right)
    if (one < other) this.#parent[other] = one
    else this.#parent[one] = other
  }
}
