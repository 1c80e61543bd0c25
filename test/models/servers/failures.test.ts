import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { Decision } from "effect/ai"
import { TestClock } from "effect/testing"
import type { CapabilityErrorKind } from "../../../models/capabilities/capability-error.ts"
import { llamaCppServer } from "../../server/capabilities/llama-server.ts"
import type { CapabilityServer, Fault, Reply } from "../../server/capabilities/serve.ts"
import { sglangServer } from "../../server/capabilities/sglang.ts"
import { teiServer } from "../../server/capabilities/tei.ts"
import { vllmServer } from "../../server/capabilities/vllm.ts"
import { asking, starting, told } from "./asking.ts"

const MODEL = "org/encoder"

/** The body of an answer, changed. */
const changed =
  (change: (body: never) => unknown): Fault =>
  ({ body, status }) => ({ status, body: change(body as never) })

const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}): Fault =>
  (): Reply => ({
    status,
    body,
    headers
  })

/** What a client of vLLM's embeddings is told when the server does this. */
const failing = (fault: Fault, texts: ReadonlyArray<string> = ["ab", "cd"]) =>
  Effect.gen(function* () {
    const server = yield* vllmServer({ model: MODEL })
    server.setFault(fault)
    return told(yield* Effect.flip(asking("vllm", MODEL, server.url)("embedding", "embedding", texts)))
  })

/** Once the server has seen a request for work. */
const asked = (server: CapabilityServer) =>
  Effect.promise(async () => {
    while (server.work().length === 0) await new Promise((next) => setImmediate(next))
  })

interface EmbeddingBody {
  readonly data: ReadonlyArray<{ readonly index: number; readonly embedding: ReadonlyArray<number> }>
}

const FAILURES: ReadonlyArray<
  readonly [what: string, fault: Fault, kind: CapabilityErrorKind, retryable: boolean, message: string]
> = [
  [
    "429 with Retry-After",
    answer(429, { error: { message: "Too many requests." } }, { "retry-after": "2" }),
    "rate_limit",
    true,
    "asks for fewer requests, and to wait (Retry-After: 2) (POST /v1/embeddings: 429). It said: Too many requests."
  ],
  [
    "503 while it loads",
    answer(503, { error: { code: 503, message: "Loading model", type: "unavailable_error" } }),
    "server",
    true,
    "failed (POST /v1/embeddings: 503). It said: Loading model."
  ],
  ["500 without a word", answer(500, ""), "server", true, "failed (POST /v1/embeddings: 500)."],
  [
    "400",
    answer(400, { message: "This model's maximum context length is 512 tokens." }),
    "bad_request",
    false,
    "takes the request for wrong (POST /v1/embeddings: 400). It said: This model's maximum context length is 512 tokens."
  ],
  [
    "422 in FastAPI's words",
    answer(422, { detail: [{ loc: ["body", "input"], msg: "field required" }] }),
    "bad_request",
    false,
    'takes the request for wrong (POST /v1/embeddings: 422). It said: [{"loc":["body","input"],"msg":"field required"}].'
  ],
  [
    "403",
    answer(403, { error: "forbidden" }),
    "auth",
    false,
    "refused the key (POST /v1/embeddings: 403). Set apiKeyEnv of this model to the variable that holds its key. It said: forbidden."
  ],
  [
    "404 for the route",
    answer(404, { detail: "Not Found" }),
    "unsupported",
    false,
    "has no such route for this model, or no such model (POST /v1/embeddings: 404). Check the provider's name, the address, and which kind of model the server was started with. It said: Not Found."
  ],
  [
    "501 for what the model cannot",
    answer(501, { error: { message: "No read strategy." } }),
    "unsupported",
    false,
    "has no such route for this model, or no such model (POST /v1/embeddings: 501). Check the provider's name, the address, and which kind of model the server was started with. It said: No read strategy."
  ],
  [
    "a redirect, which is not followed",
    answer(307, "", { location: "http://127.0.0.1:1/" }),
    "bad_request",
    false,
    "redirects: give the URL that it redirects to (POST /v1/embeddings: 307)."
  ],
  [
    "a reset in the middle of the body",
    "reset-body",
    "unreachable",
    true,
    "broke off before its answer was whole (other side closed). Check its log: it may have run out of memory or been stopped."
  ],
  [
    "a web page",
    "html",
    "bad_output",
    false,
    "answered /v1/embeddings with something else than its protocol says: no JSON. It begins: <html><body>Welcome to the proxy</body></html>."
  ],
  [
    "NaN as null",
    changed(({ data }: EmbeddingBody) => ({ data: data.map((each) => ({ ...each, embedding: [1, null, 2] })) })),
    "bad_output",
    false,
    "answered /v1/embeddings with something else than its protocol says: data.0.embedding.1: Invalid input: expected number, received null."
  ],
  [
    "one answer too few",
    changed(({ data }: EmbeddingBody) => ({ data: data.slice(1) })),
    "bad_output",
    false,
    "answered /v1/embeddings with 1 answers to 2 inputs."
  ],
  [
    "the same index twice",
    changed(({ data }: EmbeddingBody) => ({ data: data.map((each) => ({ ...each, index: 0 })) })),
    "bad_output",
    false,
    "answered /v1/embeddings without an answer of index 1, or with two of the same index."
  ],
  [
    "vectors of different widths",
    changed(({ data }: EmbeddingBody) => ({
      data: data.map(({ index }) => ({ index, embedding: index === 0 ? [1] : [1, 2] }))
    })),
    "bad_output",
    false,
    "answered /v1/embeddings with vectors of different widths: 1, 2."
  ]
]

