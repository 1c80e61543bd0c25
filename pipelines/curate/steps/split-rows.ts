import { Effect, Stream } from "effect"
import { nearDuplicates } from "../../../datasets/curate/near-duplicates.ts"
import { splits } from "../../../datasets/curate/splits.ts"
import { comparedText } from "../compared-text.ts"
import type { CurateConfig } from "../config.ts"
import type { Selection } from "../selection.ts"

/** Where near duplicates were allowed to stay: alike enough to tell a test row from training on the other. */
const ALIKE = { shingle: 5, threshold: 0.85 }

/** Whether rows as much alike as that may be among those that are left. */
const mayStay = (near: CurateConfig["near"]): boolean =>
  near === false || near.over !== "dialogue" || near.threshold > ALIKE.threshold || near.shingle !== ALIKE.shingle

/** The split of each row that is left; null where none are asked for. Groups, and near duplicates that stayed, are in one split. */
export const splitRows = (selection: Selection) =>
  Effect.gen(function* () {
    const { alive, config, folder, isAlive, seed, values } = selection
    if (config.splits === false) return null
    const { by, shares } = config.splits
    const clusters = mayStay(config.near)
      ? yield* nearDuplicates(
          alive.pipe(Stream.map(({ index, subject }) => ({ id: index, text: comparedText(subject, "dialogue") }))),
          ALIKE,
          folder
        ).pipe(Effect.flatMap((found) => Stream.runCollect(found.clusters)))
      : []
    const groups = by === null ? null : yield* values(by)
    const rows: Array<{ readonly id: number; readonly group: string | null }> = []
    yield* Stream.runForEach(alive, ({ index }) =>
      Effect.sync(() => rows.push({ id: index, group: groups?.[index] ?? null }))
    )
    const divided = splits(
      rows,
      clusters.map(({ members }) => members.filter(isAlive)),
      { shares, seed }
    )
    return new Map(rows.map(({ id }) => [id, divided.of(id)]))
  })
