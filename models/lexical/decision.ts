import type { Decision, DecisionModel } from "effect/ai"
import type { DecisionQuestion } from "../capabilities/backend.ts"
import { terms } from "./words.ts"

/** No answer is surer of itself than this: it is made of shared words. */
const MOST_CONFIDENCE = 0.2
/** How far an answer is moved by all words of a criterion being there, in natural logarithms. */
const PULL = 1
/** Probabilities of a statement without criteria stay within this of a half. */
const LEAN = 0.15

type Asked = DecisionQuestion["decisions"][string]

/**
 * Answers by which criterion shares the most words with the state, and hardly more sure than a coin: probabilities of two criteria
 * stay between 0.27 and 0.73, of a statement without criteria between 0.35 and 0.65, and `confidence` is at most 0.2.
 *
 * It does not understand the question ("rude?" and "polite?" get the same answer) and is no judge: it is here so that pipelines run
 * with nothing installed. Thresholds that are worth anything leave all of its answers unsure.
 */
export const decide = ({ decisions, state }: DecisionQuestion): DecisionModel.ProviderResponse => {
  const held = new Set(terms(textOf(state)))
  return {
    answers: Object.fromEntries(Object.entries(decisions).map(([name, decision]) => [name, answer(decision, held)])),
    usage: { inputTokens: undefined, outputTokens: undefined }
  }
}

const answer = (decision: Asked, held: ReadonlySet<string>): DecisionModel.ProviderAnswer => {
  switch (decision._tag) {
    case "Classify": {
      const labels = Object.keys(decision.criteria)
      const shares = softmax(labels.map((label) => coverage([label, decision.criteria[label] ?? ""], held)))
      const best = shares.indexOf(Math.max(...shares))
      return {
        _tag: "Classify",
        label: labels[best] as string,
        probabilities: Object.fromEntries(labels.map((label, index) => [label, shares[index] as number])),
        confidence: confidence(shares)
      }
    }
    case "Rate": {
      const shares = softmax(decision.criteria.map(({ description, label }) => coverage([label, description], held)))
      return {
        _tag: "Rate",
        rating: Math.min(
          shares.length - 1,
          shares.reduce((sum, share, level) => sum + share * level, 0)
        ),
        probabilities: Object.fromEntries(
          decision.criteria.map(({ label }, index) => [label, shares[index] as number])
        ),
        confidence: confidence(shares)
      }
    }
    case "Probability": {
      const { criteria, instructions } = decision
      const probability =
        criteria === undefined
          ? 0.5 + LEAN * (2 * coverage([instructions], held) - 1)
          : (softmax([coverage([criteria.false], held), coverage([criteria.true], held)])[1] as number)
      return { _tag: "Probability", probability }
    }
  }
}

/** The share of the criterion's different terms that the state has, 0 to 1. */
const coverage = (criterion: ReadonlyArray<Decision.Description>, held: ReadonlySet<string>): number => {
  const wanted = new Set(terms(textOf(criterion)))
  return wanted.size === 0 ? 0 : [...wanted].filter((term) => held.has(term)).length / wanted.size
}

const softmax = (coverages: ReadonlyArray<number>): ReadonlyArray<number> => {
  const weights = coverages.map((share) => Math.exp(PULL * share))
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / whole)
}

/** The lead of the first over the second. */
const confidence = (shares: ReadonlyArray<number>): number => {
  const [first = 0, second = 0] = [...shares].sort((left, right) => right - left)
  return Math.min(MOST_CONFIDENCE, first - second)
}

/** All words of a JSON value, names of fields left out. */
const textOf = (value: unknown): string => {
  if (typeof value === "string") return value
  if (Array.isArray(value)) return value.map(textOf).join("\n")
  if (typeof value === "object" && value !== null) return Object.values(value).map(textOf).join("\n")
  return value === null || value === undefined ? "" : String(value)
}
