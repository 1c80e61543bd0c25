import { Effect, type Scope, Stream } from "effect"
import type { DatasetError } from "../dataset-error.ts"
import { BandFile } from "./band-files.ts"
import { Buckets } from "./buckets.ts"
import { compareCandidates } from "./candidates.ts"
import { clustersOf } from "./clusters.ts"
import { Hyperplanes, planesFor } from "./hyperplanes.ts"
import type { Duplicates } from "./near-duplicates.ts"
import { PairFile } from "./pair-file.ts"
import { UnionFind } from "./union-find.ts"
import { checkVectors, cosine, ROUNDING, type Vectors } from "./vectors.ts"
import { inSteps, io, WorkFile, workFolder } from "./work-files.ts"

export interface SemanticDuplicateOptions {
  /** Least cosine that counts as alike, 0.5 to 1. */
  readonly threshold: number
  /** By the place of a row in `vectors`: the highest of a cluster survives, of equals the lowest id. */
  readonly ranks?: ArrayLike<number>
  /** Up to so many rows every pair is compared. 8,192 take some seconds at 384 dimensions. */
  readonly exactUpTo?: number
  /** Of the random planes. */
  readonly seed: string
}

/**
 * Rows whose vectors have a cosine of at least the threshold. Up to `exactUpTo` rows all pairs are compared. Beyond, rows meet in
 * tables of random hyperplanes and whoever meets is compared exactly: no pair below the threshold is given, and of those at the
 * threshold about 1 in 1,000 is missed (more where it is so low that 256 tables of one plane are not enough). In crowded places
 * clusters are joined and not all of their pairs listed, see `compareCandidates`. About 40 bytes of memory a row beside the
 * vectors, and on disk 4 bytes a row and table. No model calls. Fails for vectors that are not of length 1.
 */
export const semanticDuplicates = (
  vectors: Vectors,
  options: SemanticDuplicateOptions,
  folder: string
): Effect.Effect<Duplicates, DatasetError, Scope.Scope> =>
  Effect.gen(function* () {
    const { exactUpTo = 8_192, ranks, seed, threshold } = options
    if (!(threshold >= 0.5 && threshold <= 1)) throw new Error(`semanticDuplicates: a threshold of ${threshold}`)
    yield* checkVectors(vectors)
    const { ids } = vectors
    const rows = ids.length
    const work = yield* workFolder(folder)
    const joined = new UnionFind(rows)
    const pairs = new PairFile(yield* WorkFile.open(work, "pairs"), work, rows)
    const similarity = (left: number, right: number) => {
      const found = cosine(vectors, left, right)
      return found >= threshold - ROUNDING ? Math.min(1, found) : -1
    }
    const found = (left: number, right: number, alike: number) => pairs.append(left, right, alike)

    if (rows <= exactUpTo) yield* inSteps(work, compareAll(rows, joined, similarity, found))
    else {
      const planes = planesFor(threshold, rows)
      const keys = new BandFile(yield* WorkFile.open(work, "tables"), planes.tables)
      yield* inSteps(work, writeKeys(vectors, new Hyperplanes(planes, vectors.dimensions, seed), planes.tables, keys))
      const shared = {
        rows,
        bands: planes.tables,
        keys,
        buckets: new Buckets(rows),
        leftOut: new Uint8Array(rows),
        joined
      }
      yield* inSteps(work, compareCandidates({ ...shared, similarity, found }))
    }
    yield* io(work, () => pairs.flush())
    return {
      rows,
      pairs: pairs.sorted(ids),
      clusters: Stream.suspend(() => Stream.fromIterable(clustersOf(joined, ids, ranks)))
    }
  })

function* writeKeys(vectors: Vectors, planes: Hyperplanes, tables: number, file: BandFile): Generator<undefined, void> {
  const keys = new Uint32Array(tables)
  for (let row = 0; row < vectors.ids.length; row++) {
    planes.keys(vectors.values, row * vectors.dimensions, keys)
    file.append(keys)
    if (row % 1024 === 0) yield
  }
  file.flush()
}

/** Vectors that stay in the processor's caches while others are held against them. */
const BLOCK = 64

function* compareAll(
  rows: number,
  joined: UnionFind,
  similarity: (left: number, right: number) => number,
  found: (left: number, right: number, alike: number) => void
): Generator<undefined, void> {
  for (let block = 0; block < rows; block += BLOCK) {
    for (let right = block + 1; right < rows; right++) {
      for (let left = block; left < Math.min(block + BLOCK, right); left++) {
        const alike = similarity(left, right)
        if (alike < 0) continue
        joined.join(left, right)
        found(left, right, alike)
      }
    }
    yield
  }
}
