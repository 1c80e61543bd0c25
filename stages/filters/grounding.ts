import { Effect } from "effect"
import { z } from "zod"
import { claimsOf, isHedged, statesFact } from "./claims.ts"
import { evidenceOf, knownBefore } from "./evidence.ts"
import { type Finding, filterKind, type Judged } from "./filter.ts"
import { hardFacts } from "./hard-facts.ts"
import { nothingToJudge } from "./rated.ts"
import { type GateResult, type Grounding, groundingGate, groundingOf } from "./round-grounding.ts"
import { spoken } from "./spoken.ts"
import { type ClaimSupport, supportOf } from "./support.ts"

const share = z.number().min(0).max(1)

const options = z
  .strictObject({
    hardFacts: z
      .boolean()
      .default(true)
      .describe(
        "Whether the rule `hard-facts` goes first, with its defaults: what it finds needs no model (R2S, section 3.2)."
      ),
    entail: share.default(0.7).describe("Lowest probability of entailment that supports a claim (R2S, section 3.2)."),
    contradict: share
      .default(0.5)
      .describe("Lowest probability of contradiction that refutes a claim (R2S, section 3.2)."),
    unclear: share
      .default(0.5)
      .describe(
        "From here up to entail a claim is unclear: where the verdict hangs on such claims it is unsure. Ours."
      ),
    premiseSentences: z.int().min(1).max(50).default(5).describe("Sentences of a premise (R2S, section 3.2)."),
    maxCommonsense: share.default(0.25).describe("Largest share of commonsense replies (R2S, section 3.2)."),
    maxPartial: share.default(0.25).describe("Largest share of partly supported replies (R2S, section 3.2).")
  })
  .check((context) => {
    const { entail, unclear } = context.value
    if (unclear <= entail) return
    context.issues.push({
      code: "custom",
      path: ["unclear"],
      message: `unclear (${unclear}) is above entail (${entail})`,
      input: unclear
    })
  })
type Options = z.output<typeof options>

interface Reply {
  readonly message: number
  readonly text: string
  readonly claims: ReadonlyArray<ClaimSupport>
}

/**
 * What the assistant claims follows from the sources, from tool results, or from what the user said (the cascade of R2S, section 3.2,
 * without the passages that only its pipeline has: `foundSpan`). Replies are `grounded`, `partial`, `commonsense` or `ungrounded`, and
 * the dialogue passes by R2S's gate. Hard facts are checked first, without a model. For dialogues about
 * documents: what a clerk has just done or computed is in no text, and fails here. Costs one call of embeddings and one of entailment for a dialogue. A subject with no sources and
 * no tool results passes: there is nothing to hold it against.
 */
export const grounding = filterKind({
  name: "grounding",
  asks: ["embedding", "entailment"],
  description: "What the assistant claims is supported by sources, tool results or the user's own words.",
  codes: {
    UNSUPPORTED_FACT: "a number, date, name or the like stands nowhere in the evidence",
    CONTRADICTION: "a claim is contradicted by its evidence",
    UNGROUNDED: "a reply has no supported claim, or one that is contradicted",
    COMMONSENSE_SHARE: "too many replies rest on general knowledge",
    PARTIAL_SHARE: "too many replies are supported in part only"
  },
  options,
  make: (options) => ({
    name: "grounding",
    cost: 100,
    judge: Effect.fnUntraced(function* (subject) {
      const facts = options.hardFacts ? yield* rule.judge(subject) : null
      if (facts?.verdict === "reject")
        return { ...facts, filter: "grounding", findings: facts.findings.map(asUnsupportedFact) }
      const evidence = evidenceOf(subject)
      const replies = spoken(subject.messages, ["assistant"])
      const claims = replies.flatMap(({ index, text }) =>
        claimsOf(text).map((claim) => ({ message: index, text: claim.text, evidence: knownBefore(evidence, index) }))
      )
      const hasGround = (subject.sources?.length ?? 0) > 0 || subject.messages.some(({ role }) => role === "tool")
      if (!hasGround || claims.length === 0) return nothingToJudge("grounding")
      const supported = yield* supportOf(claims, options)
      const rounds = replies.map(({ index, text }) => ({
        message: index,
        text,
        claims: supported.claims.filter((_, claim) => claims[claim]?.message === index)
      }))
      return { ...judged(rounds, options), model: supported.card }
    })
  })
})

