import { extname } from "node:path"
import { Worker } from "node:worker_threads"
import { Effect, Layer, Option } from "effect"
import { Ledger, type LedgerEntry, LedgerError, type LedgerTotals } from "./ledger.ts"
import { openForReading } from "./ledger-file.ts"
import { addressKey, entryOf, type PackedCall, packer, STORED_COLUMNS } from "./ledger-format.ts"
import { guarded, ledgerError } from "./ledger-guard.ts"
import type { FromWriter } from "./ledger-worker.ts"
import { storedCall } from "./ledger-writer.ts"

/**
 * The ledger in an SQLite file, shared by any number of processes on one machine. Reads run here (microseconds); a thread of its
 * own writes and waits for the disk. `put` resolves after COMMIT with synchronous FULL. A commit takes whatever came in while the
 * one before was under way, or within 2 ms of the first, at most 256 entries: one call alone waits for one commit, many share one.
 *
 * Fails with LedgerError where the file cannot be opened, is damaged, is no ledger, or the disk is full; its message says what to do.
 */
export const layerSqlite = (path: string): Layer.Layer<Ledger, LedgerError> =>
  Layer.effect(
    Ledger,
    Effect.gen(function* () {
      const writer = yield* startWriter(path)
      const reader = yield* Effect.acquireRelease(
        Effect.try({ try: () => openReader(path), catch: (cause) => ledgerError(path, cause) }),
        (reader) => Effect.sync(reader.close)
      )
      return Ledger.of({
        get: (address) => Effect.try({ try: () => reader.get(address), catch: (cause) => ledgerError(path, cause) }),
        put: (entry) =>
          Effect.callback<LedgerEntry, LedgerError>((resume) => {
            // Not withdrawn when the fiber is interrupted: the reply has been paid for.
            writer.put(entry, {
              stored: (earlier) =>
                resume(
                  earlier === null
                    ? Effect.succeed(entry)
                    : Effect.try({ try: () => reader.entry(earlier), catch: (cause) => ledgerError(path, cause) })
                ),
              failed: (error) => resume(Effect.fail(error))
            })
          }),
        totals: Effect.try({ try: reader.totals, catch: (cause) => ledgerError(path, cause) })
      })
    })
  )

/** A ledger that lives as long as its layer: for tests and dry runs. */
export const layerMemory: Layer.Layer<Ledger> = Layer.sync(Ledger, () => {
  const entries = new Map<string, LedgerEntry>()
  let totals: LedgerTotals = { calls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0 }
  return Ledger.of({
    get: (address) => Effect.sync(() => Option.fromUndefinedOr(entries.get(address))),
    put: (entry) =>
      Effect.sync(() => {
        const earlier = entries.get(entry.address)
        if (earlier !== undefined) return earlier
        entries.set(entry.address, entry)
        totals = {
          calls: totals.calls + 1,
          promptTokens: totals.promptTokens + entry.reply.usage.prompt,
          completionTokens: totals.completionTokens + entry.reply.usage.completion,
          costUsd: totals.costUsd + entry.costUsd
        }
        return entry
      }),
    totals: Effect.sync(() => totals)
  })
})

const openReader = (path: string) => {
  const database = openForReading(path)
  const select = database.prepare(`SELECT ${STORED_COLUMNS} FROM calls WHERE address = ?`)
  const selectText = database.prepare("SELECT text FROM texts WHERE hash = ?")
  const selectTotals = database.prepare(
    'SELECT calls, prompt_tokens AS "promptTokens", completion_tokens AS "completionTokens", cost_usd AS "costUsd" FROM totals'
  )
  const textOf = (hash: string) =>
    guarded(path, () => {
      const text = selectText.get(Buffer.from(hash, "hex"))?.text
      return typeof text === "string" ? text : undefined
    })
  const entry = (row: ReturnType<typeof storedCall>) => entryOf(row, textOf)
  return {
    entry,
    get: (address: string) => {
      const row = select.get(addressKey(address))
      return row === undefined ? Option.none<LedgerEntry>() : Option.some(entry(storedCall(row)))
    },
    totals: (): LedgerTotals => {
      const row = selectTotals.get() ?? {}
      const number = (name: keyof LedgerTotals) => Number(row[name] ?? 0)
      return {
        calls: number("calls"),
        promptTokens: number("promptTokens"),
        completionTokens: number("completionTokens"),
        costUsd: number("costUsd")
      }
    },
    close: () => database.close()
  }
}

