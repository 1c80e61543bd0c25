import { Effect, Stream } from "effect"
import { Items } from "../../datasets/house-tables.ts"
import { type TableReadError, TableReader } from "../../datasets/table-reader.ts"
import type { CurateConfig } from "./config.ts"
import { FILTERS, looksAtRows } from "./filter-phase.ts"

/** Which rows the phase of filters did not stop, by their keys: all, where there is no such phase. One whose filters failed is stopped. */
export const passedFilters = (
  config: CurateConfig
): Effect.Effect<(key: string) => boolean, TableReadError, TableReader> =>
  Effect.gen(function* () {
    if (!looksAtRows(config)) return () => true
    const reader = yield* TableReader
    const stopped = new Set<string>()
    yield* reader.rows(Items).pipe(
      Stream.filter((item) => item.phase === FILTERS && item.outcome !== "accepted"),
      Stream.runForEach((item) => Effect.sync(() => stopped.add(item.key)))
    )
    return (key: string) => !stopped.has(key)
  })
