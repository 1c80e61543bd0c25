import { sha256 } from "../../schemas/json.ts"
import { UnionFind } from "./union-find.ts"

export interface SplitRow {
  /** Whatever names a row; each once. */
  readonly id: number
  /** Rows of one group stay together; null is a group of its own for each row. */
  readonly group: string | null
}

export interface SplitOptions {
  /** Names with shares that come to 1: `{ train: 0.9, validation: 0.05, test: 0.05 }`. */
  readonly shares: Readonly<Record<string, number>>
  readonly seed: string
}

export interface Splits {
  /** The split of a row that was given. */
  readonly of: (id: number) => string
  /** In the order of the shares. */
  readonly counts: ReadonlyArray<{
    readonly split: string
    readonly share: number
    readonly rows: number
    readonly groups: number
  }>
  /** Rows of the largest group: no split is off its share by as many. */
  readonly largestGroup: number
}

/**
 * Divides rows so that no group is in two splits. Groups whose rows share a duplicate cluster are one group, however long the chain.
 * Groups go in the order of a seeded hash of their lowest name, each to the split that lacks most rows; so each split ends within one
 * group's size of its share, and the order of rows does not matter. In memory: some 100 bytes a row.
 */
export const splits = (
  rows: ReadonlyArray<SplitRow>,
  clusters: Iterable<ReadonlyArray<number>>,
  { seed, shares }: SplitOptions
): Splits => {
  const names = Object.keys(shares)
  const sum = names.reduce((total, name) => total + (shares[name] as number), 0)
  if (names.some((name) => !((shares[name] as number) >= 0)) || Math.abs(sum - 1) > 1e-6) {
    throw new Error(`splits: ${JSON.stringify(shares)} do not come to 1`)
  }
  const { joined, placeOf } = together(rows, clusters)
  const groups = groupsOf(rows, joined)
  const ordered = groups
    .map((group) => ({ ...group, key: sha256(`${seed}/${group.name}`) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))

  const counts = names.map((split) => ({ split, share: shares[split] as number, rows: 0, groups: 0 }))
  const splitOf = new Map<number, string>()
  for (const { root, size } of ordered) {
    const lacking = (one: (typeof counts)[number]) => one.share * rows.length - one.rows
    const chosen = counts.reduce((best, one) => (lacking(one) > lacking(best) ? one : best))
    chosen.rows += size
    chosen.groups++
    splitOf.set(root, chosen.split)
  }
  return {
    of: (id) => {
      const place = placeOf.get(id)
      if (place === undefined) throw new Error(`splits: row ${id} was not given`)
      return splitOf.get(joined.root(place)) as string
    },
    counts,
    largestGroup: groups.reduce((largest, { size }) => Math.max(largest, size), 0)
  }
}

const together = (rows: ReadonlyArray<SplitRow>, clusters: Iterable<ReadonlyArray<number>>) => {
  const joined = new UnionFind(rows.length)
  const placeOf = new Map<number, number>()
  const firstOf = new Map<string, number>()
  for (const [place, { group, id }] of rows.entries()) {
    if (placeOf.has(id)) throw new Error(`splits: row ${id} was given twice`)
    placeOf.set(id, place)
    if (group === null) continue
    const first = firstOf.get(group)
    if (first === undefined) firstOf.set(group, place)
    else joined.join(first, place)
  }
  for (const members of clusters) {
    // Rows of a cluster that were dropped before are not here.
    const places = members.map((id) => placeOf.get(id)).filter((place) => place !== undefined)
    const [first] = places
    if (first !== undefined) for (const place of places) joined.join(first, place)
  }
  return { joined, placeOf }
}

/** Sizes and names: the lowest group, or the lowest row where none of its rows has a group. */
const groupsOf = (rows: ReadonlyArray<SplitRow>, joined: UnionFind) => {
  const groups = new Map<number, { root: number; size: number; group: string | null; id: number }>()
  for (const [place, { group, id }] of rows.entries()) {
    const root = joined.root(place)
    const known = groups.get(root)
    if (known === undefined) groups.set(root, { root, size: 1, group, id })
    else {
      known.size++
      known.id = Math.min(known.id, id)
      if (group !== null && (known.group === null || group < known.group)) known.group = group
    }
  }
  return [...groups.values()].map(({ group, id, root, size }) => ({
    root,
    size,
    name: group === null ? `row ${id}` : `group ${group}`
  }))
}
