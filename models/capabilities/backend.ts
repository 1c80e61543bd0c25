import type { Effect } from "effect"
import type { Decision, DecisionModel } from "effect/ai"
import type { Json } from "../../schemas/json.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import type { CapabilityError } from "./capability-error.ts"

/**
 * One loaded model, or one model at its server, behind one capability. `run` is one batch: as many answers as inputs, in
 * their order, all numbers finite, or an error; it never answers some. Batching, keeping answers and retries are the
 * caller's (`local-model.ts`).
 */
export interface Backend<Input, Output> {
  readonly card: ModelCard
  readonly run: (inputs: ReadonlyArray<Input>) => Effect.Effect<ReadonlyArray<Output>, CapabilityError>
  readonly batching: Batching<Input>
}

/** How much is given to one `run`. */
export interface Batching<Input> {
  /** Inputs of a batch at most. */
  readonly inputs: number
  /** Inputs of a batch times the longest of them, in tokens; absent where the server batches by itself. */
  readonly paddedTokens?: number
  /** Tokens of an input, as its model counts them. */
  readonly tokens?: (input: Input) => number
  /** Batches at a time. */
  readonly concurrency: number
}

/** A probability, or a score as the model gives it, from 0 to 1 where it is a probability. */
export interface LabelScore {
  readonly label: string
  readonly score: number
}

/** Two texts that are judged together. */
export interface Pair {
  /** The premise, the query, or the prompt. */
  readonly first: string
  /** The hypothesis, the document, or the reply. */
  readonly second: string
}

/** A stretch of a text, in UTF-16 code units: `text.slice(start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly label: string
  readonly score: number
}

/** How probable a text is to a language model. */
export interface SequenceScore {
  /** Tokens that were scored: all but the first. */
  readonly tokens: number
  /** Sum of their natural logarithms of probability; at most 0. Perplexity is exp(-logProbability / tokens). */
  readonly logProbability: number
}

export interface DecisionQuestion {
  readonly state: Json
  readonly decisions: Readonly<Record<string, Exclude<Decision.Any, Decision.Locate>>>
}

export type EmbeddingBackend = Backend<string, ReadonlyArray<number>>
/** All labels of the model, the most probable first. */
export type ClassifierBackend = Backend<string, ReadonlyArray<LabelScore>>
/**
 * For `entailment` the labels `entailment`, `neutral`, `contradiction` with probabilities; for `relevance` and `reward` one
 * label, `score`.
 */
export type PairBackend = Backend<Pair, ReadonlyArray<LabelScore>>
export type SpanBackend = Backend<string, ReadonlyArray<Span>>
export type SequenceBackend = Backend<string, SequenceScore>
export type DecisionBackend = Backend<DecisionQuestion, DecisionModel.ProviderResponse>

/** By capability. */
export interface Backends {
  readonly embedding: EmbeddingBackend
  readonly decision: DecisionBackend
  readonly classifier: ClassifierBackend
  readonly pairs: PairBackend
  readonly spans: SpanBackend
  readonly sequence: SequenceBackend
}