describe("a model server that fails", () => {
  for (const [what, fault, kind, retryable, message] of FAILURES) {
    it.effect(`with ${what} is ${kind}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* failing(fault), {
          kind,
          retryable,
          message: `vLLM at http://HOST ${message}`
        })
      })
    )
  }

  it.effect("before any byte is unreachable", () =>
    Effect.gen(function* () {
      const { kind, retryable } = yield* failing("reset")
      assert.deepStrictEqual({ kind, retryable }, { kind: "unreachable", retryable: true })
    })
  )

  it.effect("to answer in time is a timeout", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const backend = yield* starting("vllm", MODEL, server.url)("embedding", "embedding")
      server.setFault("hang")
      const fiber = yield* Effect.forkChild(Effect.flip(backend.run(["ab"])))
      yield* asked(server)
      yield* TestClock.adjust("120 seconds")
      assert.deepStrictEqual(told(yield* Fiber.join(fiber)), {
        kind: "timeout",
        retryable: true,
        message: "vLLM at http://HOST gave no whole answer to /v1/embeddings within 120 s."
      })
    })
  )

  it.effect("to answer at all lets itself be interrupted", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const backend = yield* starting("vllm", MODEL, server.url)("embedding", "embedding")
      server.setFault("hang")
      const fiber = yield* Effect.forkChild(backend.run(["ab"]))
      yield* asked(server)
      yield* Fiber.interrupt(fiber)
      server.setFault(undefined)
      assert.deepStrictEqual(yield* backend.run(["ab"]), [[2, 97, 0.5]])
    })
  )

  for (const [errorType, status, kind] of [
    ["Overloaded", 429, "rate_limit"],
    ["Unhealthy", 503, "server"],
    ["Backend", 424, "server"],
    ["Validation", 413, "bad_request"],
    ["Tokenizer", 422, "bad_request"],
    ["Empty", 400, "bad_request"]
  ] as const) {
    it.effect(`as text-embeddings-inference with ${errorType} is ${kind}`, () =>
      Effect.gen(function* () {
        const server = yield* teiServer({ model: MODEL, type: "embedding" })
        server.setFault(answer(status, { error: "Model is overloaded", error_type: errorType }))
        const error = yield* Effect.flip(asking("tei", MODEL, server.url)("embedding", "embedding", ["ab"]))
        assert.strictEqual(error.kind, kind)
        assert.include(error.message, "It said: Model is overloaded.")
      })
    )
  }
})

describe("the start of a model server", () => {
  it.effect("is unreachable where nothing listens, with what to check", () =>
    Effect.gen(function* () {
      const start = starting("vllm", MODEL, "http://127.0.0.1:9")("embedding", "embedding")
      assert.deepStrictEqual(told(yield* Effect.flip(start)), {
        kind: "unreachable",
        retryable: true,
        message: `vLLM at http://HOST cannot be reached (ECONNREFUSED). Check the address, and that \`vllm serve ${MODEL}\` runs and has loaded the model.`
      })
    })
  )

  it.effect("is a mismatch where another model is served", () =>
    Effect.gen(function* () {
      const servers = [
        ["vllm", yield* vllmServer({ model: "org/other" }), "vLLM"],
        ["sglang", yield* sglangServer({ model: "org/other" }), "SGLang"],
        ["tei", yield* teiServer({ model: "org/other", type: "embedding" }), "text-embeddings-inference"],
        ["llama-server", yield* llamaCppServer({ model: "", path: "org/other" }), "llama.cpp's server"]
      ] as const
      for (const [provider, server, name] of servers) {
        const error = yield* Effect.flip(starting(provider, MODEL, server.url)("embedding", "embedding"))
        assert.deepStrictEqual(told(error), {
          kind: "mismatch",
          retryable: false,
          message: `${name} at http://HOST serves "org/other", not "${MODEL}". Name the model as the server does, or start the server with it.`
        })
      }
    })
  )

  it.effect("is a mismatch where a revision is insisted on that the server does not report", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const start = starting("vllm", MODEL, server.url, { revision: "5c38ec7c" })("embedding", "embedding")
      const error = yield* Effect.flip(start)
      assert.strictEqual(error.kind, "mismatch")
      assert.include(error.message, `does not say which revision of "${MODEL}" it serves, and 5c38ec7c is insisted on`)
    })
  )

  it.effect("is unsupported where the server is of another kind", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      const error = yield* Effect.flip(starting("tei", MODEL, server.url)("embedding", "embedding"))
      assert.strictEqual(error.kind, "unsupported")
      assert.include(error.message, "(GET /info: 404). Check the provider's name")
    })
  )
})

