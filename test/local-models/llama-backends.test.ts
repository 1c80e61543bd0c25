import { copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it, layer } from "@effect/vitest"
import { Context, Effect, FileSystem, Layer } from "effect"
import { Decision } from "effect/ai"
import type { DecisionQuestion, SequenceBackend } from "../../models/capabilities/backend.ts"
import { perplexity } from "../../models/capabilities/sequence-scorer.ts"
import { llamaBackend } from "../../models/llama/backends.ts"
import type { NextToken } from "../../models/llama/library.ts"
import { loadModel, openContext } from "../../models/llama/load-model.ts"
import { sha256 } from "../../schemas/json.ts"
import { GEMMA, localSpec } from "./gemma.ts"

const SENTENCES: ReadonlyArray<string> = [
  "She opened the window because the room was too warm.",
  "The train to London leaves from platform four at half past nine.",
  "If you mix blue and yellow paint, you usually get green.",
  "他昨天晚上因为下雨没有去图书馆。",
  "如果你想学好中文，就应该每天练习说话。",
  "这家餐厅的菜很好吃，而且价格也不贵。"
]

/** Every third word or character, then the next: another order of the same, and no chance in it. */
const shuffled = (sentence: string): string => {
  const glue = sentence.includes(" ") ? " " : ""
  const parts = sentence.split(glue)
  return [0, 1, 2].flatMap((offset) => parts.filter((_, index) => index % 3 === offset)).join(glue)
}

/** Loaded once for the tests that ask the same of it. */
class Scorer extends Context.Service<Scorer, SequenceBackend>()("test/Scorer") {}
const scorer = Layer.effect(Scorer, llamaBackend("sequence", "perplexity", localSpec({ maxTokens: 512 })))

layer(scorer, { timeout: 120_000 })("probabilities of texts", (it) => {
  it.effect("put a fluent sentence before its shuffled words, in English and in Chinese", () =>
    Effect.gen(function* () {
      const backend = yield* Scorer
      const fluent = yield* backend.run(SENTENCES)
      const mixed = yield* backend.run(SENTENCES.map(shuffled))
      SENTENCES.forEach((sentence, index) => {
        const [right, wrong] = [fluent[index], mixed[index]]
        assert.isDefined(right)
        assert.isDefined(wrong)
        assert.isBelow(perplexity(right) * 2, perplexity(wrong), sentence)
      })
    })
  )

  /** Sum over the tokens of a text behind its first, by what the library says of each next token. */
  const reference = (text: string, generateNext: (next: number) => object, of: (next: Next, token: number) => number) =>
    Effect.gen(function* () {
      const loaded = yield* loadModel("sequence", { model: GEMMA, device: "cpu" })
      const context = yield* openContext("sequence", loaded, () =>
        loaded.model.createContext({ sequences: 1, contextSize: 512, batchSize: 128 })
      )
      const tokens = [loaded.model.tokens.bos as number, ...loaded.model.tokenize(text)]
      const input = tokens.map((token, index) => {
        const next = tokens[index + 1]
        return next === undefined ? token : ([token, { generateNext: generateNext(next) }] as never)
      })
      const results = yield* Effect.promise(() => context.getSequence().controlledEvaluate(input))
      let logProbability = 0
      for (let index = 1; index < tokens.length; index++) {
        logProbability += of(results[index - 1]?.next as Next, tokens[index] as number)
      }
      return { tokens: tokens.length - 1, logProbability }
    })
  type Next = Required<NextToken["next"]>

  it.effect("agree with the softmax over the whole vocabulary", () =>
    Effect.gen(function* () {
      const [text] = SENTENCES as [string]
      const backend = yield* Scorer
      const [scored] = yield* backend.run([text])
      const exact = yield* reference(
        text,
        () => ({ logits: true }),
        ({ logits }, token) => {
          assert.strictEqual(logits.size, 262_144)
          let total = 0
          for (const logit of logits.values()) total += Math.exp(logit)
          return (logits.get(token) as number) - Math.log(total)
        }
      )
      assert.strictEqual(scored?.tokens, exact.tokens)
      assert.closeTo(scored?.logProbability ?? 0, exact.logProbability, 0.0005 * exact.tokens)
    })
  )

  it.effect("look at the right place behind the first batch too", () =>
    Effect.gen(function* () {
      const text = Array.from({ length: 2 }, () => SENTENCES.join(" ")).join(" ")
      const backend = yield* Scorer
      const [scored] = yield* backend.run([text])
      const sorted = yield* reference(
        text,
        (next) => ({ logits: { filter: { tokens: [next], includeTop: 1 } }, totalLogitWeight: true }),
        ({ logits, totalLogitWeight }, token) =>
          (logits.get(token) as number) - Math.max(...logits.values()) - Math.log(totalLogitWeight)
      )
      assert.isAbove(sorted.tokens, 140)
      assert.strictEqual(scored?.tokens, sorted.tokens)
      assert.closeTo(scored?.logProbability ?? 0, sorted.logProbability, 0.0005 * sorted.tokens)
    })
  )

  it.effect("say who computed them, and are none for no text", () =>
    Effect.gen(function* () {
      const { card, run } = yield* Scorer
      assert.deepStrictEqual(card, {
        id: "gemma-3-270m-q4_k_m.gguf",
        revision: sha256(readFileSync(GEMMA)).slice(0, 16),
        backend: "llama:cpu",
        dtype: "Q4_K_M",
        max_tokens: 509
      })
      assert.deepStrictEqual(yield* run([""]), [{ tokens: 0, logProbability: 0 }])
    })
  )
})

