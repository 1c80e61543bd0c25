import type { Capability } from "../../schemas/capability.ts"
import type { Json } from "../../schemas/json.ts"
import type {
  Backend,
  ClassifierBackend,
  DecisionBackend,
  DecisionQuestion,
  EmbeddingBackend,
  LabelScore,
  Pair,
  PairBackend,
  SequenceBackend,
  SpanBackend
} from "./backend.ts"
import { type Chunk, chunksOf, OVERLAP } from "./chunks.ts"
import { bestPiece, joinEmbeddings, joinLabels, joinSequences, joinSpans } from "./join-chunks.ts"
import type { PairRole } from "./pair-scorer.ts"

/** How an answer lies in the store: vectors as float32, all else as JSON text. */
export type StoredAnswer = string | Uint8Array

/** What is the same for all models of one capability. */
export interface Asked<Input, Output> {
  readonly capability: Capability
  /** What decides an answer beside the model and the input; "" where nothing does. */
  readonly variant: string
  /** Equal for equal inputs, and for these only. */
  readonly textOf: (input: Input) => string
  readonly pack: (output: Output) => StoredAnswer
  readonly unpack: (stored: StoredAnswer) => Output
  /** An input that is too long as shorter ones, and their answers as one; null where it cannot be cut. */
  readonly cut: (
    input: Input,
    tokens: (input: Input) => number,
    maxTokens: number
  ) => { readonly pieces: ReadonlyArray<Input>; readonly join: (outputs: ReadonlyArray<Output>) => Output } | null
  /** A question that any model of the capability can answer, to see whether it does. */
  readonly harmless: Input
}

type AskedOf<B> = B extends Backend<infer Input, infer Output> ? Asked<Input, Output> : never

const HARMLESS = "The sky is blue on a clear day."

const asJson = <Output>() => ({
  pack: (output: Output): StoredAnswer => JSON.stringify(output),
  unpack: (stored: StoredAnswer): Output => JSON.parse(stored as string) as Output
})

/** Texts are cut into overlapping pieces. */
const text = <Output>(
  overlap: number,
  join: (outputs: ReadonlyArray<Output>, chunks: ReadonlyArray<Chunk>) => Output
): Pick<Asked<string, Output>, "variant" | "textOf" | "cut" | "harmless"> => ({
  variant: "",
  textOf: (input) => input,
  cut: (input, tokens, maxTokens) => {
    const chunks = chunksOf(input, tokens, maxTokens, overlap)
    return {
      pieces: chunks.map(({ end, start }) => input.slice(start, end)),
      join: (outputs) => join(outputs, chunks)
    }
  },
  harmless: HARMLESS
})

export const EMBEDDING: AskedOf<EmbeddingBackend> = {
  capability: "embedding",
  ...text(OVERLAP, joinEmbeddings),
  pack: (vector) => new Uint8Array(Float32Array.from(vector).buffer),
  // A copy, since the bytes that SQLite hands out may begin anywhere.
  unpack: (stored) => Array.from(new Float32Array(Uint8Array.from(stored as Uint8Array).buffer))
}

export const CLASSIFIER: AskedOf<ClassifierBackend> = {
  capability: "classifier",
  ...text(OVERLAP, joinLabels),
  ...asJson<ReadonlyArray<LabelScore>>()
}

export const SPANS: AskedOf<SpanBackend> = { capability: "spans", ...text(OVERLAP, joinSpans), ...asJson() }

/** Pieces of a sequence do not overlap, so that no token counts twice. */
export const SEQUENCE: AskedOf<SequenceBackend> = { capability: "sequence", ...text(0, joinSequences), ...asJson() }

/** A side of a pair that is cut must leave this share of the model's tokens to it. */
const LEAST_ROOM = 1 / 4

const cutSide =
  (side: "first" | "second", label: string): AskedOf<PairBackend>["cut"] =>
  (pair, tokens, maxTokens) => {
    if (tokens({ ...pair, [side]: "" }) > maxTokens * (1 - LEAST_ROOM)) return null
    const whole = pair[side]
    const chunks = chunksOf(whole, (piece) => tokens({ ...pair, [side]: piece }), maxTokens, OVERLAP)
    return {
      pieces: chunks.map(({ end, start }) => ({ ...pair, [side]: whole.slice(start, end) })),
      join: (outputs) => bestPiece(outputs, label)
    }
  }

/**
 * A long premise entails what its most entailing piece does (as SummaC's zero-shot form, Laban et al. 2022, arXiv:2111.09525); a
 * document is as relevant as its most relevant piece (MaxP, Dai and Callan 2019, arXiv:1905.09217). A reward is for the whole, so its
 * pair cannot be cut.
 */
const PAIR_CUTS: Readonly<Record<PairRole, AskedOf<PairBackend>["cut"]>> = {
  entailment: cutSide("first", "entailment"),
  relevance: cutSide("second", "score"),
  reward: () => null
}

/** One model gives other labels in another of these roles: the role is part of what is asked. */
export const pairs = (role: PairRole): AskedOf<PairBackend> => ({
  capability: "pairs",
  variant: role,
  textOf: ({ first, second }) => JSON.stringify([first, second]),
  ...asJson<ReadonlyArray<LabelScore>>(),
  cut: PAIR_CUTS[role],
  harmless: { first: HARMLESS, second: "The sky is blue." } satisfies Pair
})

export const DECISION: AskedOf<DecisionBackend> = {
  capability: "decision",
  variant: "",
  // The order of labels may change a model's answer, so that questions in another order are other questions.
  textOf: ({ decisions, state }) => JSON.stringify([state, decisions]),
  ...asJson(),
  cut: () => null,
  harmless: {
    state: HARMLESS satisfies Json,
    decisions: { blue: { _tag: "Probability", instructions: "The text says that the sky is blue." } }
  } satisfies DecisionQuestion
}
