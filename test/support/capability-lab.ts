import { Effect, Layer } from "effect"
import { AiError, DecisionModel, EmbeddingModel } from "effect/ai"
import type { LabelScore, Pair, SequenceScore, Span } from "../../models/capabilities/backend.ts"
import { type CapabilityErrorKind, capabilityError } from "../../models/capabilities/capability-error.ts"
import { Classifier, type ClassifierRole } from "../../models/capabilities/classifier.ts"
import { ModelCards } from "../../models/capabilities/model-cards.ts"
import { type PairRole, PairScorer } from "../../models/capabilities/pair-scorer.ts"
import { SequenceScorer } from "../../models/capabilities/sequence-scorer.ts"
import { SpanTagger } from "../../models/capabilities/span-tagger.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import { normalise } from "../../stages/text/normalise.ts"
import { words } from "../../stages/text/words.ts"

export const labCard: ModelCard = { id: "lab", revision: "1", backend: "lab", dtype: null, max_tokens: null }

/** Small real services: functions of their input, and what they were asked. */
export const classifierLab = (classify: (text: string, role: ClassifierRole) => ReadonlyArray<LabelScore>) => {
  const asked: Array<string> = []
  const layer = Layer.succeed(
    Classifier,
    Classifier.of({
      classify: (role, texts) =>
        Effect.sync(() => {
          asked.push(...texts)
          return { card: labCard, results: texts.map((text) => classify(text, role)) }
        })
    })
  )
  return { layer, asked }
}

export const pairLab = (score: (pair: Pair, role: PairRole) => ReadonlyArray<LabelScore>) => {
  const asked: Array<Pair> = []
  const layer = Layer.succeed(
    PairScorer,
    PairScorer.of({
      score: (role, pairs) =>
        Effect.sync(() => {
          asked.push(...pairs)
          return { card: labCard, results: pairs.map((pair) => score(pair, role)) }
        })
    })
  )
  return { layer, asked }
}

export const spanLab = (tag: (text: string) => ReadonlyArray<Span>) =>
  Layer.succeed(
    SpanTagger,
    SpanTagger.of({ tag: (_role, texts) => Effect.sync(() => ({ card: labCard, results: texts.map(tag) })) })
  )

export const sequenceLab = (score: (text: string) => SequenceScore) =>
  Layer.succeed(
    SequenceScorer,
    SequenceScorer.of({ score: (texts) => Effect.sync(() => ({ card: labCard, results: texts.map(score) })) })
  )

const cards = Layer.succeed(ModelCards, ModelCards.of({ of: () => labCard }))

/** A text is the number of times it has each of these words; words that are not among them do not count. */
export const embeddingLab = (axes: ReadonlyArray<string>) =>
  Layer.merge(
    cards,
    Layer.effect(
      EmbeddingModel.EmbeddingModel,
      EmbeddingModel.make({
        embedMany: ({ inputs }) =>
          Effect.succeed({
            results: inputs.map((text) => {
              const found = words(normalise(text))
              return axes.map((axis) => found.filter((word) => word === axis).length)
            }),
            usage: { inputTokens: undefined }
          })
      })
    )
  )

/** Answers by the text of the question; null declines. The state is what the filter sends. */
export const decisionLab = (answer: (question: string, state: unknown) => number | null) =>
  Layer.merge(
    cards,
    Layer.effect(
      DecisionModel.DecisionModel,
      DecisionModel.make({
        decide: ({ decisions, state }) =>
          Effect.sync(() => ({
            answers: Object.fromEntries(
              Object.entries(decisions).map(([name, { instructions }]) => {
                const probability = answer(String(instructions), state)
                return [name, probability === null ? { _tag: "Refusal" } : { _tag: "Probability", probability }]
              })
            ),
            usage: { inputTokens: undefined, outputTokens: undefined }
          }))
      })
    )
  )

/** Every local model fails in this way. */
export const failingLab = (kind: CapabilityErrorKind) => {
  const fail = Effect.fail(capabilityError(kind, "classifier", "lab", "the lab's model is gone"))
  const gone = AiError.make({
    module: "lab",
    method: "lab",
    reason:
      kind === "bad_output"
        ? new AiError.InvalidOutputError({ description: "the lab's model is gone" })
        : new AiError.InternalProviderError({ description: "the lab's model is gone" })
  })
  return Layer.mergeAll(
    cards,
    Layer.succeed(Classifier, Classifier.of({ classify: () => fail })),
    Layer.succeed(PairScorer, PairScorer.of({ score: () => fail })),
    Layer.succeed(SpanTagger, SpanTagger.of({ tag: () => fail })),
    Layer.succeed(SequenceScorer, SequenceScorer.of({ score: () => fail })),
    Layer.effect(EmbeddingModel.EmbeddingModel, EmbeddingModel.make({ embedMany: () => Effect.fail(gone) })),
    Layer.effect(DecisionModel.DecisionModel, DecisionModel.make({ decide: () => Effect.fail(gone) }))
  )
}
