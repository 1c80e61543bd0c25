import { isHedged, statesFact } from "../../../stages/filters/claims.ts"
import type { Finding } from "../../../stages/filters/filter.ts"
import { groundingGate, groundingOf } from "../../../stages/filters/round-grounding.ts"
import type { R2sConfig } from "../config.ts"
import type { DraftRound } from "../draft.ts"
import type { RoundGrounding } from "../tables.ts"
import type { Located } from "./locate-passage.ts"
import type { RoundClaim } from "./supported-claims.ts"

/** A round with what it rests on. */
export interface Weighed {
  readonly round: DraftRound
  readonly located: Located
  readonly claims: ReadonlyArray<RoundClaim>
}

/** The verdict on a round (section 3.2, step 5). Where nobody looked for a passage (`base`, `cot`), a supported claim is as good as one. */
export const verdictOf = ({ claims, located, round }: Weighed): RoundGrounding =>
  groundingOf({
    claims,
    found: round.logic_type === null ? claims.some(({ label }) => label === "supported") : located.start !== null,
    hedged: isHedged(round.b),
    hardFacts: claims.some(({ text }) => statesFact(text))
  })

export interface Shares {
  readonly commonsense: number
  readonly partial: number
}

/** Shares of the rounds that claim something, the closing one left out (section 2.7). */
export const sharesOf = (verdicts: ReadonlyArray<RoundGrounding>): Shares => {
  const { commonsense, partial } = groundingGate(verdicts.slice(0, -1), { maxCommonsense: 1, maxPartial: 1 })
  return { commonsense, partial }
}

/** Why a dialogue does not pass the gate: no contradicted and no ungrounded round, few on general knowledge, few partly supported. */
export const gateFindings = (
  weighed: ReadonlyArray<Weighed>,
  verdicts: ReadonlyArray<RoundGrounding>,
  { maxCommonsense, maxPartial }: Pick<R2sConfig, "maxCommonsense" | "maxPartial">
): ReadonlyArray<Finding> => {
  const { commonsense, partial } = sharesOf(verdicts)
  const shareFinding = (code: string, verdict: RoundGrounding, what: string, found: number, most: number): Finding => ({
    code,
    reason: `${(100 * found).toFixed(0)} % of the rounds that claim something ${what}; at most ${(100 * most).toFixed(0)} % may.`,
    evidence: {
      share: found,
      most,
      rounds: weighed.flatMap(({ round }, index) => (verdicts[index] === verdict ? [round.id] : []))
    }
  })
  return [
    ...weighed.flatMap((one, index) => (verdicts[index] === "ungrounded" ? ungroundedFindings(one) : [])),
    ...(commonsense > maxCommonsense
      ? [shareFinding("F_COMMONSENSE", "commonsense", "rest on general knowledge", commonsense, maxCommonsense)]
      : []),
    ...(partial > maxPartial
      ? [shareFinding("F_PARTIAL", "partial", "are supported in part only", partial, maxPartial)]
      : [])
  ]
}

const ungroundedFindings = ({ claims, round: { id } }: Weighed): ReadonlyArray<Finding> => {
  const contradicted = claims.filter(({ label }) => label === "contradicted")
  if (contradicted.length > 0) {
    return contradicted.map(({ contradiction, sids, text }) => ({
      code: "F_CONTRADICTION",
      reason: `Round ${id}: B says ${JSON.stringify(text)}, which the chunk contradicts.`,
      evidence: { round: id, claim: text, contradiction, sids: [...sids] }
    }))
  }
  return [
    {
      code: "F_UNGROUNDED",
      reason: `Round ${id}: nothing in the chunk supports ${JSON.stringify(claims[0]?.text ?? "")}.`,
      evidence: { round: id, claims: claims.map(({ score, sids, text }) => ({ text, score, sids: [...sids] })) }
    }
  ]
}
