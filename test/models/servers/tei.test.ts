import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { teiServer } from "../../server/capabilities/tei.ts"
import { asking, starting, told } from "./asking.ts"

const MODEL = "org/encoder"
const INFERENCE = ["contradiction", "neutral", "entailment"]

describe("text-embeddings-inference", () => {
  it.effect("tells model, revision, precision and limits", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "embedding", sha: "5c38ec7c", mostInputs: 8 })
      const backend = yield* starting("tei", MODEL, server.url, { revision: "5c38ec7c" })("embedding", "embedding")
      assert.deepStrictEqual(backend.card, {
        id: MODEL,
        revision: "5c38ec7c",
        backend: "tei",
        dtype: "float16",
        max_tokens: 256
      })
      assert.deepStrictEqual(backend.batching, { inputs: 8, concurrency: 2 })
    })
  )

  it.effect("embeds whole texts or none", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "embedding" })
      const ask = asking("tei", MODEL, server.url)
      assert.deepStrictEqual(yield* ask("embedding", "embedding", ["ab", "cd"]), [
        [2, 97, 0.5],
        [2, 99, 0.5]
      ])
      assert.deepStrictEqual(server.work()[0], {
        method: "POST",
        path: "/embed",
        body: { inputs: ["ab", "cd"], normalize: true, truncate: false },
        authorization: null
      })
      const error = yield* Effect.flip(ask("embedding", "embedding", ["x".repeat(1_001)]))
      assert.deepStrictEqual(told(error), {
        kind: "bad_request",
        retryable: false,
        message:
          "text-embeddings-inference at http://HOST takes the request for wrong (POST /embed: 413). An input may be longer than the model takes. It said: `inputs` must have less than 256 tokens. Given: 300."
      })
    })
  )

  it.effect("classifies two texts as two texts and not as one pair", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "classifier" })
      assert.deepStrictEqual(yield* asking("tei", MODEL, server.url)("classifier", "toxicity", ["fine", "you idiot"]), [
        [
          { label: "neutral", score: 0.75 },
          { label: "toxic", score: 0.25 }
        ],
        [
          { label: "toxic", score: 0.875 },
          { label: "neutral", score: 0.125 }
        ]
      ])
      assert.deepStrictEqual(server.work()[0]?.body, {
        inputs: [["fine"], ["you idiot"]],
        raw_scores: false,
        truncate: false
      })
    })
  )

  it.effect("judges entailment of pairs", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "classifier", labels: INFERENCE })
      const judged = yield* asking("tei", MODEL, server.url)("pairs", "entailment", [
        { first: "It rains. We stay.", second: "It rains." },
        { first: "It rains.", second: "We stay." }
      ])
      assert.deepStrictEqual(judged, [
        [
          { label: "entailment", score: 0.75 },
          { label: "neutral", score: 0.1875 },
          { label: "contradiction", score: 0.0625 }
        ],
        [
          { label: "neutral", score: 0.75 },
          { label: "entailment", score: 0.125 },
          { label: "contradiction", score: 0.125 }
        ]
      ])
      assert.deepStrictEqual(server.work()[0]?.path, "/predict")
      assert.deepStrictEqual(server.work()[0]?.body, {
        inputs: [
          ["It rains. We stay.", "It rains."],
          ["It rains.", "We stay."]
        ],
        raw_scores: false,
        truncate: false
      })
    })
  )

  it.effect("gives entailment labels that nobody knows, until the spec names them", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "classifier", labels: ["LABEL_0", "LABEL_1", "LABEL_2"] })
      const pairs = [{ first: "It rains.", second: "It rains." }]
      const error = yield* Effect.flip(asking("tei", MODEL, server.url)("pairs", "entailment", pairs))
      assert.deepStrictEqual(told(error), {
        kind: "bad_output",
        retryable: false,
        message:
          "text-embeddings-inference at http://HOST gives the labels LABEL_2, LABEL_1, LABEL_0, of which not one and only one is entailment: give `labels`: the model's labels in its own order, which is id2label of its config.json."
      })
      const [judged] = yield* asking("tei", MODEL, server.url, { labels: INFERENCE })("pairs", "entailment", pairs)
      assert.deepStrictEqual(judged?.[0], { label: "entailment", score: 0.75 })
    })
  )

  it.effect("ranks the documents of each query, back in the order asked", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "reranker" })
      const scores = yield* asking("tei", MODEL, server.url)("pairs", "reward", [
        { first: "q", second: "short" },
        { first: "q", second: "a longer one" }
      ])
      assert.deepStrictEqual(scores, [[{ label: "score", score: 5 / 64 }], [{ label: "score", score: 12 / 64 }]])
      assert.deepStrictEqual(server.work()[0]?.body, {
        query: "q",
        texts: ["short", "a longer one"],
        raw_scores: false,
        return_text: false,
        truncate: false
      })
    })
  )

  it.effect("has loaded a model for something else", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "embedding" })
      const error = yield* Effect.flip(starting("tei", MODEL, server.url)("pairs", "relevance"))
      assert.deepStrictEqual(told(error), {
        kind: "unsupported",
        retryable: false,
        message: `text-embeddings-inference at http://HOST has loaded "${MODEL}", a model for embedding and not for relevance (ranking): start it with another model.`
      })
    })
  )

  it.effect("is known by the last part of a path", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: "/data/models/encoder", type: "embedding" })
      const { card } = yield* starting("tei", "encoder", server.url)("embedding", "embedding")
      assert.strictEqual(card.id, "/data/models/encoder")
    })
  )
})
