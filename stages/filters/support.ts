import { Effect } from "effect"
import type { EmbeddingModel } from "effect/ai"
import type { LabelScore } from "../../models/capabilities/backend.ts"
import { type CapabilityError, capabilityError } from "../../models/capabilities/capability-error.ts"
import type { ModelCards } from "../../models/capabilities/model-cards.ts"
import { PairScorer } from "../../models/capabilities/pair-scorer.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import { cosine, embed } from "./ask.ts"

/** A claim, and what it may rest on. */
export interface ClaimToSupport {
  readonly text: string
  /** Sentences of the sources, in their order. */
  readonly evidence: ReadonlyArray<string>
  /** Put into the premise whatever its similarity: the passage that a reply was written from. */
  readonly found?: string
}

export interface SupportOptions {
  /** Lowest probability of entailment that supports a claim: 0.70 in R2S, section 3.2. */
  readonly entail: number
  /** Lowest probability of contradiction that refutes it: 0.50 in R2S, section 3.2. */
  readonly contradict: number
  /** From here up to `entail` a claim is `unclear`; equal to `entail` where nothing is, as in R2S. */
  readonly unclear: number
  /** How many sentences make up a premise: 5 in R2S, section 3.2. */
  readonly premiseSentences: number
}

export interface ClaimSupport {
  readonly text: string
  readonly label: "supported" | "contradicted" | "unclear" | "unsupported"
  /** Probabilities, 0 to 1; both 0 for a claim that has no evidence at all. */
  readonly entailment: number
  readonly contradiction: number
  /** Numbers of the evidence's sentences in the premise, from 0, in order. */
  readonly premise: ReadonlyArray<number>
}

export interface Supported {
  /** Of the entailment model; null where there was nothing to ask. */
  readonly card: ModelCard | null
  /** In the order of the claims. */
  readonly claims: ReadonlyArray<ClaimSupport>
}

/**
 * Whether each claim follows from its evidence (R2S, section 3.2, step 4): premise = the sentences of the evidence most similar to the
 * claim, in their own order, and `found`; hypothesis = the claim. One call of embeddings and one of entailment for all claims.
 */
export const supportOf = Effect.fnUntraced(function* (
  claims: ReadonlyArray<ClaimToSupport>,
  options: SupportOptions
): Effect.fn.Return<Supported, CapabilityError, PairScorer | EmbeddingModel.EmbeddingModel | ModelCards> {
  const premises = yield* premisesOf(claims, options.premiseSentences)
  const asked = claims.flatMap((claim, index) => {
    const sentences = (premises[index] ?? []).map((number) => claim.evidence[number] as string)
    const premise = claim.found === undefined ? sentences : [...sentences, claim.found]
    return premise.length === 0 ? [] : [{ index, pair: { first: premise.join("\n"), second: claim.text } }]
  })
  if (asked.length === 0) {
    return { card: null, claims: claims.map((claim) => ({ ...UNSUPPORTED, text: claim.text })) }
  }
  const { card, probabilities } = yield* entailments(asked.map(({ pair }) => pair))
  const byClaim = new Map(asked.map(({ index }, position) => [index, probabilities[position] as Entailment]))
  return {
    card,
    claims: claims.map(({ text }, index) => {
      const scores = byClaim.get(index)
      if (scores === undefined) return { ...UNSUPPORTED, text }
      return { text, label: labelOf(scores, options), ...scores, premise: premises[index] ?? [] }
    })
  }
})

const UNSUPPORTED = { label: "unsupported", entailment: 0, contradiction: 0, premise: [] } as const

const labelOf = ({ contradiction, entailment }: Entailment, options: SupportOptions): ClaimSupport["label"] => {
  if (entailment >= options.entail) return "supported"
  if (contradiction >= options.contradict) return "contradicted"
  return entailment >= options.unclear ? "unclear" : "unsupported"
}

/** The `count` sentences nearest to each claim, in the evidence's order. Where all fit, nothing is embedded. */
const premisesOf = Effect.fnUntraced(function* (claims: ReadonlyArray<ClaimToSupport>, count: number) {
  const long = claims.filter(({ evidence }) => evidence.length > count)
  const texts = [...new Set(long.flatMap(({ evidence, text }) => [text, ...evidence]))]
  const vectors = new Map<string, ReadonlyArray<number>>()
  if (texts.length > 0) {
    const embedded = yield* embed(texts)
    for (const [index, text] of texts.entries()) vectors.set(text, embedded.vectors[index] as ReadonlyArray<number>)
  }
  return claims.map(({ evidence, text }): ReadonlyArray<number> => {
    const numbers = evidence.map((_, index) => index)
    if (evidence.length <= count) return numbers
    const claim = vectors.get(text) ?? []
    const similarity = evidence.map((sentence) => cosine(claim, vectors.get(sentence) ?? []))
    return numbers
      .toSorted((left, right) => (similarity[right] as number) - (similarity[left] as number) || left - right)
      .slice(0, count)
      .toSorted((left, right) => left - right)
  })
})

export interface Entailment {
  readonly entailment: number
  readonly contradiction: number
}

/** Probabilities for pairs of premise and hypothesis, in order. Labels without these two names fail as `mismatch`. */
export const entailments = Effect.fnUntraced(function* (
  pairs: ReadonlyArray<{ readonly first: string; readonly second: string }>
): Effect.fn.Return<
  { readonly card: ModelCard; readonly probabilities: ReadonlyArray<Entailment> },
  CapabilityError,
  PairScorer
> {
  const scorer = yield* PairScorer
  const { card, results } = yield* scorer.score("entailment", pairs)
  const probabilities: Array<Entailment> = []
  for (const index of pairs.keys()) {
    const labels = results[index] ?? []
    const entailment = scoreOf(labels, "entailment")
    const contradiction = scoreOf(labels, "contradiction")
    if (entailment === undefined || contradiction === undefined) {
      return yield* capabilityError(
        "mismatch",
        "pairs",
        card.id,
        `The entailment model ${card.id} gives the labels ${labels.map(({ label }) => label).join(", ") || "(none)"}, not entailment and contradiction; use a model for natural language inference.`
      )
    }
    probabilities.push({ entailment, contradiction })
  }
  return { card, probabilities }
})

const scoreOf = (labels: ReadonlyArray<LabelScore>, wanted: string): number | undefined =>
  labels.find(({ label }) => label === wanted)?.score
