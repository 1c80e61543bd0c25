import { Context } from "effect"
import type { Usage } from "./provider.ts"

/** One model call as its item saw it. */
export interface CallRecord {
  /** The call's address in the ledger. */
  readonly id: string
  readonly role: string
  readonly stage: string
  readonly model: string
  readonly provider: string
  /** True where the ledger answered and nothing was sent. */
  readonly cached: boolean
  readonly usage: Usage
  readonly costUsd: number
  readonly milliseconds: number
}

/** Which item is being settled, and what it has called so far. The engine provides one an item. */
export interface ItemContext {
  readonly phase: string
  readonly key: string
  /** The item's random stream starts here: a hash of run seed, phase and key. */
  readonly seed: string
  /** Grows while the item runs. */
  readonly calls: Array<CallRecord>
}

/** The item that the running fiber works for. */
export const CurrentItem = Context.Reference<ItemContext>("dialoom/models/CurrentItem", {
  defaultValue: () => ({ phase: "-", key: "-", seed: "-", calls: [] })
})

/** Which stage of the item is running: written beside each call in the ledger. */
export const CurrentStage = Context.Reference<string>("dialoom/models/CurrentStage", { defaultValue: () => "-" })

/**
 * What a simulated model may see beyond the prompt (the item's ground truth). Only the provider `simulated` reads it,
 * and it is no part of a request: nothing of it can reach a real provider.
 */
export const Backstage = Context.Reference<unknown>("dialoom/models/Backstage", { defaultValue: () => undefined })
