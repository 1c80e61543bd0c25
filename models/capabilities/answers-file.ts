import type { DatabaseSync } from "node:sqlite"
import { crc32 } from "node:zlib"
import type { CommitTarget } from "../commit-worker.ts"
import * as SqliteFile from "../sqlite-file.ts"
import type { StoredAnswer } from "./asked.ts"

/*
 * Kept answers of local models, as they lie in SQLite. Nothing here knows Effect, so that the writing thread starts in milliseconds.
 */

export const ANSWERS: SqliteFile.SqliteKind = {
  noun: "store of answers",
  // "Dlan"
  applicationId: 0x446c616e,
  formatVersion: 1,
  // A plain rowid table: with WITHOUT ROWID a miss would walk through the vectors. `capability` and `model` are for people who look.
  schema: `
    CREATE TABLE IF NOT EXISTS answers (
      key BLOB PRIMARY KEY, capability TEXT NOT NULL, model TEXT NOT NULL, checksum INTEGER NOT NULL, answer NOT NULL
    );
  `,
  absent: "no local model has answered yet.",
  elsewhere: "Choose another folder for the dataset.",
  damaged:
    "The file is damaged. Stop all runs on it and delete it, with the files beside it that end in -wal and -shm: local models are asked again for what was in it.",
  full: "The disk is full: the last answers of local models were not stored and not used. Free some space and start the run again; it resumes.",
  unusable: "Answers of local models that are not stored are not used."
}

/** A row on its way to the disk. */
export interface AnswerRow {
  /** 64 hexadecimal digits. */
  readonly key: string
  readonly capability: string
  readonly model: string
  readonly answer: StoredAnswer
}

/** Answers that were there before and count: position in the batch, and the answer. */
export type EarlierAnswers = ReadonlyArray<readonly [position: number, answer: StoredAnswer]>

/** Throws. */
export const openAnswersForWriting = (path: string): CommitTarget<AnswerRow, EarlierAnswers> => {
  const database = SqliteFile.openForWriting(path, ANSWERS)
  const insert = database.prepare("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?)")
  const find = findAnswer(database)
  return {
    write: (batch) =>
      SqliteFile.inTransaction(database, () =>
        batch.flatMap(({ answer, capability, key, model }, position) => {
          const { changes } = insert.run(Buffer.from(key, "hex"), capability, model, crc32(answer), answer)
          if (Number(changes) === 1) return []
          return [[position, find(key) ?? answer] as const]
        })
      ),
    close: () => database.close()
  }
}

/** Looks an answer up by its key. Throws DamagedRow where its bytes are not those that were stored. */
export const findAnswer = (database: DatabaseSync): ((key: string) => StoredAnswer | undefined) => {
  const select = database.prepare("SELECT checksum, answer FROM answers WHERE key = ?")
  return (key) => {
    const row = select.get(Buffer.from(key, "hex"))
    if (row === undefined) return undefined
    const { answer, checksum } = row
    const isAnswer = typeof answer === "string" || answer instanceof Uint8Array
    if (!isAnswer || crc32(answer) !== checksum) throw new SqliteFile.DamagedRow(`answer ${key} is damaged`)
    return answer
  }
}

/** What happened to the file and what to do. */
export const explainAnswersFault = (path: string, error: unknown): string =>
  SqliteFile.explainFault(path, error, ANSWERS)
