import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema } from "effect"
import { Decision, DecisionModel, EmbeddingModel } from "effect/ai"
import { fromAiError } from "../../../models/capabilities/ai-error.ts"
import { Classifier } from "../../../models/capabilities/classifier.ts"
import { LocalModelProbes } from "../../../models/capabilities/local-model-probes.ts"
import { localModelsLayer, probeLocalModels } from "../../../models/capabilities/local-models.ts"
import { ModelCards } from "../../../models/capabilities/model-cards.ts"
import { PairScorer } from "../../../models/capabilities/pair-scorer.ts"
import { SequenceScorer } from "../../../models/capabilities/sequence-scorer.ts"
import { SpanTagger } from "../../../models/capabilities/span-tagger.ts"
import { LEXICAL_CARD } from "../../../models/lexical/lexical-card.ts"
import { LocalModelSpec, LocalRole } from "../../../schemas/capability.ts"
import { teiServer } from "../../server/capabilities/tei.ts"

const root = mkdtempSync(join(tmpdir(), "dialoom-local-models-"))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let files = 0
const file = () => join(root, `${files++}.sqlite`)

const keys = () => undefined
const MODEL = "org/classifier"
const spec = (options: Partial<Record<keyof LocalModelSpec, unknown>>) =>
  LocalModelSpec.parse({ model: MODEL, patienceMillis: 0, ...options })
const tei = (baseUrl: string, options: Partial<Record<keyof LocalModelSpec, unknown>> = {}) =>
  spec({ provider: "tei", baseUrl, ...options })

const classify = (role: "toxicity" | "safety", texts: ReadonlyArray<string>) =>
  Classifier.use((classifier) => classifier.classify(role, texts))

describe("roles without a model of their own", () => {
  const lexical = localModelsLayer({ models: {}, keys })

  it.effect("get the lexical ones, and say so", () =>
    Effect.gen(function* () {
      const cards = yield* ModelCards
      assert.isUndefined(cards.of("toxicity"))
      const toxic = yield* classify("toxicity", ["You idiot, shut up!", "好的，谢谢"])
      assert.deepStrictEqual(
        toxic.results.map(([first]) => first?.label),
        ["toxic", "neutral"]
      )
      assert.deepStrictEqual(
        [toxic.card, cards.of("toxicity"), cards.of("safety")],
        [LEXICAL_CARD, LEXICAL_CARD, undefined]
      )

      const language = yield* Classifier.use((classifier) => classifier.classify("language", ["我想退货，谢谢。"]))
      assert.strictEqual(language.results[0]?.[0]?.label, "zh")
      const pair = { first: "Refunds take five days.", second: "Refunds take ten days." }
      const entailed = yield* PairScorer.use((scorer) => scorer.score("entailment", [pair]))
      assert.strictEqual(entailed.results[0]?.[0]?.label, "contradiction")
      const spans = yield* SpanTagger.use((tagger) => tagger.tag("personal-data", ["I am a@b.com"]))
      assert.deepStrictEqual(spans.results[0]?.[0], { start: 5, end: 12, label: "email", score: 0.99 })
      const scored = yield* SequenceScorer.use((scorer) => scorer.score(["thank you"]))
      assert.strictEqual(scored.results[0]?.tokens, 8)
      const embedded = yield* EmbeddingModel.EmbeddingModel.use((model) => model.embed("thank you"))
      assert.strictEqual(embedded.vector.length, 512)
      const decided = yield* DecisionModel.decide(
        Decision.make({
          input: Schema.String,
          decisions: { late: Decision.probability({ instructions: "the parcel is late" }) }
        }),
        { input: "My parcel is two days late." }
      )
      assert.isAbove(decided.answers.late.probability, 0.5)
      assert.isBelow(decided.answers.late.probability, 0.7)
    }).pipe(Effect.provide(lexical))
  )

  it.effect("have no reward model, and hear which to configure", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        PairScorer.use((scorer) => scorer.score("reward", [{ first: "Hello", second: "Hi" }]))
      )
      assert.deepInclude(error, { kind: "missing", retryable: false, capability: "pairs" })
      assert.include(error.message, "--local reward=")
    }).pipe(Effect.provide(lexical))
  )

  it.effect("make no file of answers", () =>
    Effect.gen(function* () {
      const store = file()
      yield* classify("toxicity", ["hello"]).pipe(Effect.provide(localModelsLayer({ models: {}, keys, store })))
      assert.isFalse(existsSync(store))
    })
  )
})

