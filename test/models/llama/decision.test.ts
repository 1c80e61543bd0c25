import { assert, describe, it } from "@effect/vitest"
import { Decision } from "effect/ai"
import { answerOf, questionOf } from "../../../models/llama/decision.ts"

const polite = Decision.probability({ instructions: "The agent is polite.", criteria: { true: "kind", false: "rude" } })
const topic = Decision.classify({ instructions: "The topic?", criteria: { sport: null, news: "daily events" } })
const quality = Decision.rate({
  instructions: { question: "How good?" },
  criteria: [
    { label: "bad", description: "useless" },
    { label: "good", description: "helpful" }
  ]
})

describe("a decision in the words of node-llama-cpp", () => {
  it("is asked as one of its three kinds of question", () => {
    assert.deepStrictEqual([polite, topic, quality].map(questionOf), [
      { type: "noul", instruction: "The agent is polite.", criteria: { true: "kind", false: "rude" } },
      { type: "choice", instruction: "The topic?", criteria: { sport: null, news: "daily events" } },
      { type: "score", instruction: '{"question":"How good?"}', criteria: ["bad: useless", "good: helpful"] }
    ])
  })

  it("is answered with the labels it was asked with", () => {
    assert.deepStrictEqual(answerOf(polite, { type: "noul", value: 0.75 }), { _tag: "Probability", probability: 0.75 })
    assert.deepStrictEqual(
      answerOf(topic, {
        type: "choice",
        choice: "news",
        confidence: 0.5,
        probabilities: { sport: 0.25, news: 0.75 }
      }),
      { _tag: "Classify", label: "news", probabilities: { sport: 0.25, news: 0.75 }, confidence: 0.5 }
    )
    assert.deepStrictEqual(
      answerOf(quality, { type: "score", score: 1.000_000_1, confidence: 0.9, probabilities: [0, 1] }),
      { _tag: "Rate", rating: 1, probabilities: { bad: 0, good: 1 }, confidence: 0.9 }
    )
  })

  it("is no answer where a number is none, a level is missing, or another kind of question was answered", () => {
    assert.isUndefined(answerOf(polite, { type: "noul", value: Number.NaN }))
    assert.isUndefined(answerOf(quality, { type: "score", score: 0, confidence: 1, probabilities: [1] }))
    assert.isUndefined(
      answerOf(topic, { type: "choice", choice: "", confidence: Number.NaN, probabilities: { sport: 1, news: 0 } })
    )
    assert.isUndefined(answerOf(topic, { type: "noul", value: 0.5 }))
  })
})
