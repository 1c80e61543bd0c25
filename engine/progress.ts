import type { ItemContext } from "../models/call-context.ts"
import type { Outcome } from "../schemas/item.ts"

export interface PhaseProgress {
  readonly name: string
  planned: number
  accepted: number
  rejected: number
  failed: number
  /** Settled before this process started. */
  inherited: number
}

/** What a running `generate` shows. Mutable, written by the engine, read by a display several times a second. */
export interface Progress {
  readonly startedAt: number
  readonly phases: Array<PhaseProgress>
  /** Items being settled now. */
  readonly open: Set<ItemContext>
  /** Calls of settled items; those of open items are in their contexts. */
  calls: number
  cachedCalls: number
  tokens: number
  costUsd: number
}

export const newProgress = (now: number): Progress => ({
  startedAt: now,
  phases: [],
  open: new Set(),
  calls: 0,
  cachedCalls: 0,
  tokens: 0,
  costUsd: 0
})

/** Takes an item off the open ones and adds up what it cost. */
export const closeItem = (progress: Progress, item: ItemContext): void => {
  progress.open.delete(item)
  for (const call of item.calls) {
    progress.calls++
    if (call.cached) progress.cachedCalls++
    else {
      progress.tokens += call.usage.prompt + call.usage.completion
      progress.costUsd += call.costUsd
    }
  }
}

export const countOutcome = (phase: PhaseProgress, outcome: Outcome): void => {
  phase[outcome]++
}

/** Calls made so far, settled and open items together: sent ones and those that the ledger answered. */
export const liveCalls = (progress: Progress): { readonly sent: number; readonly cached: number } => {
  let sent = progress.calls - progress.cachedCalls
  let cached = progress.cachedCalls
  for (const item of progress.open) {
    for (const call of item.calls) {
      if (call.cached) cached++
      else sent++
    }
  }
  return { sent, cached }
}
