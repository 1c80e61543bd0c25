import { Effect, type Scope, Stream } from "effect"
import { exactDuplicates } from "../../../datasets/curate/exact-duplicates.ts"
import { nearDuplicates } from "../../../datasets/curate/near-duplicates.ts"
import type { DatasetError } from "../../../datasets/dataset-error.ts"

/** A document, by its position among all. */
export interface ComparedDocument {
  readonly index: number
  readonly text: string
}

/** Why a document goes: another says the same, or nearly. */
export interface DuplicateDocument {
  readonly kind: "exact" | "near"
  /** The one that stays. */
  readonly survivor: number
  /** The one that it was found to be like: the survivor, or one that joins the two. */
  readonly like: number
  /** Jaccard similarity to that one, 0 to 1; null in crowded places, where not every pair is compared. */
  readonly similarity: number | null
}

/** Words of a shingle; characters in scripts without spaces (section 3.4). */
const SHINGLE = 5

/**
 * Which documents go (section 3.4), by position: equal but for case, spaces and punctuation first, then, among the rest, a Jaccard
 * similarity from `threshold` on. The first of a cluster stays. `documents` is read twice. Memory: some 100 bytes a document; texts
 * stay on disk, in `folder`, until the scope closes. No model calls.
 */
export const duplicateDocuments = <E, R>(
  documents: Stream.Stream<ComparedDocument, E, R>,
  threshold: number,
  folder: string
): Effect.Effect<ReadonlyMap<number, DuplicateDocument>, E | DatasetError, R | Scope.Scope> =>
  Effect.gen(function* () {
    const removed = new Map<number, DuplicateDocument>()
    const exact = yield* exactDuplicates(
      documents.pipe(Stream.map(({ index, text }) => ({ id: index, parts: [text] })))
    )
    yield* Stream.runForEach(exact.clusters, ({ members, survivor }) =>
      Effect.sync(() => {
        for (const member of members) {
          if (member !== survivor) removed.set(member, { kind: "exact", survivor, like: survivor, similarity: 1 })
        }
      })
    )
    const near = yield* nearDuplicates(
      documents.pipe(
        Stream.filter(({ index }) => !removed.has(index)),
        Stream.map(({ index, text }) => ({ id: index, text }))
      ),
      { shingle: SHINGLE, threshold },
      folder
    )
    const survivors = new Map<number, number>()
    yield* Stream.runForEach(near.clusters, ({ members, survivor }) =>
      Effect.sync(() => {
        for (const member of members) if (member !== survivor) survivors.set(member, survivor)
      })
    )
    const note = (index: number, like: number, similarity: number) => {
      const survivor = survivors.get(index)
      if (survivor === undefined) return
      const known = removed.get(index)
      const isCloser = known === undefined || (known.like !== survivor && similarity > (known.similarity ?? 0))
      if (like === survivor || isCloser) removed.set(index, { kind: "near", survivor, like, similarity })
    }
    yield* Stream.runForEach(near.pairs, ({ left, right, similarity }) =>
      Effect.sync(() => {
        note(left, right, similarity)
        note(right, left, similarity)
      })
    )
    for (const [index, survivor] of survivors) {
      if (!removed.has(index)) removed.set(index, { kind: "near", survivor, like: survivor, similarity: null })
    }
    return removed
  })
