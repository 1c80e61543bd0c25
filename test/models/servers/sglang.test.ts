import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Decision } from "effect/ai"
import { sglangServer } from "../../server/capabilities/sglang.ts"
import { asking, starting, told } from "./asking.ts"

const MODEL = "org/ranker"
const PAIRS = [
  { first: "fares", second: "A ticket is 30." },
  { first: "hours", second: "We open at nine." },
  { first: "fares", second: "A ticket is 30 and a pass 90." }
]
const SCORES = [15, 16, 29].map((length) => [{ label: "score", score: length / 64 }])

describe("an SGLang server", () => {
  it.effect("embeds and classifies on its /v1 routes", () =>
    Effect.gen(function* () {
      const server = yield* sglangServer({ model: MODEL })
      const ask = asking("sglang", MODEL, server.url, { labels: ["neutral", "toxic"] })
      assert.deepStrictEqual(yield* ask("embedding", "embedding", ["ab"]), [[2, 97, 0.5]])
      assert.deepStrictEqual(yield* ask("classifier", "safety", ["you idiot"]), [
        [
          { label: "toxic", score: 0.875 },
          { label: "neutral", score: 0.125 }
        ]
      ])
      assert.deepStrictEqual(
        server.work().map(({ body, path }) => ({ body, path })),
        [
          { path: "/v1/embeddings", body: { model: MODEL, input: ["ab"], encoding_format: "float" } },
          { path: "/v1/classify", body: { model: MODEL, input: ["you idiot"] } }
        ]
      )
      const { card } = yield* starting("sglang", MODEL, server.url)("embedding", "embedding")
      assert.deepStrictEqual(card, { id: MODEL, revision: null, backend: "sglang", dtype: null, max_tokens: 4096 })
    })
  )

  for (const indexed of [true, false]) {
    it.effect(`ranks ${indexed ? "with" : "without"} an index, one request a query, back in the order asked`, () =>
      Effect.gen(function* () {
        const server = yield* sglangServer({ model: MODEL, indexed })
        assert.deepStrictEqual(yield* asking("sglang", MODEL, server.url)("pairs", "relevance", PAIRS), SCORES)
        assert.sameDeepMembers(
          server.work().map(({ body, path }) => ({ body, path })),
          [
            {
              path: "/v1/rerank",
              body: {
                model: MODEL,
                query: "fares",
                documents: ["A ticket is 30.", "A ticket is 30 and a pass 90."]
              }
            },
            { path: "/v1/rerank", body: { model: MODEL, query: "hours", documents: ["We open at nine."] } }
          ]
        )
      })
    )
  }

  it.effect("refuses a decision by the label mass beside its answer", () =>
    Effect.gen(function* () {
      const server = yield* sglangServer({ model: MODEL, massOf: () => 0.375 })
      const question = { state: "text", decisions: { polite: Decision.probability({ instructions: "polite" }) } }
      const [response] = yield* asking("sglang", MODEL, server.url)("decision", "decision", [question])
      assert.deepStrictEqual(response?.answers, { polite: { _tag: "Refusal" } })
    })
  )

  it.effect("is not believed where it fell back to the label Default", () =>
    Effect.gen(function* () {
      const server = yield* sglangServer({ model: MODEL })
      server.setFault(({ status }) => ({
        status,
        body: { data: [{ index: 0, label: "Default", probs: [1], num_classes: 1 }] }
      }))
      const error = yield* Effect.flip(asking("sglang", MODEL, server.url)("classifier", "toxicity", ["a"]))
      assert.strictEqual(error.kind, "bad_output")
    })
  )

  it.effect("has nothing for entailment, and names who has", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(starting("sglang", MODEL, "http://127.0.0.1:9")("pairs", "entailment"))
      assert.deepStrictEqual(told(error), {
        kind: "unsupported",
        retryable: false,
        message: "SGLang has nothing for entailment. Its /v1/classify takes no pairs. Servers that have: vllm, tei."
      })
    })
  )
})
