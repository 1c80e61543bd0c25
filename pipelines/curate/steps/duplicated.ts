import { Effect, Stream } from "effect"
import type { Cluster } from "../../../datasets/curate/clusters.ts"
import { exactDuplicates } from "../../../datasets/curate/exact-duplicates.ts"
import { type Duplicates, nearDuplicates } from "../../../datasets/curate/near-duplicates.ts"
import { comparedParts, comparedText } from "../compared-text.ts"
import type { Step } from "../removal.ts"
import type { Alive, Selection } from "../selection.ts"

/** Exact duplicates first, so that near ones are looked for among different rows. Of each cluster the survivor stays. */
export const duplicated = (selection: Selection) =>
  Effect.gen(function* () {
    const { alive, config, folder } = selection
    const { exact, near } = config
    if (exact !== false) {
      const { clusters } = yield* exactDuplicates(
        alive.pipe(Stream.map((row) => ({ ...ranked(selection, row), parts: comparedParts(row.subject, exact.over) })))
      )
      yield* Stream.runForEach(clusters, (cluster) =>
        Effect.sync(() =>
          removeAllBut(
            selection,
            cluster,
            "exact",
            "EXACT_DUPLICATE",
            () => ({ to: cluster.survivor, similarity: 1 }),
            "says the same, word for word"
          )
        )
      )
    }
    if (near !== false) {
      const found = yield* nearDuplicates(
        alive.pipe(Stream.map((row) => ({ ...ranked(selection, row), text: comparedText(row.subject, near.over) }))),
        { shingle: near.shingle, threshold: near.threshold },
        folder
      )
      yield* removeClusters(selection, found, "near", "NEAR_DUPLICATE", "says nearly the same")
    }
  })

const ranked = ({ rank }: Selection, { index }: Alive) => {
  const own = rank(index)
  return own === undefined ? { id: index } : { id: index, rank: own }
}

/** Removes all but the survivors, with the similarity to the survivor, or to the row that joins it to the cluster. */
export const removeClusters = (selection: Selection, found: Duplicates, step: Step, code: string, says: string) =>
  Effect.gen(function* () {
    const clusters = yield* Stream.runCollect(found.clusters)
    const survivors = new Map(
      clusters.flatMap(({ members, survivor }) => members.map((member) => [member, survivor] as const))
    )
    const closest = new Map<number, Alike>()
    yield* Stream.runForEach(found.pairs, ({ left, right, similarity }) =>
      Effect.sync(() => {
        for (const [row, to] of [
          [left, right],
          [right, left]
        ] as const) {
          const known = closest.get(row)
          const survivor = survivors.get(row)
          if (to === survivor || known === undefined || (known.to !== survivor && similarity > known.similarity)) {
            closest.set(row, { to, similarity })
          }
        }
      })
    )
    for (const cluster of clusters) removeAllBut(selection, cluster, step, code, (row) => closest.get(row), says)
  })

/** The row that another was found to be like: the survivor, where the two were compared, else the one that it is most like. */
interface Alike {
  readonly to: number
  readonly similarity: number
}

const removeAllBut = (
  { keyOf, remove }: Selection,
  { members, survivor }: Cluster,
  step: Step,
  code: string,
  alike: (row: number) => Alike | undefined,
  says: string
) => {
  for (const row of members) {
    if (row === survivor) continue
    const { similarity, to } = alike(row) ?? { similarity: null, to: survivor }
    remove(row, {
      step,
      code,
      reasons: [`${keyOf(survivor)} ${says}.`],
      partner: survivor,
      similarity,
      // Where the two were not compared, or not found alike: others join them.
      evidence: to === survivor ? { cluster: members.length } : { cluster: members.length, to: keyOf(to) }
    })
  }
}
