import type { Effect, Scope, Stream } from "effect"
import type { Duck } from "../../datasets/duck.ts"
import type { TableReader } from "../../datasets/table-reader.ts"
import type { Table } from "../../schemas/table.ts"
import type { FilterSubject } from "../../stages/filters/filter.ts"
import type { PlanError } from "../pipeline.ts"
import type { CurateConfig } from "./config.ts"
import type { Removal } from "./removal.ts"

export interface Alive {
  readonly index: number
  readonly subject: FilterSubject
}

/** What every step works on: the rows that are left, and who is removed. */
export interface Selection {
  readonly config: CurateConfig
  readonly seed: string
  readonly table: Table
  /** Rows that are left, in order, read anew each time. */
  readonly alive: Stream.Stream<Alive, PlanError, Duck>
  readonly isAlive: (index: number) => boolean
  readonly rank: (index: number) => number | undefined
  readonly keyOf: (index: number) => string
  readonly values: (expression: string) => Effect.Effect<ReadonlyArray<string | null>, PlanError, Duck>
  readonly remove: (index: number, removal: Removal) => void
  /** For files of the work in between, removed afterwards. */
  readonly folder: string
}

/** Everything a step may ask for. */
export type StepServices = Duck | TableReader | Scope.Scope
