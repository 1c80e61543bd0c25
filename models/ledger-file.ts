import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { APPLICATION_ID, DamagedRow, FORMAT_VERSION, SCHEMA } from "./ledger-format.ts"

/*
 * Opening and judging the ledger's file. Nothing here knows Effect, so that the writing thread starts in milliseconds; on the other
 * side `ledger-guard.ts` turns what is thrown into LedgerError.
 */

/** A fault that is not SQLite's. The message is whole: which file, what is wrong, what to do. */
export class LedgerFault extends Error {}

/** Milliseconds that a process waits for its turn among the writers of one file. */
const PATIENCE = 30_000

/** Copies that `salvage` set aside, oldest first. */
export const damagedCopies = (path: string): ReadonlyArray<string> => {
  const folder = dirname(path)
  if (!existsSync(folder)) return []
  const prefix = `${basename(path)}.damaged-`
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .sort((left, right) => Number(left.slice(prefix.length)) - Number(right.slice(prefix.length)))
    .map((name) => join(folder, name))
}

/**
 * The one connection of this process that writes: WAL, so that readers never wait, and synchronous FULL, so that a COMMIT that
 * returned is on the disk. Throws.
 */
export const openForWriting = (path: string): DatabaseSync => {
  if (!existsSync(path) && damagedCopies(path).length > 0) {
    throw new LedgerFault(
      `${path} is gone but a damaged copy of it lies beside it: a salvage was cut short. Salvage it again.`
    )
  }
  if (existsSync(path)) checkWhole(path)
  const database = new DatabaseSync(path, { timeout: PATIENCE })
  try {
    checkKind(path, database)
    retryBusy(() => database.exec("PRAGMA journal_mode = WAL"))
    database.exec("PRAGMA synchronous = FULL")
    retryBusy(() => {
      database.exec("BEGIN IMMEDIATE")
      try {
        checkKind(path, database)
        database.exec(SCHEMA)
        database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT_VERSION}`)
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
export const openForReading = (path: string): DatabaseSync => {
  if (!existsSync(path)) throw new LedgerFault(`${path} is not there: the run has made no model call yet.`)
  checkWhole(path)
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
    checkKind(path, database)
    return database
  } catch (error) {
    database.close()
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
export const explainFault = (path: string, error: unknown): string => {
  if (error instanceof LedgerFault) return error.message
  return `${path}: ${error instanceof Error ? error.message : String(error)}. ${remedy(error)}`
}

const DAMAGED =
  "The file is damaged. Stop all runs on it and salvage it (`npm run salvage -- NAME`): readable calls go to a fresh file, and the damaged one is kept beside it."

const remedy = (error: unknown): string => {
  switch (errorCode(error)) {
    case SQLITE_FULL:
      return "The disk is full: the last replies were not stored and not used. Free some space and start the run again; it resumes."
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return DAMAGED
    case SQLITE_BUSY:
      return `Another process held it for over ${PATIENCE / 1000} s: look for a run that hangs, or a file system without locks.`
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return "Check that the folder exists and that this user may write there."
    case SQLITE_IOERR:
      return "The disk or the file system failed. WAL needs a local file system with locks and shared memory."
    default:
      return error instanceof DamagedRow
        ? DAMAGED
        : "The run cannot go on, since a reply that is not stored may not be used."
  }
}

/**
 * SQLite notices a file that was cut short only when it comes to a page that is gone; the ledger wants to know at once. The header
 * says how many pages there should be (at 28), if it has been kept up to date (the counters at 24 and 92 agree).
 */
const checkWhole = (path: string) => {
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
    throw new LedgerFault(`${path} has ${size} bytes and should have ${expected}. ${DAMAGED}`)
  }
}

/**
 * Throws where the file is another database, or a newer ledger. Tables are counted before the mark is read: another process may
 * make the ledger in between, and writes both at once.
 */
export const checkKind = (path: string, database: Pick<DatabaseSync, "prepare">) => {
  const number = (sql: string) => Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0)
  const tables = number("SELECT count(*) FROM sqlite_master")
  if (number("PRAGMA application_id") === APPLICATION_ID) {
    const version = number("PRAGMA user_version")
    if (version <= FORMAT_VERSION) return
    throw new LedgerFault(`${path} was made by a newer Dialoom (format ${version}). Use that one.`)
  }
  if (tables > 0) {
    throw new LedgerFault(`${path} is an SQLite database but no ledger. Choose another folder for the run.`)
  }
}

/** Two processes that switch one new file to WAL at once: SQLite tells the second it is busy without waiting. */
const retryBusy = (body: () => void) => {
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
