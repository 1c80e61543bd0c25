import { existsSync, readdirSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { APPLICATION_ID, FORMAT_VERSION, SCHEMA } from "./ledger-format.ts"
import * as SqliteFile from "./sqlite-file.ts"

/** The ledger as a file. Nothing here knows Effect; `ledger-guard.ts` turns what is thrown into LedgerError. */
export const LEDGER: SqliteFile.SqliteKind = {
  noun: "ledger",
  applicationId: APPLICATION_ID,
  formatVersion: FORMAT_VERSION,
  schema: SCHEMA,
  absent: "the run has made no model call yet.",
  elsewhere: "Choose another folder for the run.",
  damaged:
    "The file is damaged. Stop all runs on it and salvage it (`npm run salvage -- NAME`): readable calls go to a fresh file, and the damaged one is kept beside it.",
  full: "The disk is full: the last replies were not stored and not used. Free some space and start the run again; it resumes.",
  unusable: "The run cannot go on, since a reply that is not stored may not be used."
}

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

/** Throws. */
export const openForWriting = (path: string): DatabaseSync => {
  if (!existsSync(path) && damagedCopies(path).length > 0) {
    throw new SqliteFile.SqliteFault(
      `${path} is gone but a damaged copy of it lies beside it: a salvage was cut short. Salvage it again.`
    )
  }
  return SqliteFile.openForWriting(path, LEDGER)
}

/** Throws. */
export const openForReading = (path: string): DatabaseSync => SqliteFile.openForReading(path, LEDGER)

/** What happened to the file and what to do. */
export const explainFault = (path: string, error: unknown): string => SqliteFile.explainFault(path, error, LEDGER)

/** Throws where the file is another database, or a newer ledger. */
export const checkKind = (path: string, database: Pick<DatabaseSync, "prepare">) =>
  SqliteFile.checkKind(path, database, LEDGER)
