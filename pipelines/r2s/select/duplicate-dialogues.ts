import { Effect, type Scope, Stream } from "effect"
import { nearDuplicates } from "../../../datasets/curate/near-duplicates.ts"
import { UnionFind } from "../../../datasets/curate/union-find.ts"
import type { DatasetError } from "../../../datasets/dataset-error.ts"

/** A dialogue among those that may be duplicates of each other. */
export interface ComparedDialogue {
  readonly id: string
  readonly doc_id: string
  /** All that A and B say. */
  readonly text: string
  /** Of duplicates the one with the highest survives; ties go to the lower id. */
  readonly support: number
}

export interface RemovedDialogue {
  /** The one that stays in its place. */
  readonly survivor: string
  /** Highest Jaccard similarity to a dialogue of its cluster, 0 to 1. */
  readonly similarity: number
}

export interface DuplicateOptions {
  /** Jaccard similarity from which two dialogues of one document are duplicates. */
  readonly withinDocument: number
  /** The same for dialogues of two documents. */
  readonly across: number
}

/** Words of a shingle; characters in scripts without spaces (section 3.4). */
const SHINGLE = 5

/**
 * Which dialogues go because another says nearly the same (section 3.4), by their position in the stream. In memory: ids and figures
 * of all dialogues, some 200 bytes each; texts stay on disk, in `folder`, until the scope closes. No model calls.
 */
export const duplicateDialogues = <E, R>(
  dialogues: Stream.Stream<ComparedDialogue, E, R>,
  { across, withinDocument }: DuplicateOptions,
  folder: string
): Effect.Effect<ReadonlyMap<number, RemovedDialogue>, E | DatasetError, R | Scope.Scope> =>
  Effect.gen(function* () {
    const known: Array<Omit<ComparedDialogue, "text">> = []
    const rows = dialogues.pipe(
      Stream.map(({ doc_id, id, support, text }) => {
        known.push({ doc_id, id, support })
        return { id: known.length - 1, text }
      })
    )
    const { pairs } = yield* nearDuplicates(
      rows,
      { shingle: SHINGLE, threshold: Math.min(withinDocument, across) },
      folder
    )
    const joined = new UnionFind(known.length)
    const closest = new Map<number, number>()
    yield* Stream.runForEach(pairs, ({ left, right, similarity }) =>
      Effect.sync(() => {
        const least = known[left]?.doc_id === known[right]?.doc_id ? withinDocument : across
        if (similarity < least) return
        joined.join(left, right)
        for (const row of [left, right]) closest.set(row, Math.max(similarity, closest.get(row) ?? 0))
      })
    )
    const survivors = new Map<number, number>()
    for (const row of closest.keys()) {
      const root = joined.root(row)
      const best = survivors.get(root)
      if (best === undefined || isBetter(known, row, best)) survivors.set(root, row)
    }
    const removed = new Map<number, RemovedDialogue>()
    for (const [row, similarity] of closest) {
      const survivor = survivors.get(joined.root(row))
      if (survivor === undefined || survivor === row) continue
      removed.set(row, { survivor: known[survivor]?.id ?? "", similarity })
    }
    return removed
  })

const isBetter = (known: ReadonlyArray<Omit<ComparedDialogue, "text">>, row: number, other: number): boolean => {
  const [one, two] = [known[row], known[other]]
  if (one === undefined || two === undefined) return false
  return one.support > two.support || (one.support === two.support && one.id < two.id)
}
