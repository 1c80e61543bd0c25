import { Effect, Stream } from "effect"
import { referenceTexts } from "../../datasets/curate/reference-texts.ts"
import type { Duck } from "../../datasets/duck.ts"
import type { Table } from "../../schemas/table.ts"
import { PlanError } from "../pipeline.ts"
import type { CurateConfig } from "./config.ts"
import { sourceValues } from "./source-rows.ts"

/**
 * Computes every SQL expression of the config for every row, and reads every evaluation set: all that the selection would stumble over
 * after the filters were paid for, and what would be ignored. Writes nothing, asks no model.
 */
export const checkChoices = (config: CurateConfig, table: Table): Effect.Effect<void, PlanError, Duck> =>
  Effect.gen(function* () {
    const { contamination, diversity, quotas, rank, semantic, splits, where } = config
    if (semantic !== false && diversity !== false && (diversity.over ?? semantic.over) !== semantic.over) {
      return yield* new PlanError({
        phase: "select",
        message: `A row has one vector, and semantic.over is ${semantic.over}: leave out diversity.over, or set both alike.`
      })
    }
    if (where !== null) yield* sourceValues(config, table, where, "BOOLEAN")
    if (rank !== null) yield* sourceValues(config, table, rank, "DOUBLE")
    const by = [...quotas.map((quota) => quota.by), ...(splits !== false && splits.by !== null ? [splits.by] : [])]
    for (const expression of by) yield* sourceValues(config, table, expression)
    if (contamination === false) return
    const { field, references } = contamination
    for (const folder of references) {
      yield* Stream.runDrain(referenceTexts(field === null ? { folder } : { folder, column: field })).pipe(
        Effect.mapError(({ message, remedy }) => new PlanError({ phase: "select", message: `${message}. ${remedy}` }))
      )
    }
  })
