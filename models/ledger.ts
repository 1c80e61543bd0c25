import { Context, Data, type Effect, type Option } from "effect"
import type { ProviderReply, ProviderRequest } from "./provider.ts"

/** The ledger's file could not be read or written: the run must stop, since a reply that is not durable may not be used. */
export class LedgerError extends Data.TaggedError("LedgerError")<{
  readonly path: string
  readonly message: string
  readonly cause?: unknown
}> {}

/** One answered model call. */
export interface LedgerEntry {
  /** Content address, 64 hexadecimal digits. */
  readonly address: string
  readonly phase: string
  readonly item: string
  readonly stage: string
  readonly role: string
  readonly draw: number
  readonly provider: string
  readonly request: ProviderRequest
  readonly reply: ProviderReply
  readonly costUsd: number
  /** From sending to the last byte, retries and waiting not counted. */
  readonly milliseconds: number
  /** Attempts sent, this one included. */
  readonly attempts: number
  /** Milliseconds since 1970 when the reply came. */
  readonly at: number
}

export interface LedgerTotals {
  readonly calls: number
  readonly promptTokens: number
  readonly completionTokens: number
  readonly costUsd: number
}

/**
 * The durable journal of model calls. `put` resolves once the entry is on disk, with the entry that counts:
 * the first write of an address wins, for this process and for any other on the same file.
 */
export class Ledger extends Context.Service<
  Ledger,
  {
    readonly get: (address: string) => Effect.Effect<Option.Option<LedgerEntry>, LedgerError>
    readonly put: (entry: LedgerEntry) => Effect.Effect<LedgerEntry, LedgerError>
    readonly totals: Effect.Effect<LedgerTotals, LedgerError>
  }
>()("dialoom/models/Ledger") {}
