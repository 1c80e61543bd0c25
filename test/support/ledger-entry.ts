import { createHash } from "node:crypto"
import type { LedgerEntry } from "../../models/ledger.ts"

/** An address that is different for every name. */
export const address = (name: string): string => createHash("sha256").update(name).digest("hex")

/** A call as an agent makes it, small but with every part. `name` makes its address. */
export const entry = (name: string, over: Partial<LedgerEntry> = {}): LedgerEntry => ({
  address: address(name),
  phase: "trajectories",
  item: `item-${name}`,
  stage: "converse",
  role: "agent",
  draw: 0,
  provider: "openai",
  request: {
    model: "small",
    messages: [
      { role: "system", content: "You are the shop's agent." },
      { role: "user", content: `Where is order ${name}?` }
    ],
    sampling: { temperature: 0, maxTokens: 100 }
  },
  reply: {
    content: `On its way, ${name}.`,
    reasoning: null,
    toolCalls: [],
    finishReason: "stop",
    usage: { prompt: 20, completion: 5, cached: 4, reasoning: 0 },
    usageEstimated: false,
    model: "small-2025"
  },
  costUsd: 0.25,
  milliseconds: 120,
  attempts: 1,
  at: 1_700_000_000_000,
  ...over
})
