import type { BandFile } from "./band-files.ts"
import type { Buckets } from "./buckets.ts"
import type { UnionFind } from "./union-find.ts"

/** Of larger buckets not all pairs are compared. */
const ALL_PAIRS = 64
/** Comparisons for a row of a larger bucket, at most: with rows that lately found others like them, and with its neighbours. */
const LATELY = 16
const NEIGHBOURS = 64
/** Comparisons between two pauses. */
const PAUSE = 16_384

export interface Candidates {
  readonly rows: number
  readonly bands: number
  readonly keys: BandFile
  readonly buckets: Buckets
  /** 1 for rows that are compared with nobody. */
  readonly leftOut: Uint8Array
  readonly joined: UnionFind
  /** -1 where the two are not alike. `left` is below `right`. */
  readonly similarity: (left: number, right: number) => number
  readonly found: (left: number, right: number, similarity: number) => void
}

/**
 * Compares rows that share the key of a band. In buckets of up to 64 rows each pair: what is alike and met is found. A larger
 * bucket would cost its size squared: there a row is compared with at most 80 others that are not in its cluster yet, the 16 that
 * found others like them last and its neighbours in the order of the next band's keys (who agree in two bands), so that clusters
 * join while the pairs inside of them are not all listed. Steps between which one may pause.
 */
export function* compareCandidates(work: Candidates): Generator<undefined, void> {
  const recent = new Recent()
  let compared = 0
  const compare = (one: number, other: number): boolean => {
    compared++
    const left = Math.min(one, other)
    const right = Math.max(one, other)
    const known = recent.get(left, right)
    if (known !== undefined) return known
    const similarity = work.similarity(left, right)
    recent.set(left, right, similarity >= 0)
    if (similarity < 0) return false
    work.joined.join(left, right)
    work.found(left, right, similarity)
    return true
  }

  let keys = new Uint32Array(work.rows)
  let following = new Uint32Array(work.rows)
  work.keys.read(0, keys)
  for (let band = 0; band < work.bands; band++) {
    work.keys.read((band + 1) % work.bands, following)
    for (const bucket of work.buckets.of(keys, work.leftOut)) {
      if (bucket.length > ALL_PAIRS) yield* compareLarge(bucket, following, work.joined, compare)
      else {
        for (let other = 1; other < bucket.length; other++) {
          for (let one = 0; one < other; one++) compare(bucket[one] as number, bucket[other] as number)
        }
        if (compared > PAUSE) {
          compared = 0
          yield
        }
      }
    }
    yield
    const done = keys
    keys = following
    following = done
  }
}

function* compareLarge(
  bucket: Int32Array,
  following: Uint32Array,
  joined: UnionFind,
  compare: (one: number, other: number) => boolean
): Generator<undefined, void> {
  const key = (row: number) => following[row] as number
  const members = Int32Array.from(bucket).sort((a, b) => key(a) - key(b) || a - b)
  const lately: Array<number> = []
  for (let at = 1; at < members.length; at++) {
    const row = members[at] as number
    for (const other of [...lately]) {
      if (joined.together(row, other) || !compare(row, other)) continue
      lately.splice(lately.indexOf(other), 1)
      lately.unshift(other)
    }
    for (let before = at - 1; before >= Math.max(0, at - NEIGHBOURS); before--) {
      const other = members[before] as number
      if (joined.together(row, other) || !compare(row, other)) continue
      lately.unshift(other)
      if (lately.length > LATELY) lately.pop()
    }
    if (at % 256 === 0) yield
  }
}

const RECENT = 2 ** 18 // 32 - 14 bits of a hash

/** Whether two rows were alike, for pairs that were compared lately: those who are alike meet in most bands. */
class Recent {
  readonly #left = new Int32Array(RECENT).fill(-1)
  readonly #right = new Int32Array(RECENT)
  readonly #alike = new Uint8Array(RECENT)

  get(left: number, right: number): boolean | undefined {
    const slot = slotOf(left, right)
    return this.#left[slot] === left && this.#right[slot] === right ? this.#alike[slot] === 1 : undefined
  }

  set(left: number, right: number, alike: boolean): void {
    const slot = slotOf(left, right)
    this.#left[slot] = left
    this.#right[slot] = right
    this.#alike[slot] = alike ? 1 : 0
  }
}

const slotOf = (left: number, right: number): number =>
  (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 14