describe("embeddings", () => {
  it.effect("have one dimension and length 1, and are the same for the same text", () =>
    Effect.gen(function* () {
      const { run } = yield* llamaBackend("embedding", "embedding", localSpec({ maxTokens: 256 }))
      const vectors = yield* run([...SENTENCES, "", SENTENCES[0] as string])
      assert.deepStrictEqual(
        vectors.map(({ length }) => length),
        vectors.map(() => 640)
      )
      for (const vector of vectors) assert.closeTo(Math.hypot(...vector), 1, 1e-9)
      assert.deepStrictEqual(vectors.at(-1), vectors[0])
      assert.notDeepEqual(vectors[1], vectors[0])
    })
  )

  it.effect("of a text that does not fit are refused, since services cut before", () =>
    Effect.gen(function* () {
      const { batching, card, run } = yield* llamaBackend("embedding", "embedding", localSpec({ maxTokens: 64 }))
      // llama.cpp rounds a context up to 256.
      const long = "word ".repeat(400)
      assert.isAbove(batching.tokens?.(long) ?? 0, card.max_tokens ?? 0)
      const error = yield* Effect.flip(run([long]))
      assert.deepStrictEqual([error.kind, error.retryable], ["bad_request", false])
    })
  )
})

const QUESTION: DecisionQuestion = {
  state: { user: "My parcel never came, I want my money back!", agent: "I am so sorry. I have refunded you." },
  decisions: {
    sorry: Decision.probability({ instructions: "Does the agent apologise?" }),
    topic: Decision.classify({
      instructions: "What is it about?",
      criteria: { refund: "money back", weather: null, "2": "two" }
    }),
    mood: Decision.rate({
      instructions: "How angry is the user?",
      criteria: [
        { label: "calm", description: "at ease" },
        { label: "cross", description: "annoyed" },
        { label: "furious", description: "very angry" }
      ]
    })
  }
}

