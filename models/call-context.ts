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
  /** What the call cost when it was sent. Where `cached`, nothing was paid again. */
  readonly costUsd: number
  readonly milliseconds: number
}

/** Which item is being settled, and what it has called so far. The engine provides one an item. */
export interface ItemContext {
  readonly phase: string
  readonly key: string
  /** The item's random stream starts here: a hash of run seed, phase and key. */
  readonly seed: string
  /** 0, or n where a retry draws the item's replies for the n-th time anew, since the first ones were of no use. */
  readonly redraw: number
  /** Grows while the item runs. */
  readonly calls: Array<CallRecord>
}

/** The item that the running fiber works for. */
export const CurrentItem = Context.Reference<ItemContext>("dialoom/models/CurrentItem", {
  defaultValue: () => ({ phase: "-", key: "-", seed: "-", redraw: 0, calls: [] })
})

/** Which stage of the item is running: written beside each call in the ledger. */
export const CurrentStage = Context.Reference<string>("dialoom/models/CurrentStage", { defaultValue: () => "-" })

/**
 * What a simulated model may see beyond the prompt (the item's ground truth). Only the provider `simulated` reads it,
 * and it is no part of a request: nothing of it can reach a real provider.
 */
export const Backstage = Context.Reference<unknown>("dialoom/models/Backstage", { defaultValue: () => undefined })

/** Which call the running fiber is making: read by the provider `simulated`, which answers by role and seeds by address. */
export const CurrentCall = Context.Reference<{ readonly role: string; readonly address: string }>(
  "dialoom/models/CurrentCall",
  { defaultValue: () => ({ role: "-", address: "-" }) }
)

/** Calls of higher priority get the next free slot: items nearest to their end first, so that few dialogues are open at once. */
export const CallPriority = Context.Reference<number>("dialoom/models/CallPriority", { defaultValue: () => 0 })