describe("an answer that does not fit", () => {
  const question = {
    state: "text",
    decisions: {
      topic: Decision.classify({ instructions: "About", criteria: { travel: null, money: null } }),
      quality: Decision.rate({ instructions: "How good", criteria: ["poor", "great"] })
    }
  }
  const topic = { type: "choice", choice: "travel", probabilities: { travel: 0.75, money: 0.25 } }
  const quality = { type: "score", score: 0.25, probabilities: { "0": 0.75, "1": 0.25 } }

  for (const [what, answers, said] of [
    ["leaves a question out", { topic }, 'without an answer to "quality"'],
    ["chooses what is no option", { topic: { ...topic, choice: "food" }, quality }, 'answered "topic" with a choice'],
    [
      "has probabilities that sum to 1.5",
      { topic: { ...topic, probabilities: { travel: 0.75, money: 0.75 } }, quality },
      'answered "topic" with a choice'
    ],
    [
      "leaves a level out",
      { topic, quality: { ...quality, probabilities: { "0": 1 } } },
      'answered "quality" with a score'
    ],
    ["is beyond the scale", { topic, quality: { ...quality, score: 1.5 } }, 'answered "quality" with a score'],
    ["is of another kind", { topic, quality: { type: "noul", noul: 0.5 } }, 'answered "quality" with a noul']
  ] as const) {
    it.effect(`because it ${what} is bad output`, () =>
      Effect.gen(function* () {
        const server = yield* vllmServer({ model: MODEL })
        server.setFault(answer(200, { answers, usage: { input_tokens: 1, output_tokens: 0 } }))
        const error = yield* Effect.flip(asking("vllm", MODEL, server.url)("decision", "decision", [question]))
        assert.strictEqual(error.kind, "bad_output")
        assert.include(error.message, said)
      })
    )
  }

  it.effect("because two labels of a model mean entailment is bad output", () =>
    Effect.gen(function* () {
      const labels = ["entailment", "not_entailment"]
      const server = yield* teiServer({ model: MODEL, type: "classifier", labels })
      const ask = asking("tei", MODEL, server.url)
      const error = yield* Effect.flip(ask("pairs", "entailment", [{ first: "a", second: "b" }]))
      assert.strictEqual(error.kind, "bad_output")
      assert.include(error.message, "not one and only one is entailment")
    })
  )

  it.effect("because entailment is no probability is bad output", () =>
    Effect.gen(function* () {
      const server = yield* teiServer({ model: MODEL, type: "classifier" })
      const raw = ["entailment", "neutral", "contradiction"].map((label, index) => ({ label, score: 3 - index }))
      server.setFault(answer(200, [raw]))
      const ask = asking("tei", MODEL, server.url)
      const error = yield* Effect.flip(ask("pairs", "entailment", [{ first: "a", second: "b" }]))
      assert.strictEqual(error.kind, "bad_output")
      assert.include(error.message, "gives no probabilities for entailment: entailment 3, neutral 2, contradiction 1")
    })
  )

  it.effect("because a text's tokens are of another text is bad output", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      server.setFault(
        changed((body: object) => ("token_strs" in body ? { ...body, token_strs: ["[CLS]", "Jim", "[SEP]"] } : body))
      )
      const ask = asking("vllm", MODEL, server.url, { labels: ["O", "B-NAME", "I-NAME"] })
      const error = yield* Effect.flip(ask("spans", "personal-data", ["Tom"]))
      assert.deepStrictEqual(told(error), {
        kind: "bad_output",
        retryable: false,
        message: "vLLM at http://HOST classified 3 tokens of a text, and /tokenize gives 3 that cannot be found in it."
      })
    })
  )

  it.effect("because a token of the prompt has no probability is bad output", () =>
    Effect.gen(function* () {
      const server = yield* vllmServer({ model: MODEL })
      server.setFault(answer(200, { choices: [{ index: 0, prompt_logprobs: [null, { "5": { logprob: -1 } }, null] }] }))
      const error = yield* Effect.flip(asking("vllm", MODEL, server.url)("sequence", "perplexity", ["a b"]))
      assert.strictEqual(error.kind, "bad_output")
      assert.include(error.message, "gave no probability for token 2 of a text")
    })
  )
})
