import { statSync } from "node:fs"
import type { DuckDBConnection } from "@duckdb/node-api"
import { Effect, Semaphore } from "effect"
import { LedgerError } from "../models/ledger.ts"
import { type CallRow, readCalls } from "../models/ledger-read.ts"
import { sqlName } from "../schemas/duckdb-types.ts"
import { type DatasetError, datasetError } from "./dataset-error.ts"
import { type DuckError, onConnection } from "./duck.ts"
import { type DatasetFolder, ledgerFile } from "./folder.ts"

const COLUMNS = `address VARCHAR, phase VARCHAR, item VARCHAR, stage VARCHAR, role VARCHAR, draw INTEGER, provider VARCHAR,
  model VARCHAR, prompt_tokens INTEGER, completion_tokens INTEGER, cached_tokens INTEGER, cost_usd DOUBLE,
  milliseconds DOUBLE, attempts INTEGER, answered_at TIMESTAMP`
const BODIES = "request VARCHAR, reply VARCHAR"

/** Rows carried over at a time: the memory that loading takes. */
const BATCH = 2_000
const BATCH_WITH_BODIES = 100

/** True where a statement asks for what makes up nearly all of a ledger's bytes. */
const namesBodies = (sql: string): boolean => /\b(request|reply|finish_reason)\b/i.test(sql)

let loads = 0

/**
 * The view `calls` on a connection. DuckDB has no reader of SQLite files without a download, so the ledger's rows are
 * carried over: once, until the ledger changes. `address` is in hexadecimal digits, `answered_at` in UTC.
 */
export const callsView = (folder: DatasetFolder) => {
  const turn = Semaphore.makeUnsafe(1)
  // The last two loads stay: a statement may have begun on the one before.
  const loaded: Array<{ readonly key: string; readonly table: string }> = []

  return (on: DuckDBConnection, sql: string): Effect.Effect<void, DuckError | DatasetError> =>
    Effect.gen(function* () {
      const bodies = namesBodies(sql)
      const key = `${bodies} ${stampOf(ledgerFile(folder))}`
      let table = loaded.find((load) => load.key === key)?.table
      if (table === undefined) {
        table = `dialoom_calls_${loads++}`
        yield* load(folder, on, table, bodies)
        loaded.push({ key, table })
        const old = loaded.length > 2 ? loaded.shift() : undefined
        if (old !== undefined) yield* run(on, `DROP TABLE IF EXISTS ${old.table}`)
      }
      const finish = bodies ? ", json_extract_string(reply, '$.finishReason') AS finish_reason" : ""
      yield* run(on, `CREATE OR REPLACE TEMP VIEW calls AS SELECT *${finish} FROM memory.main.${sqlName(table)}`)
    }).pipe(turn.withPermits(1))
}

const run = (on: DuckDBConnection, sql: string) => onConnection("make the view of calls", on, (to) => to.run(sql))

/** Changes when a call is stored: the file and its log. */
const stampOf = (path: string): string =>
  [path, `${path}-wal`]
    .map((file) => statSync(file, { throwIfNoEntry: false }))
    .map((found) => (found === undefined ? "-" : `${found.size} ${found.mtimeMs}`))
    .join(" ")

const load = (
  folder: DatasetFolder,
  on: DuckDBConnection,
  table: string,
  bodies: boolean
): Effect.Effect<void, DuckError | DatasetError> =>
  Effect.gen(function* () {
    const columns = bodies ? `${COLUMNS}, ${BODIES}` : COLUMNS
    yield* run(on, `CREATE TABLE ${sqlName(table)} (${columns})`)
    yield* run(on, "CREATE OR REPLACE TEMP TABLE call_lines (line JSON)")
    const calls = readCalls(ledgerFile(folder), { bodies })
    for (;;) {
      const lines = yield* Effect.try({
        try: () => take(calls, bodies ? BATCH_WITH_BODIES : BATCH, bodies),
        catch: (cause) =>
          cause instanceof LedgerError
            ? datasetError(
                "corrupt",
                cause.path,
                cause.message,
                "See the message; the tables themselves can be read.",
                cause
              )
            : datasetError("io", ledgerFile(folder), String(cause), "Check that the ledger can be read.", cause)
      })
      if (lines.length === 0) break
      yield* onConnection("load the ledger", on, async (to) => {
        const appender = await to.createAppender("call_lines")
        for (const line of lines) {
          appender.appendVarchar(line)
          appender.endRow()
        }
        appender.closeSync()
        await to.run(`INSERT INTO ${sqlName(table)} SELECT unnest(CAST(line AS STRUCT(${columns}))) FROM call_lines`)
        await to.run("TRUNCATE call_lines")
      })
    }
    yield* run(on, "DROP TABLE call_lines")
  })

const take = (calls: Iterator<CallRow>, count: number, bodies: boolean): ReadonlyArray<string> => {
  const lines: Array<string> = []
  while (lines.length < count) {
    const next = calls.next()
    if (next.done === true) break
    const { at, reply, request, ...rest } = next.value
    const row = { ...rest, answered_at: new Date(at).toISOString() }
    lines.push(JSON.stringify(bodies ? { ...row, request, reply } : row, wellFormed))
  }
  return lines
}

const wellFormed = (_key: string, value: unknown): unknown => (typeof value === "string" ? value.toWellFormed() : value)
