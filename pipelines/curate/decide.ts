import { Effect, Stream } from "effect"
import type { DatasetError } from "../../datasets/dataset-error.ts"
import { withProvenance } from "../../datasets/house-tables.ts"
import type { TableReadError } from "../../datasets/table-reader.ts"
import type { CapabilityError } from "../../models/capabilities/capability-error.ts"
import { rowCodec } from "../../schemas/row-codec.ts"
import type { Table } from "../../schemas/table.ts"
import type { PlanServices } from "../pipeline.ts"
import { type DialogueView, PlanError } from "../pipeline.ts"
import type { CurateConfig } from "./config.ts"
import type { Decisions, Removal } from "./removal.ts"
import type { Selection } from "./selection.ts"
import { sourceKeys, sourceRows, sourceValues } from "./source-rows.ts"
import { contaminated } from "./steps/contaminated.ts"
import { duplicated } from "./steps/duplicated.ts"
import { repeatedTurns } from "./steps/repeated-turns.ts"
import { semanticallyDuplicated, vectorsOf } from "./steps/semantically-duplicated.ts"
import { similarToReferences } from "./steps/similar-to-references.ts"
import { splitRows } from "./steps/split-rows.ts"
import { tooAlike, tooMany } from "./steps/too-many.ts"

/**
 * All steps that need the whole, one after another, each on what the ones before left. Deterministic: equal sources, config and
 * seed give equal decisions. Memory: some 100 bytes a row, and what the steps say of theirs.
 */
export const decide = (
  options: {
    readonly config: CurateConfig
    readonly dialogue: DialogueView
    readonly folder: string
    readonly seed: string
    readonly table: Table
  },
  passed: (key: string) => boolean
): Effect.Effect<Decisions & { readonly keyOf: (index: number) => string }, PlanError | TableReadError, PlanServices> =>
  Effect.gen(function* () {
    const { config, dialogue, folder, seed, table } = options
    const stored = rowCodec(withProvenance(table))
    const keys = yield* sourceKeys(config, table)
    const ranks = config.rank === null ? null : yield* sourceValues(config, table, config.rank, "DOUBLE")
    const removals = new Map<number, Removal>()
    const isAlive = (index: number) => passed(keys[index] as string) && !removals.has(index)
    const selection: Selection = {
      config,
      seed,
      table,
      folder,
      isAlive,
      alive: sourceRows(config, table).pipe(
        Stream.filter(({ index }) => isAlive(index)),
        Stream.map(({ index, line }) => {
          const { provenance: _, ...own } = stored.decode(line)
          return { index, subject: dialogue.subject(own) }
        })
      ),
      rank: (index) => rankOf(ranks?.[index]),
      keyOf: (index) => keys[index] as string,
      values: (expression) => sourceValues(config, table, expression),
      remove: (index, removal) => {
        if (!isAlive(index)) throw new Error(`curate: row ${keys[index]} is removed twice`)
        removals.set(index, removal)
      }
    }
    const splits = yield* Effect.gen(function* () {
      yield* where(selection)
      yield* contaminated(selection)
      yield* similarToReferences(selection)
      yield* duplicated(selection)
      yield* repeatedTurns(selection)
      const vectors = yield* vectorsOf(selection)
      if (vectors !== null) {
        yield* semanticallyDuplicated(selection, vectors)
        yield* tooAlike(selection, vectors)
      }
      yield* tooMany(selection)
      return yield* splitRows(selection)
    }).pipe(Effect.scoped, Effect.mapError(planError))
    return { removals, splits, keyOf: selection.keyOf }
  })

/** DuckDB's text of a number; undefined for NULL and for NaN, which is above or below nothing. */
const rankOf = (text: string | null | undefined): number | undefined => {
  if (text === null || text === undefined) return undefined
  const rank = Number(text.replace("inf", "Infinity"))
  return Number.isNaN(rank) ? undefined : rank
}

const where = ({ config, isAlive, remove, table }: Selection) =>
  Effect.gen(function* () {
    if (config.where === null) return
    const { where: condition } = config
    for (const [index, value] of (yield* sourceValues(config, table, condition, "BOOLEAN")).entries()) {
      if (value === "true" || !isAlive(index)) continue
      remove(index, {
        step: "where",
        code: "WHERE",
        reasons: [`It is not true of this row that ${condition}.`],
        partner: null,
        similarity: null,
        evidence: null
      })
    }
  })

const planError = (error: CapabilityError | DatasetError | PlanError | TableReadError): PlanError | TableReadError =>
  error._tag === "DatasetError"
    ? new PlanError({ phase: "select", message: `${error.message}. ${error.remedy}` })
    : error._tag === "CapabilityError"
      ? new PlanError({ phase: "select", message: error.message })
      : error
