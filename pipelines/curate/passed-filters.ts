import { Effect, Stream } from "effect"
import { Items } from "../../datasets/house-tables.ts"
import { type TableReadError, TableReader } from "../../datasets/table-reader.ts"
import type { CurateConfig } from "./config.ts"
import { FILTERS, looksAtRows } from "./filter-phase.ts"

/** Which rows the phase of filters let through: all, where there is no such phase. */
export const passedFilters = (
  config: CurateConfig
): Effect.Effect<(index: number) => boolean, TableReadError, TableReader> =>
  Effect.gen(function* () {
    if (!looksAtRows(config)) return () => true
    const reader = yield* TableReader
    const stopped = new Set<number>()
    // Positions in the plan of that phase are those of the sources' rows: it plans every row, in order.
    yield* reader.rows(Items).pipe(
      Stream.filter((item) => item.phase === FILTERS && item.outcome !== "accepted"),
      Stream.runForEach((item) => Effect.sync(() => stopped.add(item.position)))
    )
    return (index: number) => !stopped.has(index)
  })