describe("decisions", () => {
  it.effect("give every label a probability, and together they are 1", () =>
    Effect.gen(function* () {
      const { run } = yield* llamaBackend("decision", "decision", localSpec({ maxTokens: 512 }))
      const [first, second] = yield* run([QUESTION, QUESTION])
      assert.deepStrictEqual(second?.answers, first?.answers)
      const { mood, sorry, topic } = first?.answers ?? {}
      assert.isTrue(sorry?._tag === "Probability" && sorry.probability > 0 && sorry.probability < 1)
      assert.isTrue(topic?._tag === "Classify" && mood?._tag === "Rate")
      if (topic?._tag !== "Classify" || mood?._tag !== "Rate") return
      const sum = (shares: Readonly<Record<string, number>> = {}) =>
        Object.values(shares).reduce((total, share) => total + share, 0)
      assert.closeTo(sum(topic.probabilities), 1, 1e-6)
      assert.closeTo(sum(mood.probabilities), 1, 1e-6)
      assert.sameMembers(Object.keys(topic.probabilities ?? {}), ["refund", "weather", "2"])
      assert.deepStrictEqual(Object.keys(mood.probabilities ?? {}), ["calm", "cross", "furious"])
      assert.isTrue(mood.rating >= 0 && mood.rating <= 2)
      assert.isAbove(first?.usage.inputTokens ?? 0, 50)
    })
  )

  it.effect("about a state that does not fit are refused", () =>
    Effect.gen(function* () {
      const { run } = yield* llamaBackend("decision", "decision", localSpec({ maxTokens: 256 }))
      const error = yield* Effect.flip(run([{ ...QUESTION, state: "word ".repeat(500) }]))
      assert.deepStrictEqual([error.kind, error.retryable], ["bad_request", false])
    })
  )
})

describe("a model that cannot be used", () => {
  const inFolder = <A, E>(use: (folder: string) => Effect.Effect<A, E>) =>
    FileSystem.FileSystem.use((files) => files.makeTempDirectoryScoped()).pipe(
      Effect.flatMap(use),
      Effect.scoped,
      Effect.provide(NodeServices.layer)
    )
  const failure = (model: string) =>
    Effect.flip(Effect.scoped(llamaBackend("sequence", "perplexity", localSpec({ model }))))

  it.effect("says what is wrong with its file: not there, cut short, an architecture that nobody knows", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const short = join(folder, "short.gguf")
        copyFileSync(GEMMA, short)
        truncateSync(short, 100_000_000)
        const header = join(folder, "header.gguf")
        copyFileSync(GEMMA, header)
        truncateSync(header, 1_000_000)
        const strange = join(folder, "strange.gguf")
        const bytes = readFileSync(GEMMA)
        bytes.write("gemmaX", bytes.indexOf("gemma3"))
        writeFileSync(strange, bytes)

        const missing = yield* failure(join(folder, "none.gguf"))
        assert.deepStrictEqual([missing.kind, missing.retryable], ["missing", false])
        for (const path of [short, header]) {
          const error = yield* failure(path)
          assert.strictEqual(error.kind, "unsupported")
          assert.include(error.message, `${path} is cut short or damaged`)
        }
        const unknown = yield* failure(strange)
        assert.strictEqual(unknown.kind, "unsupported")
        assert.include(unknown.message, 'architecture "gemmaX"')
      })
    )
  )

  it.effect("for relevance says that it is no reranker", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(llamaBackend("pairs", "relevance", localSpec()))
      assert.deepStrictEqual([error.kind, error.capability], ["unsupported", "pairs"])
      assert.include(error.message, "not supported for this model")
    })
  )

  it.effect("says that memory is too small for its context", () =>
    Effect.gen(function* () {
      const loaded = yield* loadModel("sequence", { model: GEMMA, device: "cpu" })
      const error = yield* Effect.flip(
        openContext("sequence", loaded, () =>
          loaded.model.createContext({ sequences: 8, contextSize: 4_000_000, failedCreationRemedy: false })
        )
      )
      assert.deepStrictEqual([error.kind, error.retryable], ["out_of_memory", false])
      assert.include(error.message, "does not fit into memory")
    })
  )
})
