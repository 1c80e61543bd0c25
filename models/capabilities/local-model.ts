import { Duration, Effect, type Scope } from "effect"
import type { LocalModelSpec } from "../../schemas/capability.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import { type AnswerStore, type AnswerStoreError, answerKeys } from "./answer-store.ts"
import type { Answers } from "./answers.ts"
import type { Asked } from "./asked.ts"
import type { Backend } from "./backend.ts"
import { makeBatcher } from "./batcher.ts"
import { type CapabilityError, capabilityError } from "./capability-error.ts"
import { freedOnFailure, onceIn } from "./once-in.ts"
import { withPatience } from "./patience.ts"
import { estimatedTokens } from "./token-estimate.ts"

/** A model behind everything that callers need not know: loading, cutting, batching, retries and kept answers. */
export interface LocalModel<Input, Output> {
  readonly ask: (inputs: ReadonlyArray<Input>) => Effect.Effect<Answers<Output>, CapabilityError>
  /** Undefined until the model is loaded. */
  readonly card: () => ModelCard | undefined
  /** Loads the model and asks it one harmless question, whose answer is not kept. */
  readonly probe: Effect.Effect<Probed, CapabilityError>
}

export interface Probed {
  readonly card: ModelCard
  /** Next to nothing where the model was loaded before. */
  readonly loadMillis: number
  readonly answerMillis: number
}

export interface LocalModelOptions<Input, Output> {
  readonly spec: LocalModelSpec
  readonly load: Effect.Effect<Backend<Input, Output>, CapabilityError, Scope.Scope>
  /** Undefined where answers are not kept. */
  readonly store: Effect.Effect<AnswerStore, AnswerStoreError> | undefined
}

/** Inputs of one caller that are under way at once: batches fill up, and a large call keeps its answers as it goes. */
const MOST_AT_ONCE = 1_024

/**
 * Loads when it is first asked, once, in the scope; a load that failed in a way that may pass is tried again for who asks next. Kept answers are looked up first; the others are asked in batches, and each is
 * durable before it is handed out. Equal inputs of a call are asked once.
 */
export const localModel = Effect.fnUntraced(function* <Input, Output>(
  asked: Asked<Input, Output>,
  { load, spec, store }: LocalModelOptions<Input, Output>
): Effect.fn.Return<LocalModel<Input, Output>, never, Scope.Scope> {
  let card: ModelCard | undefined

  const start = Effect.gen(function* () {
    const backend = yield* withPatience(freedOnFailure(load), spec.patienceMillis)
    const { ask } = yield* makeBatcher(backend, {
      capability: asked.capability,
      patienceMillis: spec.patienceMillis,
      textOf: asked.textOf
    })
    const limit = Math.min(
      spec.maxTokens ?? Number.POSITIVE_INFINITY,
      backend.card.max_tokens ?? Number.POSITIVE_INFINITY
    )
    const maxTokens = Number.isFinite(limit) ? limit : null
    const keyOf = answerKeys({
      capability: asked.capability,
      variant: asked.variant,
      card: backend.card,
      maxTokens,
      pooling: spec.pooling ?? null,
      labels: spec.labels ?? null
    })
    card = backend.card
    return { ask, backend, keyOf, maxTokens }
  })
  const started = yield* Effect.map(Effect.scope, (scope) => onceIn(scope, start, ({ retryable }) => retryable))
  type Started = Effect.Success<typeof started>

  const orStoreFailure = <A>(effect: Effect.Effect<A, AnswerStoreError>) =>
    Effect.mapError(effect, (error) => capabilityError("store", asked.capability, spec.model, error.message, error))

  /** The model's answer to one input, cut where that is too long. */
  const answer = Effect.fnUntraced(function* ({ ask, backend, maxTokens }: Started, input: Input) {
    if (maxTokens === null) return (yield* ask([input]))[0] as Output
    const tokens = backend.batching.tokens ?? ((piece: Input) => estimatedTokens(asked.textOf(piece)))
    const cut = asked.cut(input, tokens, maxTokens)
    if (cut !== null) {
      const answers = yield* ask(cut.pieces)
      return answers.length === 1 ? (answers[0] as Output) : cut.join(answers)
    }
    const count = backend.batching.tokens?.(input)
    if (count === undefined || count <= maxTokens) return (yield* ask([input]))[0] as Output
    return yield* capabilityError(
      "bad_request",
      asked.capability,
      backend.card.id,
      `An input has ${count} tokens and ${backend.card.id} takes ${maxTokens}; what ${asked.variant || asked.capability} is asked cannot be cut. Use a model for longer texts.`
    )
  })

  const ask = Effect.fnUntraced(function* (inputs: ReadonlyArray<Input>) {
    const model = yield* started
    const { backend, keyOf } = model
    // Not before: a probe must not make the file, since the folder may not be there yet.
    const kept = store === undefined ? undefined : yield* orStoreFailure(store)
    const texts = inputs.map(asked.textOf)
    const missing = new Map(inputs.map((input, index) => [texts[index] as string, input]))
    const answers = new Map<string, Output>()
    for (const text of missing.keys()) {
      if (kept === undefined) break
      const stored = yield* orStoreFailure(kept.get(keyOf(text)))
      if (stored === undefined) continue
      answers.set(text, asked.unpack(stored))
      missing.delete(text)
    }
    yield* Effect.forEach(
      missing,
      Effect.fnUntraced(function* ([text, input]) {
        const output = yield* answer(model, input)
        if (kept === undefined) return void answers.set(text, output)
        const row = {
          key: keyOf(text),
          capability: asked.capability,
          model: backend.card.id,
          answer: asked.pack(output)
        }
        answers.set(text, asked.unpack(yield* orStoreFailure(kept.put(row))))
      }),
      { concurrency: MOST_AT_ONCE, discard: true }
    )
    return { card: backend.card, results: texts.map((text) => answers.get(text) as Output) }
  })

  const probe = Effect.gen(function* () {
    const [loading, { ask, backend }] = yield* Effect.timed(started)
    const [answering] = yield* Effect.timed(ask([asked.harmless]))
    return {
      card: backend.card,
      loadMillis: Math.round(Duration.toMillis(loading)),
      answerMillis: Math.round(Duration.toMillis(answering))
    }
  })

  return { ask, card: () => card, probe }
})
