import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"

/*
 * Opening and judging the SQLite files of the house. Nothing here knows Effect, so that a writing thread starts in milliseconds; on
 * the other side what is thrown becomes an error that the rest of the house knows, with `explainFault`.
 */

/** A kind of file: what is in it, and what is said when something is wrong with it. */
export interface SqliteKind {
  /** "ledger" */
  readonly noun: string
  /** SQLite's application_id, so that no other database is taken for one. */
  readonly applicationId: number
  readonly formatVersion: number
  /** Statements that make what is not there yet. */
  readonly schema: string
  /** What it means that there is no file to read. */
  readonly absent: string
  /** What to do where another database lies in its place. */
  readonly elsewhere: string
  /** That it is damaged, and what to do. */
  readonly damaged: string
  /** What the disk being full has cost, and what to do. */
  readonly full: string
  /** What any other failure means. */
  readonly unusable: string
}

/** A fault that is not SQLite's. The message is whole: which file, what is wrong, what to do. */
export class SqliteFault extends Error {}

/** What a row holds is not what was stored. */
export class DamagedRow extends Error {}

/** Milliseconds that a process waits for its turn among the writers of one file. */
const PATIENCE = 30_000

/**
 * The one connection of this process that writes: WAL, so that readers never wait, and synchronous FULL, so that a COMMIT that
 * returned is on the disk. Throws.
 */
export const openForWriting = (path: string, kind: SqliteKind): DatabaseSync => {
  if (existsSync(path)) checkWhole(path, kind)
  const database = new DatabaseSync(path, { timeout: PATIENCE })
  try {
    checkKind(path, database, kind)
    retryBusy(() => database.exec("PRAGMA journal_mode = WAL"))
    database.exec("PRAGMA synchronous = FULL")
    retryBusy(() => {
      database.exec("BEGIN IMMEDIATE")
      try {
        checkKind(path, database, kind)
        database.exec(kind.schema)
        database.exec(`PRAGMA application_id = ${kind.applicationId}; PRAGMA user_version = ${kind.formatVersion}`)
        database.exec("COMMIT")
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK")
        throw error
      }
    })
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** A connection that only reads, also while other processes write, and also on a medium that cannot be written. */
export const openForReading = (path: string, kind: SqliteKind): DatabaseSync => {
  if (!existsSync(path)) throw new SqliteFault(`${path} is not there: ${kind.absent}`)
  checkWhole(path, kind)
  let database: DatabaseSync
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: PATIENCE })
    database.prepare("SELECT 1 FROM sqlite_master").all()
  } catch (error) {
    if (errorCode(error) !== SQLITE_CANTOPEN && errorCode(error) !== SQLITE_READONLY) throw error
    // Beside a file on a read-only medium no lock file can be made; nobody writes there either.
    const url = pathToFileURL(path)
    url.searchParams.set("immutable", "1")
    database = new DatabaseSync(url, { readOnly: true })
  }
  try {
    checkKind(path, database, kind)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Runs `body` in one transaction and returns after COMMIT. Throws, with nothing stored, where that fails. */
export const inTransaction = <A>(database: DatabaseSync, body: () => A): A => {
  // IMMEDIATE: a transaction that reads first and writes later would fail, not wait, when another process writes between.
  database.exec("BEGIN IMMEDIATE")
  try {
    const result = body()
    database.exec("COMMIT")
    return result
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK")
    throw error
  }
}

const SQLITE_BUSY = 5
const SQLITE_READONLY = 8
const SQLITE_IOERR = 10
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_NOTADB = 26

/** The primary result code behind an error of node:sqlite. */
const errorCode = (error: unknown): number | null =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : null

/** What happened to the file and what to do. */
export const explainFault = (path: string, error: unknown, kind: SqliteKind): string => {
  if (error instanceof SqliteFault) return error.message
  return `${path}: ${error instanceof Error ? error.message : String(error)}. ${remedy(error, kind)}`
}

const remedy = (error: unknown, kind: SqliteKind): string => {
  switch (errorCode(error)) {
    case SQLITE_FULL:
      return kind.full
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return kind.damaged
    case SQLITE_BUSY:
      return `Another process held it for over ${PATIENCE / 1000} s: look for a run that hangs, or a file system without locks.`
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return "Check that the folder exists and that this user may write there."
    case SQLITE_IOERR:
      return "The disk or the file system failed. WAL needs a local file system with locks and shared memory."
    default:
      return error instanceof DamagedRow ? kind.damaged : kind.unusable
  }
}

/**
 * SQLite notices a file that was cut short only when it comes to a page that is gone; the house wants to know at once. The header
 * says how many pages there should be (at 28), if it has been kept up to date (the counters at 24 and 92 agree).
 */
const checkWhole = (path: string, kind: SqliteKind) => {
  const wal = statSync(`${path}-wal`, { throwIfNoEntry: false })
  if (wal !== undefined && wal.size > 0) return
  const header = Buffer.alloc(100)
  const handle = openSync(path, "r")
  try {
    readSync(handle, header, 0, header.length, 0)
  } finally {
    closeSync(handle)
  }
  // After the header: a file that another process writes may grow meanwhile, never shrink.
  const { size } = statSync(path)
  const pageSize = header.readUInt16BE(16) === 1 ? 65536 : header.readUInt16BE(16)
  const expected = header.readUInt32BE(24) === header.readUInt32BE(92) ? header.readUInt32BE(28) * pageSize : 0
  if (header.toString("latin1", 0, 15) === "SQLite format 3" && size < expected) {
    throw new SqliteFault(`${path} has ${size} bytes and should have ${expected}. ${kind.damaged}`)
  }
}

/**
 * Throws where the file is another database, or a newer one of its kind. Tables are counted before the mark is read: another
 * process may make the file in between, and writes both at once.
 */
export const checkKind = (path: string, database: Pick<DatabaseSync, "prepare">, kind: SqliteKind) => {
  const number = (sql: string) => Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0)
  const tables = number("SELECT count(*) FROM sqlite_master")
  if (number("PRAGMA application_id") === kind.applicationId) {
    const version = number("PRAGMA user_version")
    if (version <= kind.formatVersion) return
    throw new SqliteFault(`${path} was made by a newer Dialoom (format ${version}). Use that one.`)
  }
  if (tables > 0) {
    throw new SqliteFault(`${path} is an SQLite database but no ${kind.noun}. ${kind.elsewhere}`)
  }
}

/** Two processes that switch one new file to WAL at once: SQLite tells the second it is busy without waiting. */
export const retryBusy = (body: () => void) => {
  const until = Date.now() + PATIENCE
  for (;;) {
    try {
      return body()
    } catch (error) {
      if (errorCode(error) !== SQLITE_BUSY || Date.now() > until) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}
