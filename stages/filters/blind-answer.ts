import { Effect } from "effect"
import type { DecisionModel } from "effect/ai"
import { type CapabilityError, capabilityError } from "../../models/capabilities/capability-error.ts"
import type { ModelCards } from "../../models/capabilities/model-cards.ts"
import { PairScorer } from "../../models/capabilities/pair-scorer.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import { normalise } from "../text/normalise.ts"
import { words } from "../text/words.ts"
import { decide } from "./ask.ts"

/** What a model that sees only a question and its evidence makes of it. */
export interface BlindAnswer {
  /** The sentences that most likely hold the answer, the likeliest first; empty where there is no evidence. */
  readonly spans: ReadonlyArray<string>
  /** Probability that they answer the question, 0 to 1; null where the model declined. */
  readonly answerable: number | null
  /** Who gave the probability; null where nobody was asked. */
  readonly card: ModelCard | null
}

/**
 * The blind check of R2S, section 3.2: of the evidence the `count` sentences most relevant to the question (role `relevance`), and how
 * probably they answer it (role `decision`). One call each. No evidence, no call: then nothing answers.
 */
export const blindAnswer = Effect.fnUntraced(function* (
  question: string,
  evidence: ReadonlyArray<string>,
  count: number
): Effect.fn.Return<BlindAnswer, CapabilityError, PairScorer | DecisionModel.DecisionModel | ModelCards> {
  if (evidence.length === 0) return { spans: [], answerable: 0, card: null }
  const scorer = yield* PairScorer
  const { card, results } = yield* scorer.score(
    "relevance",
    evidence.map((second) => ({ first: question, second }))
  )
  const ranked: Array<{ readonly index: number; readonly score: number }> = []
  for (const index of evidence.keys()) {
    const score = results[index]?.find(({ label }) => label === "score")?.score
    if (score === undefined) {
      return yield* capabilityError(
        "bad_output",
        "pairs",
        card.id,
        `The relevance model ${card.id} gave no label "score".`
      )
    }
    ranked.push({ index, score })
  }
  const best = ranked.toSorted((left, right) => right.score - left.score || left.index - right.index).slice(0, count)
  const passage = best.toSorted((left, right) => left.index - right.index).map(({ index }) => evidence[index] as string)
  const decided = yield* decide(
    { question, passage: passage.join("\n") },
    { answered: "Does the passage state the answer to the question?" }
  )
  return {
    spans: best.map(({ index }) => evidence[index] as string),
    answerable: decided.yes.get("answered") ?? null,
    card: decided.card
  }
})

/**
 * Harmonic mean of precision and recall of shared tokens, 0 to 1, each token as often as both have it (SQuAD, Rajpurkar et al. 2016,
 * arXiv:1606.05250); case, width and punctuation aside, characters in scripts without spaces.
 */
export const tokenF1 = (left: string, right: string): number => {
  const [ours, theirs] = [words(normalise(left)), words(normalise(right))]
  const remaining = new Map<string, number>()
  for (const token of theirs) remaining.set(token, (remaining.get(token) ?? 0) + 1)
  let shared = 0
  for (const token of ours) {
    const count = remaining.get(token) ?? 0
    if (count === 0) continue
    shared++
    remaining.set(token, count - 1)
  }
  return shared === 0 ? 0 : (2 * shared) / (ours.length + theirs.length)
}

/** The best token F1 of a passage with any of the blind spans: 0.3 or more is agreement in R2S, section 3.2. */
export const overlapWith = (spans: ReadonlyArray<string>, passage: string): number =>
  Math.max(0, ...spans.map((span) => tokenF1(span, passage)))
