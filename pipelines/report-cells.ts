import { Effect } from "effect"
import { type TableReadError, TableReader } from "../datasets/table-reader.ts"
import { wilson } from "../stages/interval.ts"
import type { ReportSection } from "./pipeline.ts"

export type Cell = string | number | null
export type Row = Readonly<Record<string, unknown>>
export type Sections = Effect.Effect<ReadonlyArray<ReportSection>, TableReadError, TableReader>

export const number = (value: unknown): number => Number(value ?? 0)
export const text = (value: unknown): string => String(value ?? "")
export const round = (value: number): number => Number(value.toFixed(4))

/** Null stays null: there was nothing to measure. */
export const measured = (value: unknown): number | null =>
  value === null || value === undefined ? null : round(Number(value))

export const rateColumns: ReadonlyArray<string> = ["rate", "low 95 %", "high 95 %"]

/** A rate and its 95 % interval (Wilson) as three cells. */
export const rateCells = (successes: number, trials: number): ReadonlyArray<Cell> => {
  const { high, low, rate } = wilson(successes, trials)
  return [rate === null ? null : round(rate), round(low), round(high)]
}

/** One query made into sections. */
export const fromSql = (sql: string, make: (rows: ReadonlyArray<Row>) => ReadonlyArray<ReportSection>): Sections =>
  TableReader.use((reader) => reader.query(sql)).pipe(Effect.map(make))
