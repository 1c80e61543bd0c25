import type { UnionFind } from "./union-find.ts"

/** Two rows that are alike. `left` is below `right`. */
export interface Pair {
  readonly left: number
  readonly right: number
  /** Jaccard similarity, or the cosine of two vectors; 0 to 1. */
  readonly similarity: number
}

/** Rows that are alike, directly or by way of others: at least two, ids ascending. The survivor is one of them. */
export interface Cluster {
  readonly survivor: number
  readonly members: ReadonlyArray<number>
}

/** Clusters of two rows and more, ordered by their lowest id. The survivor has the highest rank, of equals the lowest id. */
export function* clustersOf(
  joined: UnionFind,
  ids: ArrayLike<number>,
  ranks: ArrayLike<number> | undefined
): Generator<Cluster> {
  const { rows } = joined
  const next = new Int32Array(rows).fill(-1)
  const last = Int32Array.from({ length: rows }, (_, row) => row)
  for (let row = 0; row < rows; row++) {
    const root = joined.root(row)
    if (root === row) continue
    next[last[root] as number] = row
    last[root] = row
  }
  for (let root = 0; root < rows; root++) {
    if (joined.root(root) !== root || next[root] === -1) continue
    const members: Array<number> = []
    let survivor = root
    for (let row = root; row !== -1; row = next[row] as number) {
      members.push(ids[row] as number)
      if (ranks !== undefined && (ranks[row] as number) > (ranks[survivor] as number)) survivor = row
    }
    yield { survivor: ids[survivor] as number, members }
  }
}