interface Waiting {
  /** With the row that was there before, or null where this entry counts. */
  readonly stored: (earlier: ReturnType<typeof storedCall> | null) => void
  readonly failed: (error: LedgerError) => void
}

const MOST_IN_A_COMMIT = 256
/** How long a call waits for others to be committed with it: a commit costs a sync, and a model's answer took far longer than this. */
const GATHER_MILLIS = 2

/** The writing thread, and the queue before it. On release it writes what is queued and closes the file. */
const startWriter = (path: string) =>
  Effect.acquireRelease(
    Effect.callback<Writer, LedgerError>((resume) => {
      // The same file beside this one, whether it runs as TypeScript or was built to JavaScript.
      const worker = new Worker(new URL(`./ledger-worker${extname(import.meta.filename)}`, import.meta.url), {
        workerData: { path }
      })
      worker.once("message", (message: FromWriter) => {
        if (message.kind === "failed") resume(Effect.fail(new LedgerError({ path, message: message.message })))
        else resume(Effect.succeed(new Writer(path, worker)))
      })
      worker.once("error", (cause) => resume(Effect.fail(ledgerError(path, cause))))
    }),
    (writer) => Effect.promise(() => writer.close())
  )

class Writer {
  readonly #path: string
  readonly #worker: Worker
  readonly #packer = packer()
  #queued: Array<{ readonly call: PackedCall; readonly waiting: Waiting }> = []
  #sent: ReadonlyArray<{ readonly call: PackedCall; readonly waiting: Waiting }> = []
  #scheduled = false
  #gone: LedgerError | null = null
  #closing = false
  #idle: (() => void) | null = null

  constructor(path: string, worker: Worker) {
    this.#path = path
    this.#worker = worker
    worker.on("message", (message: FromWriter) => this.#answered(message))
    worker.on("error", (cause) => this.#lost(ledgerError(path, cause)))
    worker.on("exit", () => this.#lost(new LedgerError({ path, message: `${path}: the ledger is closed` })))
    // An idle ledger must not keep a finished program alive.
    worker.unref()
  }

  put(entry: LedgerEntry, waiting: Waiting) {
    if (this.#gone !== null) return waiting.failed(this.#gone)
    this.#queued.push({ call: this.#packer.pack(entry), waiting })
    if (this.#scheduled || this.#sent.length > 0) return
    this.#scheduled = true
    setTimeout(() => {
      this.#scheduled = false
      this.#send()
    }, GATHER_MILLIS)
  }

  /** Waits for what is queued, then closes the file. */
  async close() {
    if (this.#gone !== null) return
    this.#closing = true
    if (this.#sent.length > 0 || this.#queued.length > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    }
    // Lost meanwhile: its exit has been and will not come again.
    if (this.#gone !== null) return
    const exited = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()))
    this.#worker.ref()
    this.#worker.postMessage(null)
    await exited
  }

  #send() {
    if (this.#sent.length > 0) return
    this.#sent = this.#queued.splice(0, MOST_IN_A_COMMIT)
    if (this.#sent.length === 0) {
      if (!this.#closing) this.#worker.unref()
      this.#idle?.()
      return
    }
    this.#worker.ref()
    this.#worker.postMessage(this.#sent.map(({ call }) => call))
  }

  #answered(message: FromWriter) {
    if (message.kind === "ready") return
    if (message.kind === "failed") {
      // Texts of the lost batch may be named by entries that are queued behind it: none of these may be stored without them.
      const error = new LedgerError({ path: this.#path, message: message.message })
      this.#packer.forget()
      this.#failAll(error)
      this.#send()
      return
    }
    const settled = this.#sent
    const earlier = new Map(message.earlier)
    this.#sent = []
    this.#send()
    for (const [position, { waiting }] of settled.entries()) waiting.stored(earlier.get(position) ?? null)
  }

  #lost(error: LedgerError) {
    this.#gone ??= error
    this.#failAll(this.#gone)
    this.#idle?.()
  }

  #failAll(error: LedgerError) {
    const lost = [...this.#sent, ...this.#queued]
    this.#sent = []
    this.#queued = []
    for (const { waiting } of lost) waiting.failed(error)
  }
}
