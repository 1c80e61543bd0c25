import { tmpdir } from "node:os"
import { Effect, Stream } from "effect"
import { z } from "zod"
import { withProvenance } from "../../datasets/house-tables.ts"
import type { Provenance } from "../../schemas/provenance.ts"
import { rowCodec } from "../../schemas/row-codec.ts"
import { type Entry, row, type Table } from "../../schemas/table.ts"
import { Rejected } from "../../stages/stage.ts"
import { type DialogueView, type Phase, phase } from "../pipeline.ts"
import type { CurateConfig } from "./config.ts"
import { decide } from "./decide.ts"
import { passedFilters } from "./passed-filters.ts"
import { sourceRows } from "./source-rows.ts"
import { Removals, RemovedRow } from "./tables.ts"

const Item = z.strictObject({
  /** JSON text of the stored row. */
  line: z.string(),
  /** Null where the row stays. */
  removed: RemovedRow.omit({ key: true }).nullable(),
  split: z.string().nullable()
})

/**
 * Which of the rows that passed the filters stay: what only the whole can decide. All of it is decided in the plan, which is
 * written down before the first row is, so that a run that was killed goes on with the same decisions. No model calls.
 */
export const selectPhase = (spec: {
  readonly config: CurateConfig
  readonly dialogue: DialogueView
  readonly seed: string
  readonly table: Table
}): Phase => {
  const { config, table } = spec
  const stored = rowCodec(withProvenance(table))
  return phase({
    name: "select",
    item: Item,
    plan: Stream.unwrap(
      Effect.gen(function* () {
        const passed = yield* passedFilters(config)
        const { keyOf, removals, splits } = yield* decide({ ...spec, folder: tmpdir() }, passed)
        return sourceRows(config, table).pipe(
          Stream.filter(({ key }) => passed(key)),
          Stream.map(({ index, key, line }) => {
            const removal = removals.get(index)
            const removed =
              removal === undefined
                ? null
                : {
                    ...removal,
                    reasons: [...removal.reasons],
                    evidence: removal.evidence === null ? null : JSON.stringify(removal.evidence),
                    partner: removal.partner === null ? null : keyOf(removal.partner)
                  }
            return { key, item: { line, removed, split: splits?.get(index) ?? null } }
          })
        )
      })
    ),
    synthesize: ({ line, removed, split }, key) =>
      Effect.suspend(() => {
        if (removed === null) {
          // A method may have split its rows itself; splits that were asked for here win.
          // The type of a table that is chosen at run time says nothing of its columns; the codec has checked them.
          const { provenance, ...own } = stored.decode(line) as Record<string, unknown> & { provenance: Provenance }
          return Effect.succeed<ReadonlyArray<Entry>>([
            { table: table.name, row: { ...own, split: split ?? own.split ?? null }, provenance }
          ])
        }
        const { code, evidence, partner, reasons, similarity, step } = removed
        return Effect.fail(
          new Rejected({
            stage: step,
            code,
            reasons,
            ...(evidence === null ? {} : { evidence: JSON.parse(evidence) }),
            entries: [row(Removals, { key, step, code, reasons, partner, similarity, evidence })]
          })
        )
      })
  })
}
