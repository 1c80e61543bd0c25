import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Decision } from "effect/ai"
import { llamaCppServer } from "../../server/capabilities/llama-server.ts"
import { ollamaServer } from "../../server/capabilities/ollama.ts"
import { asking, starting, told } from "./asking.ts"

const PATH = "/models/bge-small-q8_0.gguf"
const QUESTION = {
  state: "text",
  decisions: { tone: Decision.classify({ instructions: "Tone", criteria: { kind: null, rude: null } }) }
}
const ANSWER = {
  tone: { _tag: "Classify", label: "kind", probabilities: { kind: 0.75, rude: 0.25 }, confidence: 0.5 }
} as const

describe("llama.cpp's server", () => {
  for (const model of ["bge-small-q8_0", "bge-small-q8_0.gguf", PATH]) {
    it.effect(`is known as ${model}`, () =>
      Effect.gen(function* () {
        const server = yield* llamaCppServer({ model, path: PATH })
        const backend = yield* starting("llama-server", model, server.url)("embedding", "embedding")
        assert.deepStrictEqual(backend.card, {
          id: model,
          revision: null,
          backend: "llama-server",
          dtype: null,
          max_tokens: 1024
        })
      })
    )
  }

  it.effect("embeds, decides and ranks", () =>
    Effect.gen(function* () {
      const server = yield* llamaCppServer({ model: "small", alias: "small", path: PATH })
      const ask = asking("llama-server", "small", server.url)
      assert.deepStrictEqual(yield* ask("embedding", "embedding", ["ab"]), [[2, 97, 0.5]])
      assert.deepStrictEqual((yield* ask("decision", "decision", [QUESTION]))[0]?.answers, ANSWER)
      const pairs = [
        { first: "q", second: "short" },
        { first: "q", second: "a longer one" }
      ]
      assert.deepStrictEqual(yield* ask("pairs", "relevance", pairs), [
        [{ label: "score", score: 5 / 64 }],
        [{ label: "score", score: 12 / 64 }]
      ])
      assert.deepStrictEqual(server.work().at(-1), {
        method: "POST",
        path: "/v1/rerank",
        body: { model: "small", query: "q", documents: ["short", "a longer one"] },
        authorization: null
      })
    })
  )

  it.effect("has nothing for perplexity, and says why", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        starting("llama-server", "small", "http://127.0.0.1:9")("sequence", "perplexity")
      )
      assert.deepStrictEqual(told(error), {
        kind: "unsupported",
        retryable: false,
        message:
          "llama.cpp's server has nothing for perplexity (sequence). It gives probabilities of the tokens that it generates, and none of the prompt's. Servers that have: vllm."
      })
    })
  )
})

describe("Ollama", () => {
  it.effect("reports the digest of a model as its revision, and takes a name without a tag as latest", () =>
    Effect.gen(function* () {
      const server = yield* ollamaServer("nomic-embed-text:latest", "0a109f422b47")
      const backend = yield* starting("ollama", "nomic-embed-text", server.url)("embedding", "embedding")
      assert.deepStrictEqual(backend.card, {
        id: "nomic-embed-text:latest",
        revision: "0a109f422b47",
        backend: "ollama",
        dtype: "F16",
        max_tokens: null
      })
      const pinned = starting("ollama", "nomic-embed-text", server.url, { revision: "ffff" })("embedding", "embedding")
      assert.deepStrictEqual(told(yield* Effect.flip(pinned)), {
        kind: "mismatch",
        retryable: false,
        message: 'Ollama at http://HOST serves revision 0a109f422b47 of "nomic-embed-text", and ffff is insisted on.'
      })
    })
  )

  it.effect("embeds and decides", () =>
    Effect.gen(function* () {
      const server = yield* ollamaServer("d1:600m", "0a109f422b47")
      const ask = asking("ollama", "d1:600m", server.url)
      assert.deepStrictEqual(yield* ask("embedding", "embedding", ["ab"]), [[2, 97, 0.5]])
      assert.deepStrictEqual((yield* ask("decision", "decision", [QUESTION]))[0]?.answers, ANSWER)
    })
  )

  for (const [capability, role, servers] of [
    ["classifier", "toxicity", "vllm, sglang, tei"],
    ["pairs", "relevance", "vllm, sglang, tei, llama-server"],
    ["spans", "personal-data", "vllm"]
  ] as const) {
    it.effect(`has nothing for ${role}: ${servers} have`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(starting("ollama", "d1", "http://127.0.0.1:9")(capability, role))
        assert.strictEqual(error.kind, "unsupported")
        assert.include(error.message, `Servers that have: ${servers}.`)
      })
    )
  }
})
