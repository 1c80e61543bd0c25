import { Context, Data, type Effect, type Stream } from "effect"
import type { z } from "zod"
import type { Table } from "../schemas/table.ts"

/** Committed rows could not be read. */
export class TableReadError extends Data.TaggedError("TableReadError")<{
  readonly table: string
  /** What happened, in which file, and what to do. */
  readonly message: string
  readonly cause?: unknown
}> {}

/** Reads the committed rows of the dataset that is being made (or asked about). */
export class TableReader extends Context.Service<
  TableReader,
  {
    /** Rows in commit order (phase, shard, item), decoded to the schema's output; never all in memory. */
    readonly rows: <S extends z.ZodObject>(table: Table<S>) => Stream.Stream<z.output<S>, TableReadError>
    /**
     * SQL over the dataset's views (the pipeline's tables, `items`, `rejected`, `plan`; `calls` where the text names it).
     * Rows as plain JSON values: for reports and plans, small results only.
     */
    readonly query: (sql: string) => Effect.Effect<ReadonlyArray<Record<string, unknown>>, TableReadError>
  }
>()("dialoom/datasets/TableReader") {}
