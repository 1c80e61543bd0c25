import { Effect, type Scope, Stream } from "effect"
import type { DatasetError } from "../dataset-error.ts"
import { BandFile } from "./band-files.ts"
import { Buckets } from "./buckets.ts"
import { compareCandidates } from "./candidates.ts"
import { type Cluster, clustersOf, type Pair } from "./clusters.ts"
import { bandKeys, bandsFor, finish, minHash, VALUES } from "./min-hash.ts"
import { PairFile } from "./pair-file.ts"
import { Rows } from "./row-numbers.ts"
import { jaccard, Shingles } from "./shingles.ts"
import { UnionFind } from "./union-find.ts"
import { inSteps, io, SetFile, WorkFile, workFolder } from "./work-files.ts"

export interface TextRow {
  /** Ascending whole numbers from 0: the number of a row, or `row * 1000 + turn` where turns are compared. */
  readonly id: number
  /** As `dialogueText` gives it, or one turn. */
  readonly text: string
  /** The highest of a cluster survives, of equals the lowest id. */
  readonly rank?: number
}

export interface NearDuplicateOptions {
  /** Words of a shingle; characters, in scripts without spaces. 5 is usual. */
  readonly shingle: number
  /** Least Jaccard similarity of two sets of shingles that counts as alike, 0.3 to 1. */
  readonly threshold: number
}

export interface Duplicates {
  readonly rows: number
  /** Ordered by left, then right, each once; may be read several times while the scope is open. */
  readonly pairs: Stream.Stream<Pair, DatasetError>
  /** Ordered by their lowest id. */
  readonly clusters: Stream.Stream<Cluster>
}

/**
 * Rows whose texts are nearly the same: MinHash signatures of 128 values meet in bands (Broder 1997; Leskovec, Rajaraman and
 * Ullman, "Mining of Massive Datasets", chapter 3), and whoever meets is compared by the exact Jaccard similarity of the two
 * sets. So no pair below the threshold is given (but for hash collisions, 2e-11 for two texts of 300 words), and of the pairs at
 * the threshold about 1 in 1,000 is missed, of more similar ones less. Of more than eight rows with the very same shingles each is
 * paired with the first only, and the first stands for all of them. In crowded places (see `compareCandidates`) clusters are joined
 * and not all of their pairs listed. Texts without words are like nobody.
 *
 * Memory: about 60 bytes a row and some 100 MB of buffers, whatever the length of the texts. Disk, in `folder` until the scope closes: 8 bytes a
 * word and 80 bytes a row. A million dialogues of 1 KB take half a minute of one core, and the process 630 MB. No model calls. The result depends on rows and options alone.
 */
export const nearDuplicates = <E, R>(
  rows: Stream.Stream<TextRow, E, R>,
  options: NearDuplicateOptions,
  folder: string
): Effect.Effect<Duplicates, E | DatasetError, R | Scope.Scope> =>
  Effect.gen(function* () {
    const { shingle, threshold } = options
    if (!(threshold >= 0.3 && threshold <= 1)) throw new Error(`nearDuplicates: a threshold of ${threshold}`)
    const work = yield* workFolder(folder)
    const bands = bandsFor(threshold)
    const shingles = new Shingles(shingle)
    const sets = new SetFile(yield* WorkFile.open(work, "shingles"))
    const keys = new BandFile(yield* WorkFile.open(work, "bands"), bands.bands)
    // The key of the whole set: who has the same may be a copy.
    const whole = new BandFile(yield* WorkFile.open(work, "sets"), 1)

    const seen = new Rows()
    const signature = new Uint32Array(VALUES)
    const rowKeys = new Uint32Array(bands.bands)
    const wholeKey = new Uint32Array(1)
    yield* Stream.runForEachArray(rows, (some) =>
      io(work, () => {
        for (const { id, rank, text } of some) {
          seen.add(id, rank)
          const set = shingles.of(text)
          if (set.length > 0) {
            minHash(set, signature)
            bandKeys(signature, bands, rowKeys)
            wholeKey[0] = setKey(set)
          }
          sets.append(set)
          keys.append(rowKeys)
          whole.append(wholeKey)
        }
      })
    )
    yield* io(work, () => {
      sets.flush()
      keys.flush()
      whole.flush()
    })

    const { count, ids } = seen
    const joined = new UnionFind(count)
    const buckets = new Buckets(count)
    const leftOut = Uint8Array.from({ length: count }, (_, row) => (sets.size(row) === 0 ? 1 : 0))
    const pairs = new PairFile(yield* WorkFile.open(work, "pairs"), work, count)
    yield* inSteps(work, joinCopies({ count, whole, sets, buckets, leftOut, joined, pairs }))
    yield* inSteps(
      work,
      compareCandidates({
        rows: count,
        bands: bands.bands,
        keys,
        buckets,
        leftOut,
        joined,
        similarity: (left, right) => {
          const one = sets.size(left)
          const other = sets.size(right)
          if (Math.min(one, other) / Math.max(one, other) < threshold) return -1
          return jaccard(sets.at(left), sets.at(right), threshold)
        },
        found: (left, right, similarity) => pairs.append(left, right, similarity)
      })
    )
    yield* io(work, () => pairs.flush())
    return {
      rows: count,
      pairs: pairs.sorted(ids),
      clusters: Stream.suspend(() => Stream.fromIterable(clustersOf(joined, ids, seen.ranks)))
    }
  })

const setKey = (set: Float64Array): number => {
  let key = set.length
  for (let at = 0; at < set.length; at++) {
    key = Math.imul(key ^ ((set[at] as number) >>> 0), 0x9e3779b1)
    key = (key << 15) | (key >>> 17)
  }
  return finish(key)
}

interface Copies {
  readonly count: number
  readonly whole: BandFile
  readonly sets: SetFile
  readonly buckets: Buckets
  readonly leftOut: Uint8Array
  readonly joined: UnionFind
  readonly pairs: PairFile
}

/** More rows than these with equal sets are one for the rest of the work. */
const MOST_COPIES = 8

/**
 * Rows with equal sets are joined. Of more than eight the first stands for all from here on, so that a million copies cost a million
 * comparisons; of fewer all pairs are given, and they go on.
 */
function* joinCopies({ count, whole, sets, buckets, leftOut, joined, pairs }: Copies): Generator<undefined, void> {
  const keys = new Uint32Array(count)
  whole.read(0, keys)
  const collapsed: Array<number> = []
  let compared = 0
  for (const bucket of buckets.of(keys, leftOut)) {
    // Mostly one group: different sets share a key once in 2^32 pairs.
    const groups: Array<Array<number>> = []
    for (const row of bucket) {
      const group = groups.find(([first]) => equalSets(sets, first as number, row))
      if (group === undefined) groups.push([row])
      else group.push(row)
      if (++compared % 4096 === 0) yield
    }
    for (const group of groups) {
      const [first = 0, ...copies] = group
      for (const [at, copy] of copies.entries()) {
        joined.join(first, copy)
        for (const other of group.length > MOST_COPIES ? [first] : group.slice(0, at + 1)) pairs.append(other, copy, 1)
      }
      if (group.length > MOST_COPIES) for (const copy of copies) collapsed.push(copy)
    }
  }
  // Only now: the buckets are being read from what `leftOut` says.
  for (const row of collapsed) leftOut[row] = 1
}

const equalSets = (sets: SetFile, left: number, right: number): boolean => {
  if (sets.size(left) !== sets.size(right)) return false
  const one = sets.at(left)
  const other = sets.at(right)
  return one.every((hash, at) => hash === other[at])
}
