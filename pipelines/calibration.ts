import type { Effect, Stream } from "effect"
import type { z } from "zod"
import type { Duck } from "../datasets/duck.ts"
import type { Table } from "../schemas/table.ts"
import type { Judged } from "../stages/filters/filter.ts"
import type { Random } from "../stages/random.ts"
import type { Failure, PlanError, Services } from "./pipeline.ts"

/** What a defect is planted in and what a judge looks at: the stored row, or what the row was made from (a blueprint, a document). */
export type TrialPart = "row" | "origin"

/** A row of a finished dataset with what it was made from. */
export interface Trial {
  readonly row: unknown
  /** As the method knows it; null where the dataset does not hold it. */
  readonly origin: unknown
}

/** Where a defect was put, for people to look up. */
export interface PlantedInTrial {
  /** Index among the messages of the row's dialogue, from 0; null where the defect is in no message. */
  readonly message: number | null
  readonly before: string | null
  readonly after: string | null
}

/** A way to spoil a trial. Those of any dialogue are in `stages/defects`; a method has its own beside them. */
export interface TrialDefect {
  /** `kebab-case`. */
  readonly name: string
  readonly family: string
  readonly description: string
  readonly part: TrialPart
  /** Null where there is no place for it. Equal trials and equal streams give equal results. */
  readonly plant: (trial: Trial, random: Random) => (Trial & { readonly planted: PlantedInTrial }) | null
}

/** A filter, or a check or committee of the method's own, run alone over what is stored. */
export interface TrialJudge {
  readonly name: string
  /** Only defects of this part are put to it, and clean rows. */
  readonly part: TrialPart
  /** Whether models are asked. */
  readonly kind: "rule" | "model"
  /** One verdict a judge; a committee gives one of its own and one for each member. Null where the trial lacks what it needs. */
  readonly judge: (
    trial: Trial,
    planted: string | null
  ) => Effect.Effect<ReadonlyArray<Judged> | null, Failure, Services>
}

/** What a finished dataset of the method gives. */
export interface CalibrationSource {
  /** Of the run that made it, as its pipeline's schema gives it. */
  readonly config: unknown
  readonly seed: string
  /** Rows of the main table that will be used. */
  readonly used: ReadonlyArray<unknown>
  /** Rows of another of its tables. */
  readonly rows: <S extends z.ZodObject>(table: Table<S>) => Stream.Stream<z.output<S>, PlanError, Duck>
}

export interface MethodCalibration {
  readonly originOf: (row: unknown) => unknown
  readonly defects: ReadonlyArray<TrialDefect>
  readonly judges: ReadonlyArray<TrialJudge>
}

/** The method's own part in `calibrate`, beside the filters and the defects that every dialogue can have. */
export interface Calibration {
  /** Of the method's roles those that its judges ask. */
  readonly roles: ReadonlyArray<string>
  readonly open: (source: CalibrationSource) => Effect.Effect<MethodCalibration, PlanError, Duck>
}
