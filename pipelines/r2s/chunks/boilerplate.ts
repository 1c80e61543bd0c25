import { Effect } from "effect"
import { type TableReadError, TableReader } from "../../../datasets/table-reader.ts"
import type { R2sConfig } from "../config.ts"
import { trimmedLineSql } from "./line-trim.ts"

/**
 * Lines that are seen in more than `share` of the run's documents and in at least `documents` of them: menus, notices, footers. A
 * line has a letter, counts without the spaces round it, and once a document. Documents with the very same text count as one:
 * otherwise twenty copies of a page would be nothing but boilerplate. The counting is done by hashes in DuckDB, which spills to
 * disk; what is returned is small. No model calls.
 */
export const boilerplateLines = ({
  documents: least,
  share
}: R2sConfig["boilerplate"]): Effect.Effect<ReadonlySet<string>, TableReadError, TableReader> =>
  Effect.gen(function* () {
    const reader = yield* TableReader
    const [counted] = yield* reader.query("SELECT count(DISTINCT hash(text)) AS documents FROM extracted")
    const documents = Number(counted?.documents ?? 0)
    // The first whole number above the share; what a product of doubles is off by does not count.
    const needed = Math.max(least, Math.floor(share * documents + 1e-9) + 1)
    if (documents < needed) return new Set()
    const found = yield* reader.query(boilerplateSql(needed))
    return new Set(found.map(({ line }) => String(line)))
  })

/** Twice over the lines: first by hash, of which few are left, then those lines themselves, so that no two lines are taken for one. */
const boilerplateSql = (needed: number): string => `
  WITH lines AS NOT MATERIALIZED (
    SELECT hash(text) AS document, unnest([${trimmedLineSql("line")} FOR line IN string_split(text, chr(10))]) AS line
    FROM extracted
  ),
  often AS MATERIALIZED (
    SELECT key FROM (SELECT DISTINCT document, hash(line) AS key FROM lines WHERE line <> '')
    GROUP BY key HAVING count(*) >= ${needed}
  )
  SELECT line FROM lines
  WHERE hash(line) IN (SELECT key FROM often) AND regexp_matches(line, '\\p{L}')
  GROUP BY line HAVING count(DISTINCT document) >= ${needed}
  ORDER BY line`
