import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Decision } from "effect/ai"
import { openAiServer } from "../../server/capabilities/openai.ts"
import { asking, starting, told } from "./asking.ts"

const MODEL = "gpt-decider"
const KEY = "sk-right-0123456789"

const QUESTION = {
  state: { reply: "Your flight leaves at 9." },
  decisions: {
    polite: Decision.probability({ instructions: "Polite", criteria: { false: "rude", true: "kind" } }),
    topic: Decision.classify({ instructions: "About", criteria: { travel: "trips", money: null } }),
    quality: Decision.rate({
      instructions: "How good",
      criteria: ["poor", { label: "fine", description: "works" }, "great"]
    })
  }
}

describe("OpenAI's API", () => {
  it.effect("takes the key in the Authorization header, with /v1 in the URL or without", () =>
    Effect.gen(function* () {
      const server = yield* openAiServer(MODEL, KEY)
      for (const url of [server.url, `${server.url}/v1`, `${server.url}/v1/`]) {
        const vectors = yield* asking("openai", MODEL, url)("embedding", "embedding", ["ab"], KEY)
        assert.deepStrictEqual(vectors, [[2, 97, 0.5]])
      }
      assert.deepStrictEqual(
        server.log.map(({ authorization, path }) => `${path} ${authorization}`),
        [1, 2, 3].flatMap(() => [`/v1/models Bearer ${KEY}`, `/v1/embeddings Bearer ${KEY}`])
      )
    })
  )

  it.effect("decides, with the answers by name", () =>
    Effect.gen(function* () {
      const server = yield* openAiServer(MODEL, KEY)
      const [response] = yield* asking("openai", MODEL, server.url)("decision", "decision", [QUESTION], KEY)
      assert.deepStrictEqual(response, {
        answers: {
          polite: { _tag: "Probability", probability: 0.875 },
          topic: { _tag: "Classify", label: "money", probabilities: { travel: 0.25, money: 0.75 }, confidence: 0.5 },
          quality: {
            _tag: "Rate",
            rating: 1.5,
            probabilities: { poor: 0.125, fine: 0.25, great: 0.625 },
            confidence: 0.25
          }
        },
        usage: { inputTokens: 210, outputTokens: 3 },
        modelId: `${MODEL}-2026-09-01`
      })
      assert.deepStrictEqual(server.work()[0]?.body, {
        model: MODEL,
        input: '{"reply":"Your flight leaves at 9."}',
        questions: [
          { type: "predicate", name: "polite", instructions: "Polite\nTrue: kind\nFalse: rude" },
          {
            type: "choice",
            name: "topic",
            instructions: "About",
            choices: [{ value: "travel", description: "trips" }, { value: "money" }]
          },
          {
            type: "score",
            name: "quality",
            instructions: "How good",
            levels: [{ label: "poor" }, { label: "fine", description: "works" }, { label: "great" }]
          }
        ]
      })
    })
  )

  it.effect("may refuse one question and answer the others", () =>
    Effect.gen(function* () {
      const server = yield* openAiServer(MODEL, KEY, ["topic"])
      const [response] = yield* asking("openai", MODEL, server.url)("decision", "decision", [QUESTION], KEY)
      assert.deepStrictEqual(response?.answers.topic, { _tag: "Refusal" })
      assert.deepStrictEqual(response?.answers.polite, { _tag: "Probability", probability: 0.875 })
    })
  )

  it.effect("refuses a wrong key, which is in no error", () =>
    Effect.gen(function* () {
      const server = yield* openAiServer(MODEL, KEY)
      const wrong = "sk-wrong-9876543210"
      const start = starting("openai", MODEL, server.url, { apiKeyEnv: "MY_KEY" }, wrong)("decision", "decision")
      const error = yield* Effect.flip(start)
      assert.deepStrictEqual(told(error), {
        kind: "auth",
        retryable: false,
        message:
          "OpenAI at http://HOST refused the key (GET /v1/models: 401). Check the key in MY_KEY. It said: Incorrect API key provided: sk-wr***ng."
      })
    })
  )

  it.effect("echoes a key, which is taken out of the error", () =>
    Effect.gen(function* () {
      const server = yield* openAiServer(MODEL, KEY)
      server.setFault(() => ({ status: 500, body: { error: { message: `Bearer ${KEY} failed; ${KEY}` } } }))
      const error = yield* Effect.flip(asking("openai", MODEL, server.url)("embedding", "embedding", ["ab"], KEY))
      assert.notInclude(JSON.stringify(error), KEY)
      assert.include(error.message, "<redacted>")
    })
  )
})
