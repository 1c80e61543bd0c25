import type { z } from "zod"
import { ItemRow, PlanRow, RejectedRow } from "../schemas/item.ts"
import { Provenance } from "../schemas/provenance.ts"
import { type Table, table } from "../schemas/table.ts"

/** Tables that every dataset has beside the pipeline's own. */
export const Plan = table("plan", "What each phase was going to do: one row a planned item.", PlanRow)
export const Items = table("items", "How each item ended, and what it cost.", ItemRow)
export const RejectedItems = table(
  "rejected",
  "What was turned down, whole, with stage, reason and evidence.",
  RejectedRow
)

/** Names that a pipeline's table may not have; `calls` is the view of the ledger. */
export const HOUSE_NAMES: ReadonlySet<string> = new Set([Plan.name, Items.name, RejectedItems.name, "calls"])

export type WithProvenance<S extends z.ZodObject> = z.ZodObject<S["shape"] & { readonly provenance: typeof Provenance }>

const known = new WeakMap<Table, Table>()

/** A pipeline's table as it is stored: each row with the column `provenance`. */
export const withProvenance = <S extends z.ZodObject>(of: Table<S>): Table<WithProvenance<S>> => {
  const made = known.get(of) as Table<WithProvenance<S>> | undefined
  if (made !== undefined) return made
  if (HOUSE_NAMES.has(of.name)) throw new Error(`table "${of.name}": every dataset has a table of this name already`)
  if ("provenance" in of.schema.shape) throw new Error(`table "${of.name}": the column provenance is added to each row`)
  const schema = of.schema.safeExtend({ provenance: Provenance }) as unknown as WithProvenance<S>
  const stored = table(of.name, of.description, schema)
  known.set(of, stored)
  return stored
}
