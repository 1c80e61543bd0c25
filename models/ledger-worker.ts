import { parentPort, workerData } from "node:worker_threads"
import { explainFault, openForWriting } from "./ledger-file.ts"
import type { PackedCall } from "./ledger-format.ts"
import { type Earlier, ledgerWriter } from "./ledger-writer.ts"

/*
 * The thread that owns the writing connection: what it waits for the disk, the event loop does not. Started by ledger-sqlite.ts, it
 * says `ready` or `failed` once, then answers each batch, and closes the file when it is sent null.
 */

export type FromWriter =
  | { readonly kind: "ready" }
  | { readonly kind: "stored"; readonly earlier: Earlier }
  | { readonly kind: "failed"; readonly message: string }

const { path } = workerData as { readonly path: string }
const port = parentPort
if (port === null) throw new Error("ledger-worker.ts is a worker thread, not a program")

const answer = (body: () => FromWriter) => {
  let message: FromWriter
  try {
    message = body()
  } catch (error) {
    message = { kind: "failed", message: explainFault(path, error) }
  }
  port.postMessage(message)
}

answer(() => {
  const database = openForWriting(path)
  const writer = ledgerWriter(database)
  port.on("message", (batch: ReadonlyArray<PackedCall> | null) => {
    if (batch !== null) {
      answer(() => ({ kind: "stored", earlier: writer.write(batch) }))
      return
    }
    database.close()
    port.close()
  })
  return { kind: "ready" }
})
