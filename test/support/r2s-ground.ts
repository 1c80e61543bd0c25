import { Effect, Layer } from "effect"
import type { Pair } from "../../models/capabilities/backend.ts"
import type { Chunk, Draft } from "../../pipelines/r2s/draft.ts"
import { groundDialogue } from "../../pipelines/r2s/grounding/ground-dialogue.ts"
import { normalise } from "../../stages/text/normalise.ts"
import { words } from "../../stages/text/words.ts"
import { decisionLab, embeddingLab, pairLab } from "./capability-lab.ts"
import { chatScript } from "./chat-script.ts"
import { lexicalHouse } from "./lexical-house.ts"
import { r2sConfig, WEIR } from "./r2s-chunk.ts"

/** Local models do it all: whoever asks the judge ends the test. */
const nobody = chatScript({}).layer

interface Setting {
  readonly chunk?: Chunk
  readonly crossLingual?: boolean
  readonly config?: Readonly<Record<string, unknown>>
}

/** Grounds a draft with the models that the house has when nothing is configured. */
export const grounded = (draft: Draft, { chunk = WEIR, config = {}, crossLingual = false }: Setting = {}) =>
  groundDialogue(draft, {
    chunk,
    config: r2sConfig({ mode: draft.mode, groundingBy: "local", ...config }),
    crossLingual
  }).pipe(Effect.provide(lexicalHouse), Effect.provide(nobody))

/** With models that a test decides for: entailment by claim, the answer to a question by its text; relevance is shared words. */
export const groundedBy = (
  draft: Draft,
  models: {
    readonly entailment?: (claim: string) => readonly [entailment: number, contradiction: number]
    readonly answerable?: (question: string) => number | null
  },
  { chunk = WEIR, config = {}, crossLingual = false }: Setting = {}
) => {
  const pairs = pairLab((pair, role) => {
    if (role === "relevance") return [{ label: "score", score: shared(pair) }]
    const [entailment, contradiction] = models.entailment?.(pair.second) ?? [1, 0]
    return [
      { label: "entailment", score: entailment },
      { label: "contradiction", score: contradiction },
      { label: "neutral", score: 1 - entailment - contradiction }
    ]
  })
  const decision = decisionLab(
    (_, state) => models.answerable?.((state as { readonly question: string }).question) ?? 1
  )
  const layer = Layer.mergeAll(pairs.layer, decision, embeddingLab(AXES), nobody)
  return Effect.map(
    groundDialogue(draft, {
      chunk,
      config: r2sConfig({ mode: draft.mode, groundingBy: "local", ...config }),
      crossLingual
    }).pipe(Effect.provide(layer)),
    (result) => ({ ...result, asked: pairs.asked })
  )
}

/** By a judge who plays a script: claims first, then questions. What it was asked is given back. */
export const groundedByJudge = (
  draft: Draft,
  judge: ReadonlyArray<string>,
  { chunk = WEIR, config = {}, crossLingual = false }: Setting = {}
) => {
  const script = chatScript({ judge })
  return groundDialogue(draft, {
    chunk,
    config: r2sConfig({ mode: draft.mode, ...config }),
    crossLingual
  }).pipe(
    Effect.result,
    Effect.map((result) => ({ result, requests: script.requests })),
    Effect.provide(script.layer),
    Effect.provide(lexicalHouse)
  )
}

const AXES = ["weir", "crest", "town", "salmon", "mill", "plaque", "otters", "sluice", "ice", "kettle"]

const shared = ({ first, second }: Pair): number => {
  const held = new Set(words(normalise(second)))
  return words(normalise(first)).filter((word) => held.has(word)).length
}
