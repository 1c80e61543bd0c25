import type { DuckDBConnection } from "@duckdb/node-api"
import { Effect } from "effect"
import { sqlName, sqlText } from "../../schemas/duckdb-types.ts"
import { type DatasetError, datasetError } from "../dataset-error.ts"
import { onConnection, rowsOn } from "../duck.ts"
import { sqlExpression, statementError } from "./sql-expression.ts"

export type Quota =
  /** At most so many rows of each value; by value, where values not named keep all. */
  | { readonly maximum: number | Readonly<Record<string, number>> }
  /** As many rows as there can be while each value has its share of them. Shares come to 1; values not named keep none. */
  | { readonly shares: Readonly<Record<string, number>> }
  /** As many rows of each value as of the rarest one, and at most `most`. */
  | { readonly equal: true; readonly most?: number }

export interface QuotaRequest {
  /** The name of a table or view of the connection. */
  readonly rows: string
  /** SQL expressions over its columns. `key` is unique. */
  readonly key: string
  readonly by: string
  /** Rows with the highest go first; null comes last. Absent: chosen by the hash alone. */
  readonly rank?: string
  /** Of the hash that chooses among equal ranks. */
  readonly seed: string
  /** The temporary table that is made: key, value (text), place (from 1, within its value), kept. */
  readonly into: string
}

export interface QuotaCount {
  /** As text; null is a value of its own. */
  readonly value: string | null
  readonly available: number
  readonly kept: number
}

/**
 * Keeps rows by the values of an expression: those of the highest rank, and of equal ranks by a seeded hash of the key (MD5), so that
 * neither the order of rows nor threads matter. Makes a temporary table of the connection and gives its counts, ordered by value
 * with null last. Fails for SQL that is wrong, shares that are not shares, and a share for a value that no row has.
 */
export const applyQuota = (
  on: DuckDBConnection,
  request: QuotaRequest,
  quota: Quota
): Effect.Effect<ReadonlyArray<QuotaCount>, DatasetError> =>
  Effect.gen(function* () {
    const key = yield* sqlExpression(on, "the key of a quota", request.key)
    const by = yield* sqlExpression(on, "what a quota goes by", request.by)
    const rank = request.rank === undefined ? "NULL" : yield* sqlExpression(on, "the rank of a quota", request.rank)
    const into = sqlName(request.into)
    const failed = Effect.mapError(statementError("apply a quota"))
    yield* onConnection("apply a quota", on, (there) =>
      there.run(`CREATE OR REPLACE TEMP TABLE ${into} AS
        WITH one AS (SELECT ${key} AS key, CAST(${by} AS VARCHAR) AS value, ${rank} AS rank FROM ${sqlName(request.rows)})
        SELECT key, value, row_number() OVER (
          PARTITION BY value ORDER BY rank DESC NULLS LAST, md5(${sqlText(`${request.seed}/`)} || CAST(key AS VARCHAR)), CAST(key AS VARCHAR)
        )::BIGINT AS place, true AS kept FROM one`)
    ).pipe(failed)
    const counted = yield* rowsOn(
      "count a quota",
      on,
      `SELECT value, count(*) AS available FROM ${into} GROUP BY value ORDER BY value NULLS LAST`
    ).pipe(failed)
    const available = counted.map((row) => ({
      value: row.value === null ? null : String(row.value),
      available: Number(row.available)
    }))
    const kept = yield* allowed(available, quota)
    const most = sqlText(JSON.stringify(kept.map(({ kept, value }) => ({ value, most: kept }))))
    yield* onConnection("apply a quota", on, (there) =>
      there.run(`UPDATE ${into} AS row SET kept = row.place <= quota.one.most
        FROM (SELECT unnest(from_json_strict(${most}, '[{"value":"VARCHAR","most":"BIGINT"}]')) AS one) AS quota
        WHERE row.value IS NOT DISTINCT FROM quota.one.value`)
    ).pipe(failed)
    return kept
  })

