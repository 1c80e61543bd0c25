import type { DatabaseSync } from "node:sqlite"
import { addressKey, type PackedCall, STORED_COLUMNS, type StoredCall, type StoredText } from "./ledger-format.ts"
import { inTransaction } from "./sqlite-file.ts"

/** The rows that were there before: position in the batch, and the row that counts. */
export type Earlier = ReadonlyArray<readonly [position: number, row: StoredCall]>

/** Writes batches of calls, each in one transaction, over a connection of `openForWriting`. */
export const ledgerWriter = (database: DatabaseSync) => {
  const insertText = database.prepare("INSERT OR IGNORE INTO texts VALUES (?, ?)")
  const insertCall = database.prepare(`INSERT OR IGNORE INTO calls VALUES (${Array(18).fill("?").join(", ")})`)
  const select = database.prepare(`SELECT ${STORED_COLUMNS} FROM calls WHERE address = ?`)
  const addTotals = database.prepare(
    "UPDATE totals SET calls = calls + ?, prompt_tokens = prompt_tokens + ?, completion_tokens = completion_tokens + ?, cost_usd = cost_usd + ?"
  )

  const writeText = ({ hash, text }: StoredText) => {
    insertText.run(Buffer.from(hash, "hex"), text)
  }

  const insert = (call: PackedCall): boolean => {
    for (const text of call.texts) writeText(text)
    const { changes } = insertCall.run(
      addressKey(call.address),
      call.phase,
      call.item,
      call.stage,
      call.role,
      call.draw,
      call.provider,
      call.model,
      call.prompt_tokens,
      call.completion_tokens,
      call.cached_tokens,
      call.cost_usd,
      call.milliseconds,
      call.attempts,
      call.at,
      call.checksum,
      call.reply,
      call.request
    )
    return Number(changes) === 1
  }

  return {
    /** Returns after COMMIT: the batch is on the disk. Throws, with nothing of the batch stored, where that fails. */
    write: (batch: ReadonlyArray<PackedCall>, texts: ReadonlyArray<StoredText> = []): Earlier => {
      const earlier: Array<readonly [number, StoredCall]> = []
      let calls = 0
      let prompt = 0
      let completion = 0
      let cost = 0
      inTransaction(database, () => {
        for (const text of texts) writeText(text)
        for (const [position, call] of batch.entries()) {
          if (insert(call)) {
            calls++
            prompt += call.prompt_tokens
            completion += call.completion_tokens
            cost += call.cost_usd
          } else earlier.push([position, storedCall(select.get(addressKey(call.address)))])
        }
        addTotals.run(calls, prompt, completion, cost)
      })
      return earlier
    }
  }
}

/** Rows of node:sqlite have no prototype and are typed by column; this is the one place that says what they are. */
export const storedCall = (row: object | undefined): StoredCall => {
  if (row === undefined || !("address" in row)) throw new Error("ledger: a row that was there is gone")
  return row as StoredCall
}
