import { z } from "zod"

export const Outcome = z.enum(["accepted", "rejected", "failed"])
export type Outcome = z.infer<typeof Outcome>

/** One planned job, written down before its phase runs. */
export const PlanRow = z.strictObject({
  phase: z.string(),
  /** Position in the phase's plan, from 0. */
  position: z.int32(),
  key: z.string(),
  /** JSON text that the phase's `settle` takes. */
  payload: z.string()
})
export type PlanRow = z.infer<typeof PlanRow>

/** How one item ended. Clocks and costs live here and nowhere in a pipeline's tables. */
export const ItemRow = z.strictObject({
  phase: z.string(),
  position: z.int32(),
  key: z.string(),
  outcome: Outcome,
  /** Null where accepted. */
  stage: z.string().nullable(),
  /** Reason code of a rejection or kind of a failure; null where accepted. */
  code: z.string().nullable(),
  reasons: z.array(z.string()),
  /** Rows that the item put into tables. */
  rows: z.int32(),
  /** Model calls, those answered by the ledger included. */
  calls: z.int32(),
  cached_calls: z.int32(),
  prompt_tokens: z.int32(),
  completion_tokens: z.int32(),
  cost_usd: z.number(),
  milliseconds: z.number(),
  /** 0 for the first settling, n after n retries. */
  retries: z.int32()
})
export type ItemRow = z.infer<typeof ItemRow>

/** What was turned down, whole. No clocks: equal runs give equal bytes. */
export const RejectedRow = z.strictObject({
  phase: z.string(),
  position: z.int32(),
  key: z.string(),
  stage: z.string(),
  code: z.string(),
  reasons: z.array(z.string()),
  /** JSON text; null where the stage gave none. */
  evidence: z.string().nullable(),
  /** The planned item, as in `plan`. */
  payload: z.string()
})
export type RejectedRow = z.infer<typeof RejectedRow>
