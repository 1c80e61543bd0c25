import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Decision } from "effect/ai"
import { vllmServer } from "../../server/capabilities/vllm.ts"
import { asking, starting, told } from "./asking.ts"

const MODEL = "org/judge"

const QUESTION = {
  state: { reply: "Your flight leaves at 9." },
  decisions: {
    polite: Decision.probability({ instructions: "The reply is polite" }),
    urgent: Decision.probability({
      instructions: { what: "time-sensitive" },
      criteria: { false: "can wait", true: "must act now" }
    }),
    topic: Decision.classify({
      instructions: "What is it about",
      criteria: { travel: "trips", money: null, other: null }
    }),
    quality: Decision.rate({
      instructions: "How good",
      criteria: ["poor", { label: "fine", description: "does the job" }, "great"]
    })
  }
}

describe("a vLLM server", () => {
  it.effect("says which model it serves, how long its inputs may be, and what an alias stands for", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: "toxicity", root: "org/toxic-v2" })
      const backend = yield* starting("vllm", "toxicity", server.url)("embedding", "embedding")
      assert.deepStrictEqual(backend.card, {
        id: "toxicity",
        revision: "org/toxic-v2",
        backend: "vllm",
        dtype: null,
        max_tokens: 512
      })
      assert.deepStrictEqual(backend.batching, { inputs: 32, concurrency: 2 })
    })
  )

  it.effect("embeds, and its vectors are put back in the order of the texts", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const vectors = yield* asking("vllm", MODEL, server.url)("embedding", "embedding", ["ab", "你好", "abc"])
      assert.deepStrictEqual(vectors, [
        [2, 97, 0.5],
        [2, 20_320, 0.5],
        [3, 97, 0.5]
      ])
      assert.deepStrictEqual(server.work(), [
        {
          method: "POST",
          path: "/v1/embeddings",
          body: { model: MODEL, input: ["ab", "你好", "abc"], encoding_format: "float" },
          authorization: null
        }
      ])
    })
  )

  it.effect("classifies: the labels of the spec name the classes that the server leaves unnamed", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const ask = asking("vllm", MODEL, server.url, { labels: ["neutral", "toxic"] })
      assert.deepStrictEqual(yield* ask("classifier", "toxicity", ["thank you", "you idiot"]), [
        [
          { label: "neutral", score: 0.75 },
          { label: "toxic", score: 0.25 }
        ],
        [
          { label: "toxic", score: 0.875 },
          { label: "neutral", score: 0.125 }
        ]
      ])
      assert.deepStrictEqual(server.work()[0]?.path, "/classify")
      assert.deepStrictEqual(server.work()[0]?.body, { model: MODEL, input: ["thank you", "you idiot"] })
    })
  )

  it.effect("is not believed about several classes of which it names one", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const error = yield* Effect.flip(asking("vllm", MODEL, server.url)("classifier", "toxicity", ["thank you"]))
      assert.deepStrictEqual(told(error), {
        kind: "bad_output",
        retryable: false,
        message:
          'vLLM at http://HOST names only the most probable of 2 classes ("neutral"): give `labels`: the model\'s labels in its own order, which is id2label of its config.json.'
      })
    })
  )

  it.effect("contradicts labels in the wrong order", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const ask = asking("vllm", MODEL, server.url, { labels: ["toxic", "neutral"] })
      const error = yield* Effect.flip(ask("classifier", "toxicity", ["thank you"]))
      assert.strictEqual(error.kind, "mismatch")
      assert.include(error.message, 'calls class 0 "neutral", and `labels` calls it "toxic"')
    })
  )

  it.effect("judges entailment by its own chat template, one pair a request", () =>
    Effect.gen(function* () {
      const labels = ["Contradiction", "Neutral", "ENTAILMENT"]
      const server = yield* vllmServer({ model: MODEL, labels, template: true })
      const judged = yield* asking("vllm", MODEL, server.url, { labels })("pairs", "entailment", [
        { first: "It rains. We stay.", second: "It rains." },
        { first: "It rains.", second: "It does not rain." }
      ])
      assert.deepStrictEqual(judged, [
        [
          { label: "entailment", score: 0.75 },
          { label: "neutral", score: 0.1875 },
          { label: "contradiction", score: 0.0625 }
        ],
        [
          { label: "contradiction", score: 0.75 },
          { label: "neutral", score: 0.1875 },
          { label: "entailment", score: 0.0625 }
        ]
      ])
      assert.sameDeepMembers(
        server.work().map(({ body, path }) => ({ body, path })),
        [
          ["It rains. We stay.", "It rains."],
          ["It rains.", "It does not rain."]
        ].map(([premise, hypothesis]) => ({
          path: "/classify",
          body: {
            model: MODEL,
            messages: [
              { role: "user", content: premise },
              { role: "assistant", content: hypothesis }
            ],
            add_special_tokens: true
          }
        }))
      )
      const backend = yield* starting("vllm", MODEL, server.url, { labels })("pairs", "entailment")
      assert.strictEqual(backend.batching.inputs, 1)
    })
  )

  it.effect("refuses entailment where it was started without a chat template", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const ask = asking("vllm", MODEL, server.url, { labels: ["contradiction", "neutral", "entailment"] })
      const error = yield* Effect.flip(ask("pairs", "entailment", [{ first: "a", second: "b" }]))
      assert.strictEqual(error.kind, "bad_request")
      assert.include(error.message, "you must provide a chat template")
    })
  )

  it.effect("scores pairs zipped, in one request", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const scores = yield* asking("vllm", MODEL, server.url)("pairs", "relevance", [
        { first: "fares", second: "A ticket is 30." },
        { first: "hours", second: "We open at nine in the morning." }
      ])
      assert.deepStrictEqual(scores, [[{ label: "score", score: 15 / 64 }], [{ label: "score", score: 31 / 64 }]])
      assert.deepStrictEqual(
        server.work().map(({ body, path }) => ({ body, path })),
        [
          {
            path: "/score",
            body: {
              model: MODEL,
              queries: ["fares", "hours"],
              documents: ["A ticket is 30.", "We open at nine in the morning."]
            }
          }
        ]
      )
    })
  )

  it.effect("tags tokens, which become spans of the text", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const ask = asking("vllm", MODEL, server.url, { labels: ["O", "B-NAME", "I-NAME"] })
      const text = "ask Margaret or Tom."
      const [spans, none] = yield* ask("spans", "personal-data", [text, "nobody is here"])
      assert.deepStrictEqual(spans, [
        { start: 4, end: 12, label: "NAME", score: (0.75 + 0.625) / 2 },
        { start: 16, end: 19, label: "NAME", score: 0.75 }
      ])
      assert.deepStrictEqual(
        spans?.map(({ end, start }) => text.slice(start, end)),
        ["Margaret", "Tom"]
      )
      assert.deepStrictEqual(none, [])
      assert.sameDeepMembers(
        server.work().map(({ body, path }) => ({ body, path })),
        [
          { path: "/pooling", body: { model: MODEL, input: [text, "nobody is here"], task: "token_classify" } },
          {
            path: "/tokenize",
            body: { model: MODEL, prompt: text, add_special_tokens: true, return_token_strs: true }
          },
          {
            path: "/tokenize",
            body: { model: MODEL, prompt: "nobody is here", add_special_tokens: true, return_token_strs: true }
          }
        ]
      )
    })
  )

  it.effect("tags nothing without the names of its classes", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const error = yield* Effect.flip(asking("vllm", MODEL, server.url)("spans", "personal-data", ["Tom"]))
      assert.strictEqual(error.kind, "bad_output")
      assert.include(error.message, "gives 3 classes by number, and `labels` names 0")
    })
  )

  it.effect("gives the logarithms of a text's own tokens, all but the first", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const scores = yield* asking("vllm", MODEL, server.url)("sequence", "perplexity", ["a bb ccc", "a"])
      assert.deepStrictEqual(scores, [
        { tokens: 3, logProbability: -3 },
        { tokens: 1, logProbability: -0.5 }
      ])
      assert.deepStrictEqual(server.work()[0]?.body, {
        model: MODEL,
        prompt: ["a bb ccc", "a"],
        max_tokens: 1,
        temperature: 0,
        prompt_logprobs: 0
      })
    })
  )

  it.effect("decides: all questions about one state in one request, rounded probabilities made to sum to 1", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const [response] = yield* asking("vllm", MODEL, server.url)("decision", "decision", [QUESTION])
      assert.deepStrictEqual(response, {
        answers: {
          polite: { _tag: "Probability", probability: 0.875 },
          urgent: { _tag: "Probability", probability: 0.875 },
          topic: {
            _tag: "Classify",
            label: "travel",
            probabilities: { travel: 0.75, money: 0.125, other: 0.125 },
            confidence: 0.5
          },
          quality: {
            _tag: "Rate",
            rating: 0.375,
            probabilities: { poor: 0.75, fine: 0.125, great: 0.125 },
            confidence: 0.5
          }
        },
        usage: { inputTokens: 120, outputTokens: 0 },
        id: "decision-71ab",
        modelId: MODEL
      })
      assert.deepStrictEqual(server.work(), [
        {
          method: "POST",
          path: "/v1/systemone",
          authorization: null,
          body: {
            model: MODEL,
            state: { reply: "Your flight leaves at 9." },
            questions: {
              polite: { type: "noul", instructions: "The reply is polite" },
              urgent: {
                type: "noul",
                instructions: '{"what":"time-sensitive"}',
                criteria: { true: "must act now", false: "can wait" }
              },
              topic: {
                type: "choice",
                instructions: "What is it about",
                criteria: { travel: "trips", money: null, other: null }
              },
              quality: { type: "score", instructions: "How good", criteria: ["poor", "does the job", "great"] }
            }
          }
        }
      ])
    })
  )

  it.effect("refuses a decision where the labels held less than half of the probability", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL, massOf: (id) => (id === "topic" ? 0.25 : 0.5) })
      const [response] = yield* asking("vllm", MODEL, server.url)("decision", "decision", [QUESTION])
      assert.deepStrictEqual(response?.answers.topic, { _tag: "Refusal" })
      assert.deepStrictEqual(response?.answers.polite, { _tag: "Probability", probability: 0.875 })
    })
  )
})