const allowed = (
  values: ReadonlyArray<{ readonly value: string | null; readonly available: number }>,
  quota: Quota
): Effect.Effect<ReadonlyArray<QuotaCount>, DatasetError> => {
  const keep = (most: (value: string | null) => number) =>
    Effect.succeed(values.map((one) => ({ ...one, kept: Math.min(one.available, most(one.value)) })))
  if ("maximum" in quota) {
    const { maximum } = quota
    if (typeof maximum === "number") return whole(maximum) ? keep(() => maximum) : wrongQuota(`a maximum of ${maximum}`)
    const wrong = Object.entries(maximum).find(([, most]) => !whole(most))
    if (wrong !== undefined) return wrongQuota(`a maximum of ${wrong[1]} for "${wrong[0]}"`)
    return keep((value) => (value === null ? undefined : named(maximum, value)) ?? Number.POSITIVE_INFINITY)
  }
  if ("equal" in quota) {
    const { most = Number.POSITIVE_INFINITY } = quota
    if (most !== Number.POSITIVE_INFINITY && !whole(most)) return wrongQuota(`at most ${most} rows of each value`)
    const rarest = values.reduce((fewest, { available }) => Math.min(fewest, available), most)
    return keep(() => rarest)
  }
  return Effect.flatMap(byShare(values, quota.shares), (rows) =>
    keep((value) => (value === null ? 0 : (rows.get(value) ?? 0)))
  )
}

/** The largest number of rows of which each share is there, divided to within one row each (largest remainders). */
const byShare = (
  values: ReadonlyArray<{ readonly value: string | null; readonly available: number }>,
  shares: Readonly<Record<string, number>>
): Effect.Effect<ReadonlyMap<string, number>, DatasetError> => {
  const wanted = Object.entries(shares).map(([value, share]) => ({ value, share, available: 0 }))
  const sum = wanted.reduce((total, { share }) => total + share, 0)
  if (wanted.some(({ share }) => !(share > 0)) || Math.abs(sum - 1) > 1e-6) {
    return wrongQuota(
      `shares of ${wanted.map(({ share }) => share).join(", ")}: above 0, and 1 together, is what shares are`
    )
  }
  for (const one of wanted) one.available = values.find(({ value }) => value === one.value)?.available ?? 0
  const missing = wanted.find(({ available }) => available === 0)
  if (missing !== undefined) return wrongQuota(`no row has the value "${missing.value}", so there is no share of it`)
  // Rounded up, a share of so many rows is still there.
  const total = Math.floor(Math.min(...wanted.map((one) => one.available / one.share)) + 1e-9)
  return Effect.succeed(largestRemainders(wanted, total))
}

const largestRemainders = (
  wanted: ReadonlyArray<{ readonly value: string; readonly share: number }>,
  total: number
): ReadonlyMap<string, number> => {
  // 0.1 * 30 is 3.0000000000000004, and 0.7 * 10 may be less than 7: both are meant to be whole.
  const exact = wanted.map(({ share, value }) => ({ value, rows: Math.round(share * total * 1e6) / 1e6 }))
  const rows = new Map(exact.map((one) => [one.value, Math.floor(one.rows)]))
  let left = total - [...rows.values()].reduce((sum, some) => sum + some, 0)
  for (const { value } of exact.toSorted((a, b) => (b.rows % 1) - (a.rows % 1) || (a.value < b.value ? -1 : 1))) {
    if (left-- <= 0) break
    rows.set(value, (rows.get(value) ?? 0) + 1)
  }
  return rows
}

const whole = (rows: number): boolean => Number.isSafeInteger(rows) && rows >= 0

const named = (maximum: Readonly<Record<string, number>>, value: string): number | undefined =>
  Object.hasOwn(maximum, value) ? maximum[value] : undefined

const wrongQuota = (why: string): Effect.Effect<never, DatasetError> =>
  Effect.fail(datasetError("sql", "quota", `a quota with ${why}`, "Correct the quota in the config."))
