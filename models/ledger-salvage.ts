import { existsSync, linkSync, renameSync, rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { damagedCopies, openForWriting } from "./ledger-file.ts"
import {
  checkRow,
  type PackedCall,
  STORED_COLUMNS,
  type StoredCall,
  type StoredText,
  textHash
} from "./ledger-format.ts"
import { guarded } from "./ledger-guard.ts"
import { ledgerWriter, storedCall } from "./ledger-writer.ts"

export interface Salvage {
  /** Calls that could be read. */
  readonly calls: number
  /** Calls that were in the ledger's own count and could not; null where that count is gone too. */
  readonly lost: number | null
  /** Where the damaged file lies now. */
  readonly damaged: string
}

/**
 * Copies every readable call of a damaged ledger to a fresh file, puts that in its place, and keeps the damaged one beside it as
 * `<path>.damaged-<n>`. Calls that were lost are made again, and paid again, when a run asks for them. Nobody else may have the
 * file open. Cut short, it can be started again: what earlier attempts set aside is read too. Throws LedgerError.
 */
export const salvage = (path: string): Salvage => guarded(path, () => salvaged(path))

const salvaged = (path: string): Salvage => {
  const fresh = `${path}.salvaged`
  for (const suffix of ["", "-wal", "-shm"]) rmSync(fresh + suffix, { force: true })
  const aside = damagedCopies(path)
  const damaged = existsSync(path)
    ? `${path}.damaged-${Number(aside.at(-1)?.split("-").at(-1) ?? 0) + 1}`
    : (aside.at(-1) ?? path)
  const before = existsSync(path) ? expected(path) : null
  const database = openForWriting(fresh)
  try {
    const writer = ledgerWriter(database)
    let batch: Array<PackedCall> = []
    let texts: Array<StoredText> = []
    const flush = () => {
      writer.write(batch, texts)
      batch = []
      texts = []
    }
    const sink: Sink = {
      call: (call) => {
        if (batch.push({ ...call, texts: [] }) >= BATCH) flush()
      },
      text: (text) => {
        if (texts.push(text) >= BATCH) flush()
      }
    }
    for (const source of existsSync(path) ? [path, ...aside] : aside) copy(source, sink)
    flush()
    const calls = Number(database.prepare("SELECT calls FROM totals").get()?.calls ?? 0)
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    replace(path, damaged, fresh)
    return { calls, lost: before === null ? null : Math.max(0, before - calls), damaged }
  } finally {
    if (database.isOpen) database.close()
  }
}

/**
 * The damaged file gets a second name before the fresh one takes its place in one step. Its log must go first: SQLite would play it
 * into the fresh file.
 */
const replace = (path: string, damaged: string, fresh: string) => {
  if (existsSync(path)) {
    linkSync(path, damaged)
    if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${damaged}-wal`)
    rmSync(`${path}-shm`, { force: true })
  }
  renameSync(fresh, path)
}

/** The ledger's own count of its calls. */
const expected = (path: string): number | null =>
  orNull(() => {
    const database = new DatabaseSync(path, { readOnly: true })
    try {
      openAnyway(database)
      const calls = database.prepare("SELECT calls FROM totals").get()?.calls
      return typeof calls === "number" ? calls : null
    } finally {
      database.close()
    }
  })

/** SQLite refuses a file that is shorter than its header says, unless it is told that the schema is being repaired. */
const openAnyway = (database: DatabaseSync) => {
  database.enableDefensive(false)
  database.exec("PRAGMA writable_schema = ON")
}

const PAGE = 200
const BATCH = 1000

interface Sink {
  readonly call: (call: StoredCall) => void
  readonly text: (text: StoredText) => void
}

/** Hands over all that can be read of a damaged file. What cannot be opened at all holds nothing. */
const copy = (source: string, sink: Sink) => {
  const database = orNull(() => new DatabaseSync(source, { readOnly: true }))
  if (database === null) return
  try {
    openAnyway(database)
    for (const row of readable(database, "texts", "lower(hex(hash)) AS hash, text")) {
      if (isText(row) && textHash(row.text) === row.hash) sink.text(row)
    }
    for (const row of readable(database, "calls", STORED_COLUMNS)) {
      if (isWhole(row)) sink.call(row)
    }
  } finally {
    database.close()
  }
}

const isText = (row: object): row is StoredText =>
  "hash" in row && typeof row.hash === "string" && "text" in row && typeof row.text === "string"

const isWhole = (row: object): row is StoredCall =>
  orNull(() => {
    checkRow(storedCall(row))
    return true
  }) ?? false

/** Readable rows in the order in which they were stored. */
function* readable(database: DatabaseSync, table: "calls" | "texts", columns: string): Generator<object> {
  const select = orNull(() =>
    database.prepare(
      `SELECT rowid AS position, ${columns} FROM ${table} WHERE rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ${PAGE}`
    )
  )
  if (select === null) return
  const single = (sql: string) => Number(Object.values(orNull(() => database.prepare(sql).get()) ?? {})[0] ?? 0)
  // A row takes some 150 bytes at least, so no page of 4 KB holds more than 32.
  const last = single(`SELECT max(rowid) FROM ${table}`) || single("PRAGMA page_count") * 32
  yield* rowsBetween((low, high) => select.all(low, high), 1, last)
}

/** Where a range cannot be read as a whole, its halves are, down to the single row. */
function* rowsBetween(
  select: (low: number, high: number) => ReadonlyArray<object>,
  low: number,
  high: number
): Generator<object> {
  let from = low
  for (;;) {
    const rows = orNull(() => select(from, high))
    if (rows === null) break
    yield* rows
    const last = rows.at(-1)
    if (rows.length < PAGE || last === undefined || !("position" in last)) return
    from = Number(last.position) + 1
  }
  if (from >= high) return
  const middle = Math.floor((from + high) / 2)
  yield* rowsBetween(select, from, middle)
  yield* rowsBetween(select, middle + 1, high)
}

/** Reading a damaged file fails in many ways, and all of them mean that this part of it is lost. */
const orNull = <A>(body: () => A): A | null => {
  try {
    return body()
  } catch {
    return null
  }
}
