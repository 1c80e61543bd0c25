import type { Json } from "../../schemas/json.ts"

/** Steps of the selection, in the order in which they look at a row. */
export type Step = "where" | "contamination" | "exact" | "near" | "turns" | "semantic" | "diversity" | "quotas"

/** Why a row does not stay. */
export interface Removal {
  readonly step: Step
  readonly code: string
  readonly reasons: ReadonlyArray<string>
  /** Position of the row that stays in its place; null where there is none. */
  readonly partner: number | null
  readonly similarity: number | null
  readonly evidence: Json
}

/** What becomes of the rows, by position. A row that is not among the removals stays. */
export interface Decisions {
  readonly removals: ReadonlyMap<number, Removal>
  /** Null where no splits are asked for. */
  readonly splits: ReadonlyMap<number, string> | null
}