describe("a role with a model", () => {
  it.effect("asks that model, with its key, and the next run asks nothing twice", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "classifier", sha: "abc", key: "secret" })
      const store = file()
      const layer = localModelsLayer({
        models: { toxicity: tei(server.url, { revision: "abc" }) },
        keys: () => Redacted.make("secret"),
        store
      })
      const first = yield* classify("toxicity", ["you idiot", "fine", "you idiot"]).pipe(Effect.provide(layer))
      assert.deepStrictEqual(
        first.results.map(([label]) => label),
        [
          { label: "toxic", score: 0.875 },
          { label: "neutral", score: 0.75 },
          { label: "toxic", score: 0.875 }
        ]
      )
      assert.deepInclude(first.card, { id: MODEL, revision: "abc", backend: "tei" })
      assert.strictEqual(server.work().length, 1)
      const again = yield* classify("toxicity", ["fine", "you idiot"]).pipe(Effect.provide(Layer.fresh(layer)))
      assert.deepStrictEqual(again.results, first.results.slice(0, 2).toReversed())
      assert.strictEqual(server.work().length, 1)
    })
  )

  it.effect("shares it with another role of the same settings, and their answers", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "classifier" })
      yield* Effect.gen(function* () {
        const answers = yield* Effect.all([classify("toxicity", ["same"]), classify("safety", ["same"])], {
          concurrency: "unbounded"
        })
        assert.deepStrictEqual(answers[0], answers[1])
      }).pipe(
        Effect.provide(localModelsLayer({ models: { toxicity: tei(server.url), safety: tei(server.url) }, keys }))
      )
      assert.deepStrictEqual(
        server.log.map(({ path }) => path),
        ["/info", "/predict"]
      )
    })
  )

  it.effect("is not asked where it is of another revision than the run insists on", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "classifier", sha: "new" })
      const models = { toxicity: tei(server.url, { revision: "old" }) }
      const error = yield* Effect.flip(classify("toxicity", ["a"])).pipe(
        Effect.provide(localModelsLayer({ models, keys }))
      )
      assert.deepInclude(error, { kind: "mismatch", retryable: false })
      assert.deepStrictEqual(server.work(), [])
    })
  )

  it.effect("is held to its revision by the house, whatever the provider checks", () =>
    Effect.gen(function* () {
      const models = { toxicity: spec({ provider: "lexical", model: "lexical", revision: "0" }) }
      const error = yield* Effect.flip(classify("toxicity", ["a"])).pipe(
        Effect.provide(localModelsLayer({ models, keys }))
      )
      assert.strictEqual(error.kind, "mismatch")
      assert.include(error.message, `insists on revision 0, but lexical (lexical) is ${LEXICAL_CARD.revision}`)
    })
  )

  it.effect("fails in its own role alone, and answers once its server is there", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "classifier" })
      yield* Effect.promise(server.goAway)
      yield* Effect.gen(function* () {
        const error = yield* Effect.flip(classify("toxicity", ["a"]))
        assert.deepInclude(error, { kind: "unreachable", retryable: true, capability: "classifier", model: MODEL })
        assert.strictEqual((yield* classify("safety", ["a"])).card, LEXICAL_CARD)
        yield* Effect.promise(server.comeBack)
        assert.strictEqual((yield* classify("toxicity", ["a"])).card.id, MODEL)
      }).pipe(Effect.provide(localModelsLayer({ models: { toxicity: tei(server.url) }, keys })))
    })
  )

  it.effect("fails through effect/ai with an error that is ours again", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(EmbeddingModel.EmbeddingModel.use((model) => model.embedMany(["a"])))
      const error = fromAiError(failure, "embedding", MODEL)
      assert.deepInclude(error, { _tag: "CapabilityError", kind: "missing", capability: "embedding" })
      assert.include(error.message, "no-such-folder")
    }).pipe(
      Effect.provide(
        localModelsLayer({
          models: { embedding: spec({ provider: "onnx", model: join(root, "no-such-folder") }) },
          keys
        })
      )
    )
  )

  it.effect("says that the file of answers is damaged, and what to do", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "classifier" })
      const store = file()
      writeFileSync(store, "this is no database ".repeat(1_000))
      const error = yield* Effect.flip(classify("toxicity", ["a"])).pipe(
        Effect.provide(localModelsLayer({ models: { toxicity: tei(server.url) }, keys, store }))
      )
      assert.deepInclude(error, { kind: "store", retryable: false })
      assert.include(error.message, "Stop all runs on it and delete it")
      assert.deepStrictEqual(server.work(), [])
    })
  )
})

describe("probing", () => {
  it.effect("tells of every role whether it answers, by whom, and what is wrong", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "classifier", sha: "abc" })
      const rows = yield* probeLocalModels(
        { models: { toxicity: tei(server.url), safety: tei("http://127.0.0.1:9", { patienceMillis: 600_000 }) }, keys },
        LocalRole.options
      )
      assert.deepStrictEqual(
        rows.map(({ card, problem, role }) => [role, card?.backend ?? null, problem?.kind ?? null]),
        [
          ["embedding", "lexical", null],
          ["decision", "lexical", null],
          ["toxicity", "tei", null],
          ["safety", null, "unreachable"],
          ["language", "lexical", null],
          ["injection", "lexical", null],
          ["entailment", "lexical", null],
          ["relevance", "lexical", null],
          ["reward", null, "missing"],
          ["personal-data", "lexical", null],
          ["perplexity", "lexical", null]
        ]
      )
      const toxicity = rows.find(({ role }) => role === "toxicity")
      assert.deepInclude(toxicity, { provider: "tei", model: MODEL })
      assert.deepInclude(toxicity?.card, { id: MODEL, revision: "abc" })
      assert.isNumber(toxicity?.loadMillis)
      assert.isNumber(toxicity?.answerMillis)
    })
  )

  it.effect("of a run's own models leaves them loaded", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "classifier" })
      yield* Effect.gen(function* () {
        const [row] = yield* LocalModelProbes.use(({ probe }) => probe(["toxicity"]))
        assert.isNull(row?.problem)
        yield* classify("toxicity", ["a"])
      }).pipe(Effect.provide(localModelsLayer({ models: { toxicity: tei(server.url) }, keys })))
      assert.deepStrictEqual(
        server.log.map(({ path }) => path),
        ["/info", "/predict", "/predict"]
      )
    })
  )
})
