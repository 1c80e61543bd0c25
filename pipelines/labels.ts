import { Data, type Effect } from "effect"
import type { z } from "zod"
import type { TableReadError, TableReader } from "../datasets/table-reader.ts"
import type { ReportSection } from "../schemas/report.ts"

/** A line of a labels file is no label, or labels what the dataset does not hold. One such line stops the report. */
export class LabelError extends Data.TaggedError("LabelError")<{
  /** File and line, as a person looks them up. */
  readonly at: string
  readonly problem: string
  /** What to do. */
  readonly remedy: string
}> {
  override get message() {
    return `${this.at}: ${this.problem}`
  }
}

export interface Labelled<A> {
  readonly label: A
  /** Where it stands: for the message, should the label not fit the dataset. */
  readonly at: string
}

/** What people say of a method's rows (`report NAME --labels FILE`): the method says what a line is and what it tells. */
export interface Labels {
  /** One line of the file. Strict: a misspelt key must be an error, not a label that is silently left out. */
  readonly schema: z.ZodObject
  /** A line as it should be, shown to whoever wrote another. */
  readonly example: string
  /** Never called without a line. */
  readonly sections: (
    labelled: ReadonlyArray<Labelled<unknown>>
  ) => Effect.Effect<ReadonlyArray<ReportSection>, LabelError | TableReadError, TableReader>
}

/** Ties the line's type to the sections, and hides it from the engine. */
export const labels = <S extends z.ZodObject>(spec: {
  readonly schema: S
  readonly example: z.input<S>
  readonly sections: (
    labelled: ReadonlyArray<Labelled<z.output<S>>>
  ) => Effect.Effect<ReadonlyArray<ReportSection>, LabelError | TableReadError, TableReader>
}): Labels => ({
  schema: spec.schema,
  example: JSON.stringify(spec.example),
  sections: (labelled) => spec.sections(labelled as ReadonlyArray<Labelled<z.output<S>>>)
})
