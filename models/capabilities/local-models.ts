import { Context, Effect, Layer, type Scope } from "effect"
import { DecisionModel, EmbeddingModel } from "effect/ai"
import { LocalModelSpec, type LocalRole } from "../../schemas/capability.ts"
import { canonicalJson, type Json } from "../../schemas/json.ts"
import type { ApiKey } from "../openai/provider.ts"
import { toAiError } from "./ai-error.ts"
import { answerStore } from "./answer-store.ts"
import { type Asked, CLASSIFIER, DECISION, EMBEDDING, pairs, SEQUENCE, SPANS } from "./asked.ts"
import type { Backend, DecisionQuestion } from "./backend.ts"
import type { CapabilityError } from "./capability-error.ts"
import { Classifier, type ClassifierRole } from "./classifier.ts"
import { loadBackend } from "./load-backend.ts"
import { type LocalModel, localModel } from "./local-model.ts"
import { LocalModelProbes, type RoleProbe } from "./local-model-probes.ts"
import { ModelCards } from "./model-cards.ts"
import { onceIn } from "./once-in.ts"
import { type PairRole, PairScorer } from "./pair-scorer.ts"
import { SequenceScorer } from "./sequence-scorer.ts"
import { type SpanRole, SpanTagger } from "./span-tagger.ts"

export interface LocalModelsOptions {
  /** Roles that are not named get the lexical models, which need nothing installed. */
  readonly models: Readonly<Partial<Record<LocalRole, LocalModelSpec>>>
  /** The key of a model's server; undefined where it wants none. */
  readonly keys: (spec: LocalModelSpec) => ApiKey | undefined
  /** The file of kept answers, made when the first answer is kept; absent where none are. Lexical answers never are: they cost less than the disk. */
  readonly store?: string
}

export type LocalModels =
  | EmbeddingModel.EmbeddingModel
  | DecisionModel.DecisionModel
  | Classifier
  | PairScorer
  | SpanTagger
  | SequenceScorer
  | ModelCards
  | LocalModelProbes

/**
 * All services of local models. Nothing is loaded before it is asked; a model is loaded once, also where several roles name it, and
 * freed with the layer. A load that failed is the typed failure of everybody who asks that role: from then on, or, where it could be
 * tried again (a server that was not there for `patienceMillis`), of those who were waiting for it.
 */
export const localModelsLayer = (options: LocalModelsOptions): Layer.Layer<LocalModels> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const { byRole, classifiers, decision, embedding, pairScorers, sequence, spanTaggers } =
        yield* makeModels(options)
      return Context.make(EmbeddingModel.EmbeddingModel, yield* embeddingModel(embedding)).pipe(
        Context.add(DecisionModel.DecisionModel, yield* decisionModel(decision)),
        Context.add(Classifier, Classifier.of({ classify: (role, texts) => classifiers[role].ask(texts) })),
        Context.add(PairScorer, PairScorer.of({ score: (role, asked) => pairScorers[role].ask(asked) })),
        Context.add(SpanTagger, SpanTagger.of({ tag: (role, texts) => spanTaggers[role].ask(texts) })),
        Context.add(SequenceScorer, SequenceScorer.of({ score: sequence.ask })),
        Context.add(ModelCards, ModelCards.of({ of: (role) => byRole[role].card() })),
        Context.add(LocalModelProbes, LocalModelProbes.of({ probe: probing(options, byRole, "unbounded") }))
      )
    })
  )

/**
 * Loads the models of some roles, asks each one harmless question, one after the other, and frees them. Tries nothing again: this
 * is for people who wait. Never fails: what is wrong stands in the row.
 */
export const probeLocalModels = (
  options: Pick<LocalModelsOptions, "models" | "keys">,
  roles: ReadonlyArray<LocalRole>
): Effect.Effect<ReadonlyArray<RoleProbe>> => {
  const models = Object.fromEntries(
    Object.entries(options.models).map(([role, spec]) => [role, { ...spec, patienceMillis: 0 }])
  )
  const impatient = { models, keys: options.keys }
  return Effect.scoped(Effect.flatMap(makeModels(impatient), ({ byRole }) => probing(impatient, byRole, 1)(roles)))
}

const LEXICAL = LocalModelSpec.parse({ provider: "lexical", model: "lexical" })

