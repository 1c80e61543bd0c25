import type { ClaimSupport } from "./support.ts"

/** What a reply rests on (R2S, section 3.2, step 5); `not_needed` for one that claims nothing. */
export type Grounding = "grounded" | "partial" | "commonsense" | "ungrounded" | "not_needed"

export interface RoundEvidence {
  readonly claims: ReadonlyArray<Pick<ClaimSupport, "label">>
  /** Whether a passage was found that the reply was to be written from. Where nobody looked for one: whether any claim is supported. */
  readonly found: boolean
  /** Whether the reply says that it speaks in general (`isHedged`). */
  readonly hedged: boolean
  /** Whether the reply has numbers, names or titles. */
  readonly hardFacts: boolean
}

/**
 * The verdict on one round: all claims supported is `grounded`; at least one, and none contradicted, `partial`; nothing found, hedged
 * and without hard facts `commonsense`; all else `ungrounded`. `unclear` claims count as not supported.
 */
export const groundingOf = ({ claims, found, hardFacts, hedged }: RoundEvidence): Grounding => {
  if (claims.length === 0) return "not_needed"
  const supported = claims.filter(({ label }) => label === "supported").length
  if (supported === claims.length) return "grounded"
  if (claims.some(({ label }) => label === "contradicted")) return "ungrounded"
  if (supported > 0) return "partial"
  return !found && hedged && !hardFacts ? "commonsense" : "ungrounded"
}

export interface GateOptions {
  /** Largest share of `commonsense` rounds: 0.25 in R2S, section 3.2. */
  readonly maxCommonsense: number
  /** Largest share of `partial` rounds: 0.25 in R2S, section 3.2. */
  readonly maxPartial: number
}

export interface GateResult {
  /** Rounds by number from 0. */
  readonly ungrounded: ReadonlyArray<number>
  /** Shares of the rounds that claim something, 0 to 1. */
  readonly commonsense: number
  readonly partial: number
  /** `UNGROUNDED`, `COMMONSENSE_SHARE`, `PARTIAL_SHARE`: which parts of the gate a dialogue fails; none where it passes. */
  readonly fails: ReadonlyArray<"UNGROUNDED" | "COMMONSENSE_SHARE" | "PARTIAL_SHARE">
}

/** The default gate of R2S over a dialogue's rounds: none ungrounded, few commonsense, few partial. `not_needed` rounds are left out. */
export const groundingGate = (rounds: ReadonlyArray<Grounding>, options: GateOptions): GateResult => {
  const ungrounded = rounds.flatMap((round, index) => (round === "ungrounded" ? [index] : []))
  const claiming = rounds.filter((round) => round !== "not_needed").length
  const share = (wanted: Grounding) =>
    claiming === 0 ? 0 : rounds.filter((round) => round === wanted).length / claiming
  const [commonsense, partial] = [share("commonsense"), share("partial")]
  return {
    ungrounded,
    commonsense,
    partial,
    fails: [
      ...(ungrounded.length > 0 ? (["UNGROUNDED"] as const) : []),
      ...(commonsense > options.maxCommonsense ? (["COMMONSENSE_SHARE"] as const) : []),
      ...(partial > options.maxPartial ? (["PARTIAL_SHARE"] as const) : [])
    ]
  }
}
