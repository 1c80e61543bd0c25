import { Effect, Layer, Option } from "effect"
import { Ledger, type LedgerEntry } from "../../models/ledger.ts"

/** A ledger in memory, for tests of what stands on it. The first write of an address wins. */
export const memoryLedger = (entries: Map<string, LedgerEntry> = new Map()) =>
  Layer.succeed(
    Ledger,
    Ledger.of({
      get: (address) => Effect.sync(() => Option.fromUndefinedOr(entries.get(address))),
      put: (entry) =>
        Effect.sync(() => {
          const known = entries.get(entry.address)
          if (known !== undefined) return known
          entries.set(entry.address, entry)
          return entry
        }),
      totals: Effect.sync(() => {
        const all = [...entries.values()]
        return {
          calls: all.length,
          promptTokens: all.reduce((sum, { reply }) => sum + reply.usage.prompt, 0),
          completionTokens: all.reduce((sum, { reply }) => sum + reply.usage.completion, 0),
          costUsd: all.reduce((sum, entry) => sum + entry.costUsd, 0)
        }
      })
    })
  )
