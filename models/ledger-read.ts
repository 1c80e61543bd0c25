import { existsSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import type { LedgerEntry, LedgerTotals } from "./ledger.ts"
import { openForReading } from "./ledger-file.ts"
import {
  addressKey,
  CALL_COLUMNS,
  checkRow,
  entryOf,
  STORED_COLUMNS,
  type StoredCall,
  unpackRequest
} from "./ledger-format.ts"
import { guarded } from "./ledger-guard.ts"
import { storedCall } from "./ledger-writer.ts"

/*
 * The ledger for people and reports: readers that never hold a lock for longer than a page of rows, beside any number of writers.
 * Plain functions; each throws LedgerError. A ledger that is not there yet reads as one without calls.
 */

/** A row of `calls`. `request` and `reply` are JSON texts of a ProviderRequest and a ProviderReply; null unless asked for. */
export interface CallRow extends Omit<StoredCall, "request" | "reply" | "checksum"> {
  readonly request: string | null
  readonly reply: string | null
}

export interface CallFilter {
  readonly phase?: string
  readonly item?: string
  /** Whether to read request and reply, whole. */
  readonly bodies: boolean
}

const PAGE = 500

/**
 * Calls in the order in which they were stored, in constant memory. What is stored while it runs may or may not be seen.
 */
export function* readCalls(path: string, filter: CallFilter): Generator<CallRow, void, undefined> {
  const database = open(path)
  if (database === null) return
  try {
    const conditions = ["rowid > ?"]
    const values: Array<string> = []
    for (const column of ["item", "phase"] as const) {
      const value = filter[column]
      if (value === undefined) continue
      conditions.push(`${column} = ?`)
      values.push(value)
    }
    const statement = guarded(path, () =>
      database.prepare(
        `SELECT rowid AS position, ${filter.bodies ? STORED_COLUMNS : CALL_COLUMNS} FROM calls
         ${filter.item === undefined ? "" : "INDEXED BY calls_item"} WHERE ${conditions.join(" AND ")} ORDER BY rowid LIMIT ${filter.bodies ? PAGE / 10 : PAGE}`
      )
    )
    const textOf = textReader(path, database)
    let after = 0
    for (;;) {
      // Page by page: a read that stays open would keep the writers' log from being folded into the file.
      const rows = guarded(path, () => statement.all(after, ...values))
      if (rows.length === 0) return
      for (const { position, ...row } of rows) {
        after = Number(position)
        const { checksum: _, reply, request, ...call } = storedCall(row)
        yield filter.bodies
          ? { ...call, reply, request: guarded(path, () => whole(storedCall(row), textOf)) }
          : { ...call, reply: null, request: null }
      }
    }
  } finally {
    database.close()
  }
}

/** Entries whose address begins with `prefix` (hexadecimal digits; provenance holds the first 16), at most 20. */
export const findCalls = (path: string, prefix: string): ReadonlyArray<LedgerEntry> => {
  const low = addressKey(prefix.toLowerCase().padEnd(64, "0"))
  const high = addressKey(prefix.toLowerCase().padEnd(64, "f"))
  return reading(path, [], (database) => {
    const textOf = textReader(path, database)
    return database
      .prepare(`SELECT ${STORED_COLUMNS} FROM calls WHERE address BETWEEN ? AND ? ORDER BY calls.address LIMIT 20`)
      .all(low, high)
      .map((row) => {
        const entry = entryOf(storedCall(row), textOf)
        // Unpacked now, while the file is open.
        return { ...entry }
      })
  })
}

/** Which of these addresses the ledger would answer. */
export const heldAddresses = (path: string, addresses: Iterable<string>): ReadonlySet<string> => {
  const held = new Set<string>()
  return reading(path, held, (database) => {
    const statement = database.prepare("SELECT 1 FROM calls WHERE address = ?")
    for (const address of addresses) {
      if (statement.get(addressKey(address)) !== undefined) held.add(address)
    }
    return held
  })
}

/** What all calls so far came to. */
export const readTotals = (path: string): LedgerTotals =>
  reading(path, { calls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0 }, (database) => {
    const row = database.prepare("SELECT * FROM totals").get() ?? {}
    return {
      calls: Number(row.calls ?? 0),
      promptTokens: Number(row.prompt_tokens ?? 0),
      completionTokens: Number(row.completion_tokens ?? 0),
      costUsd: Number(row.cost_usd ?? 0)
    }
  })

/** The request as JSON text, of a row that is not damaged. */
const whole = (row: StoredCall, textOf: (hash: string) => string | undefined): string => {
  checkRow(row)
  return JSON.stringify(unpackRequest(row.request, textOf))
}

/** Null where no run has written the ledger yet, or one is just making it. */
const open = (path: string): DatabaseSync | null => {
  if (!existsSync(path)) return null
  const database = guarded(path, () => openForReading(path))
  const made = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'totals'").get() !== undefined
  if (made) return database
  database.close()
  return null
}

const reading = <A>(path: string, empty: A, body: (database: DatabaseSync) => A): A => {
  const database = open(path)
  if (database === null) return empty
  try {
    return guarded(path, () => body(database))
  } finally {
    database.close()
  }
}

const textReader = (path: string, database: DatabaseSync) => {
  const statement = database.prepare("SELECT text FROM texts WHERE hash = ?")
  return (hash: string) =>
    guarded(path, () => {
      const text = statement.get(Buffer.from(hash, "hex"))?.text
      return typeof text === "string" ? text : undefined
    })
}