const makeModels = Effect.fnUntraced(function* ({ keys, models, store }: LocalModelsOptions) {
  const scope = yield* Effect.scope
  const kept = store === undefined ? undefined : onceIn(scope, answerStore(store))

  /** A model for each role; roles whose answers are the same share one. */
  const modelsOf = Effect.fnUntraced(function* <Role extends LocalRole, Input, Output>(
    roles: ReadonlyArray<Role>,
    askedOf: (role: Role) => Asked<Input, Output>,
    load: (role: Role, spec: LocalModelSpec) => Effect.Effect<Backend<Input, Output>, CapabilityError, Scope.Scope>
  ) {
    const shared = new Map<string, LocalModel<Input, Output>>()
    const entries: Array<[Role, LocalModel<Input, Output>]> = []
    for (const role of roles) {
      const spec = models[role] ?? LEXICAL
      const asked = askedOf(role)
      // The lexical provider is another model in each role.
      const isLexical = spec.provider === "lexical"
      const key = canonicalJson([spec, asked.variant, isLexical ? role : null])
      const model =
        shared.get(key) ??
        (yield* localModel(asked, { spec, load: load(role, spec), store: isLexical ? undefined : kept }))
      shared.set(key, model)
      entries.push([role, model])
    }
    return Object.fromEntries(entries) as Readonly<Record<Role, LocalModel<Input, Output>>>
  })

  const embeddings = yield* modelsOf(
    ["embedding"],
    () => EMBEDDING,
    (role, spec) => loadBackend("embedding", role, spec, keys(spec))
  )
  const decisions = yield* modelsOf(
    ["decision"],
    () => DECISION,
    (role, spec) => loadBackend("decision", role, spec, keys(spec))
  )
  const classifiers = yield* modelsOf(
    ["toxicity", "safety", "language", "injection"] satisfies ReadonlyArray<ClassifierRole>,
    () => CLASSIFIER,
    (role, spec) => loadBackend("classifier", role, spec, keys(spec))
  )
  const pairScorers = yield* modelsOf(
    ["entailment", "relevance", "reward"] satisfies ReadonlyArray<PairRole>,
    pairs,
    (role, spec) => loadBackend("pairs", role, spec, keys(spec))
  )
  const spanTaggers = yield* modelsOf(
    ["personal-data"] satisfies ReadonlyArray<SpanRole>,
    () => SPANS,
    (role, spec) => loadBackend("spans", role, spec, keys(spec))
  )
  const sequences = yield* modelsOf(
    ["perplexity"],
    () => SEQUENCE,
    (role, spec) => loadBackend("sequence", role, spec, keys(spec))
  )
  return {
    embedding: embeddings.embedding,
    decision: decisions.decision,
    classifiers,
    pairScorers,
    spanTaggers,
    sequence: sequences.perplexity,
    byRole: { ...embeddings, ...decisions, ...classifiers, ...pairScorers, ...spanTaggers, ...sequences }
  }
})

type ByRole = Effect.Success<ReturnType<typeof makeModels>>["byRole"]

const probing =
  ({ models }: Pick<LocalModelsOptions, "models">, byRole: ByRole, concurrency: number | "unbounded") =>
  (roles: ReadonlyArray<LocalRole>): Effect.Effect<ReadonlyArray<RoleProbe>> =>
    Effect.forEach(
      roles,
      (role) => {
        const { model, provider } = models[role] ?? LEXICAL
        return Effect.match(byRole[role].probe, {
          onSuccess: (probed): RoleProbe => ({ role, provider, model, ...probed, problem: null }),
          onFailure: (problem): RoleProbe => ({
            role,
            provider,
            model,
            card: byRole[role].card() ?? null,
            loadMillis: null,
            answerMillis: null,
            problem
          })
        })
      },
      { concurrency }
    )

const embeddingModel = Effect.fnUntraced(function* ({ ask }: LocalModel<string, ReadonlyArray<number>>) {
  const model = yield* EmbeddingModel.make({
    embedMany: ({ inputs }) =>
      Effect.mapBoth(ask(inputs), {
        onSuccess: ({ results }) => ({
          results: results.map((vector) => [...vector]),
          usage: { inputTokens: undefined }
        }),
        onFailure: toAiError
      })
  })
  // effect/ai would gather single texts into one call, which then fails for all of them when one batch does.
  const embed = (input: string) =>
    Effect.map(model.embedMany([input]), ({ embeddings }) => embeddings[0] as EmbeddingModel.EmbedResponse)
  return EmbeddingModel.EmbeddingModel.of({ ...model, embed })
})

const decisionModel = ({ ask }: LocalModel<DecisionQuestion, DecisionModel.ProviderResponse>) =>
  DecisionModel.make({
    decide: ({ decisions, state }) =>
      Effect.mapBoth(ask([{ state: state as Json, decisions }]), {
        onSuccess: ({ results }) => results[0] as DecisionModel.ProviderResponse,
        onFailure: toAiError
      })
  })
