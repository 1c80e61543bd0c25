import { extname } from "node:path"
import { Effect, Layer, Option } from "effect"
import { groupCommit, type Waiting } from "./group-commit.ts"
import { Ledger, type LedgerEntry, type LedgerError, type LedgerTotals } from "./ledger.ts"
import { LEDGER, openForReading } from "./ledger-file.ts"
import { addressKey, entryOf, type PackedCall, packer, STORED_COLUMNS } from "./ledger-format.ts"
import { guarded, ledgerError } from "./ledger-guard.ts"
import { type Earlier, storedCall } from "./ledger-writer.ts"

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
              stored: (earlier, position) => {
                const before = earlier.find(([at]) => at === position)?.[1]
                resume(
                  before === undefined
                    ? Effect.succeed(entry)
                    : Effect.try({ try: () => reader.entry(before), catch: (cause) => ledgerError(path, cause) })
                )
              },
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

/** The thread that writes. Texts of a lost batch may be named by calls that are packed later: these must bring them again. */
const startWriter = (path: string) =>
  Effect.gen(function* () {
    const { forget, pack } = packer()
    const commits = yield* groupCommit<PackedCall, Earlier, LedgerError>({
      // The same file beside this one, whether it runs as TypeScript or was built to JavaScript.
      worker: new URL(`./ledger-worker${extname(import.meta.filename)}`, import.meta.url),
      path,
      noun: LEDGER.noun,
      errorOf: (fault) => ledgerError(path, fault),
      lost: forget
    })
    return { put: (entry: LedgerEntry, waiting: Waiting<Earlier, LedgerError>) => commits.put(pack(entry), waiting) }
  })