const rule = hardFacts.make(hardFacts.options.parse({}))

const asUnsupportedFact = ({ code, evidence, reason }: Finding): Finding => ({
  code: "UNSUPPORTED_FACT",
  reason,
  evidence: { ...evidence, rule: code }
})

/** Strictly, with unclear claims as unsupported, and kindly, with them as supported: where the two differ, nobody knows. */
const judged = (replies: ReadonlyArray<Reply>, options: Options): Omit<Judged, "model"> => {
  const strict = gated(replies, "unsupported", options)
  const kind = gated(replies, "supported", options)
  const verdict = strict.gate.fails.length === 0 ? "pass" : kind.gate.fails.length === 0 ? "unsure" : "reject"
  const { gate, rounds } = verdict === "reject" ? kind : strict
  const entailments = replies.flatMap(({ claims }) => claims.map(({ entailment }) => entailment))
  return {
    filter: "grounding",
    verdict,
    findings: findingsOf(replies, rounds, gate, options),
    // The support of the dialogue: the mean probability that its claims are entailed.
    score: entailments.reduce((sum, value) => sum + value, 0) / entailments.length
  }
}

const gated = (replies: ReadonlyArray<Reply>, unclear: "supported" | "unsupported", options: Options) => {
  const rounds = replies.map((reply) => verdictOf(reply, unclear))
  return { rounds, gate: groundingGate(rounds, options) }
}

const verdictOf = ({ claims, text }: Reply, unclear: "supported" | "unsupported"): Grounding => {
  const read = claims.map(({ label }) => ({ label: label === "unclear" ? unclear : label }))
  return groundingOf({
    claims: read,
    found: read.some(({ label }) => label === "supported"),
    hedged: isHedged(text),
    hardFacts: claims.some((claim) => statesFact(claim.text))
  })
}

const findingsOf = (
  replies: ReadonlyArray<Reply>,
  verdicts: ReadonlyArray<Grounding>,
  gate: GateResult,
  { maxCommonsense, maxPartial }: Options
): ReadonlyArray<Finding> => {
  const messagesOf = (wanted: Grounding) =>
    replies.filter((_, index) => verdicts[index] === wanted).map(({ message }) => message)
  const shareFinding = (code: string, verdict: Grounding, found: number, most: number): Finding => ({
    code,
    reason: `${(found * 100).toFixed(0)} % of the replies with claims are ${verdict}; at most ${(most * 100).toFixed(0)} %.`,
    evidence: { share: found, most, messages: messagesOf(verdict) }
  })
  return [
    ...gate.ungrounded.flatMap((round) => findingsOfReply(replies[round] as Reply)),
    ...(gate.fails.includes("COMMONSENSE_SHARE")
      ? [shareFinding("COMMONSENSE_SHARE", "commonsense", gate.commonsense, maxCommonsense)]
      : []),
    ...(gate.fails.includes("PARTIAL_SHARE")
      ? [shareFinding("PARTIAL_SHARE", "partial", gate.partial, maxPartial)]
      : [])
  ]
}

const findingsOfReply = ({ claims, message }: Reply): ReadonlyArray<Finding> => {
  const contradicted = claims.filter(({ label }) => label === "contradicted")
  if (contradicted.length > 0) {
    return contradicted.map(({ contradiction, text }) => ({
      code: "CONTRADICTION",
      reason: `Message ${message} says "${text}", which its evidence contradicts.`,
      evidence: { message, claim: text, contradiction }
    }))
  }
  return [
    {
      code: "UNGROUNDED",
      reason: `Message ${message} claims what nothing supports: "${claims[0]?.text ?? ""}".`,
      evidence: { message, claims: claims.map(({ entailment, text }) => ({ text, entailment })) }
    }
  ]
}
