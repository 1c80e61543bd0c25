import { Effect } from "effect"
import type { EmbeddingModel } from "effect/ai"
import type { CapabilityError } from "../../../models/capabilities/capability-error.ts"
import type { ModelCards } from "../../../models/capabilities/model-cards.ts"
import { cosine, embed } from "../../../stages/filters/ask.ts"
import { sentences } from "../../../stages/text/sentences.ts"
import type { R2sConfig } from "../config.ts"

export interface Coverage {
  /** Share of the reference's characters in covered sentences, 0 to 1. */
  readonly coverage: number
  /** Reference sentences, and of them those that some answer sentence comes near to. */
  readonly sentences: number
  readonly covered: number
}

/**
 * How much of a reference its answers cover (section 5.2): a sentence is covered where its cosine with any answer sentence exceeds the
 * threshold; coverage is counted in characters. Costs one call of the role `embedding`. Nothing covers nothing: without an answer, or
 * without a reference, it is 0.
 */
export const coverageOf = Effect.fnUntraced(function* (
  reference: ReadonlyArray<string>,
  answers: ReadonlyArray<string>,
  threshold: number
): Effect.fn.Return<Coverage, CapabilityError, EmbeddingModel.EmbeddingModel | ModelCards> {
  const characters = reference.reduce((sum, sentence) => sum + sentence.length, 0)
  if (characters === 0 || answers.length === 0) return { coverage: 0, sentences: reference.length, covered: 0 }
  const { vectors } = yield* embed([...reference, ...answers])
  const answered = vectors.slice(reference.length)
  const covered = reference.filter((_, index) => {
    const own = vectors[index] ?? []
    return answered.some((vector) => cosine(own, vector) > threshold)
  })
  return {
    coverage: covered.reduce((sum, sentence) => sum + sentence.length, 0) / characters,
    sentences: reference.length,
    covered: covered.length
  }
})

/** The threshold of a language: that of English where it has none of its own. */
export const thresholdFor = ({ coverage }: Pick<R2sConfig, "coverage">, language: string): number =>
  language.toLowerCase().split("-")[0] === "zh" ? coverage.zh : coverage.en

/** How much of its passage a dialogue covers: B's sentences only, in every language, the last one too. */
export const coverageOfDialogue = (
  passage: string,
  rounds: ReadonlyArray<{ readonly b: string }>,
  threshold: number
): Effect.Effect<Coverage, CapabilityError, EmbeddingModel.EmbeddingModel | ModelCards> =>
  coverageOf(
    textsOf(passage),
    rounds.flatMap(({ b }) => textsOf(b)),
    threshold
  )

const textsOf = (text: string): ReadonlyArray<string> => sentences(text).map((sentence) => sentence.text)
