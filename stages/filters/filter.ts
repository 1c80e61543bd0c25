import type { Effect } from "effect"
import type { DecisionModel, EmbeddingModel } from "effect/ai"
import type { z } from "zod"
import type { CapabilityError } from "../../models/capabilities/capability-error.ts"
import type { Classifier } from "../../models/capabilities/classifier.ts"
import type { ModelCards } from "../../models/capabilities/model-cards.ts"
import type { PairScorer } from "../../models/capabilities/pair-scorer.ts"
import type { SequenceScorer } from "../../models/capabilities/sequence-scorer.ts"
import type { SpanTagger } from "../../models/capabilities/span-tagger.ts"
import type { CallFailure, ChatModel } from "../../models/chat-model.ts"
import type { LocalRole } from "../../schemas/capability.ts"
import type { JsonObject } from "../../schemas/json.ts"
import type { Message } from "../../schemas/message.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import type { Tool } from "../../schemas/tool.ts"

/** What filters look at: a dialogue, and what it may be held against. All of it is data, never instructions. */
export interface FilterSubject {
  readonly id: string
  readonly messages: ReadonlyArray<Message>
  readonly tools?: ReadonlyArray<Tool>
  /** Texts that answers must be supported by, beside tool results and what was said: documents, chunks, records. */
  readonly sources?: ReadonlyArray<string>
  /** Instructions that the dialogue's writers were given, and that nobody in it may repeat. The dialogue's own system message is one too. */
  readonly instructions?: ReadonlyArray<string>
  /** Worked examples that stood in prompts, and that must not be copied. */
  readonly examples?: ReadonlyArray<string>
  /** BCP 47 primary language that the dialogue should be in: "en", "zh". */
  readonly language?: string
}

/** One thing that a filter found. */
export interface Finding {
  /** Machine-readable: "REPEATED_LINE". */
  readonly code: string
  /** One sentence for a person. */
  readonly reason: string
  /** Where and what: message index, span, found and expected values, scores. */
  readonly evidence: JsonObject
}

/**
 * What a filter says of a dialogue. `reject` has at least one finding; `unsure` is neither (a score between two thresholds, a
 * question that a model declined): a cascade asks the next filter, and whoever has none left decides by its own option.
 */
export interface Judged {
  readonly filter: string
  readonly verdict: "pass" | "reject" | "unsure"
  readonly findings: ReadonlyArray<Finding>
  /** What the verdict was cut from; null for rules. */
  readonly score: number | null
  /** Who gave the score; null for rules. */
  readonly model: ModelCard | null
}

/** All that filters may ask for. A filter names only what it uses. */
export type FilterServices =
  | Classifier
  | PairScorer
  | SpanTagger
  | SequenceScorer
  | EmbeddingModel.EmbeddingModel
  | DecisionModel.DecisionModel
  | ModelCards
  | ChatModel

export type FilterFailure = CapabilityError | CallFailure

export interface Filter<R = never> {
  readonly name: string
  /** CPU milliseconds a dialogue, in orders of magnitude: 0.01 rules, 1 micro-models, 10 encoders, 1,000 judges. Orders a cascade. */
  readonly cost: number
  readonly judge: (subject: FilterSubject) => Effect.Effect<Judged, FilterFailure, R>
}

/** A filter as users know it: named in configs, with every threshold an option. */
export interface FilterKind<S extends z.ZodObject = z.ZodObject, R extends FilterServices = FilterServices> {
  /** `kebab-case`. */
  readonly name: string
  /** Roles of local models, and of chat models, that it asks. None: a rule. */
  readonly asks: ReadonlyArray<LocalRole | "judge">
  readonly description: string
  /** Every code that it gives, with what it means. */
  readonly codes: Readonly<Record<string, string>>
  readonly options: S
  readonly make: (options: z.output<S>) => Filter<R>
}

export const filterKind = <S extends z.ZodObject, R extends FilterServices = never>(
  kind: FilterKind<S, R>
): FilterKind<S, R> => kind

/** The verdict of rules: rejected where there is a finding. */
export const judgedBy = (filter: string, findings: ReadonlyArray<Finding>): Judged => ({
  filter,
  verdict: findings.length > 0 ? "reject" : "pass",
  findings,
  score: null,
  model: null
})
