import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { onnxBackend } from "../../models/onnx/backends.ts"
import type { Capability, LocalRole } from "../../schemas/capability.ts"
import { onnx, temporaryFolder } from "./onnx-lab.ts"
import { type TinyModel, writeTinyModel } from "./tiny-model.ts"

/** The backend of a model whose weights one can read, in a folder that goes with the test. */
const tiny = <C extends Capability>(capability: C, role: LocalRole, model: TinyModel) =>
  Effect.flatMap(temporaryFolder, (folder) =>
    onnxBackend(capability, role, onnx(writeTinyModel(join(folder, "tiny"), model)))
  )

const rounded = (scores: ReadonlyArray<{ readonly label: string; readonly score: number }> | undefined) =>
  scores?.map(({ label, score }) => [label, Number(score.toFixed(4))])

describe("a classifier", () => {
  const mood: TinyModel = {
    words: ["good", "bad", "坏"],
    labels: ["sad", "plain", "glad"],
    logits: { good: [0, 0, 2], bad: [3, 0, 0], 坏: [1, 0, 0] },
    head: "text"
  }

  it.effect("gives all labels with probabilities, the most probable first", () =>
    Effect.gen(function* () {
      const { run } = yield* tiny("classifier", "toxicity", mood)
      const [good, both, chinese] = yield* run(["Good!", "good, bad and good", "坏"])
      // e^2 / (e^2 + 2); e^3 and e^4 against 1; e^1 against 1 and 1.
      assert.deepStrictEqual(rounded(good), [
        ["glad", 0.787],
        ["sad", 0.1065],
        ["plain", 0.1065]
      ])
      assert.deepStrictEqual(rounded(both), [
        ["glad", 0.7214],
        ["sad", 0.2654],
        ["plain", 0.0132]
      ])
      assert.deepStrictEqual(rounded(chinese), [
        ["sad", 0.5761],
        ["plain", 0.2119],
        ["glad", 0.2119]
      ])
    })
  )

  it.effect("whose labels do not exclude each other gives each its own probability", () =>
    Effect.gen(function* () {
      const config = { problem_type: "multi_label_classification" }
      const { run } = yield* tiny("classifier", "safety", { ...mood, config })
      const [both] = yield* run(["good bad"])
      assert.deepStrictEqual(rounded(both), [
        ["sad", 0.9526],
        ["glad", 0.8808],
        ["plain", 0.5]
      ])
    })
  )

  it.effect("whose weights have no numbers for a text fails instead of letting it pass", () =>
    Effect.gen(function* () {
      const logits = { ...mood.logits, bad: [Number.NaN, 0, 0] }
      const { run } = yield* tiny("classifier", "toxicity", { ...mood, logits })
      assert.lengthOf(yield* run(["good"]), 1)
      const { kind, message, retryable } = yield* Effect.flip(run(["good", "bad good"]))
      assert.strictEqual(kind, "bad_output")
      assert.strictEqual(message, "tiny: its output logits is not a number for input 2 of 2, of 4 tokens.")
      assert.isFalse(retryable)
    })
  )

  it.effect("that needs more memory than there is says so", () =>
    Effect.gen(function* () {
      const { run } = yield* tiny("classifier", "toxicity", { ...mood, greedy: true })
      assert.lengthOf(yield* run(["good"]), 1)
      const { kind, message } = yield* Effect.flip(run(["good good"]))
      assert.strictEqual(kind, "out_of_memory")
      assert.include(message, "a batch of 1 inputs of up to 4 tokens cannot be computed")
    })
  )

  it.effect("whose labels are not all named is refused", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        tiny("classifier", "toxicity", { ...mood, config: { id2label: { 0: "sad", 2: "glad" } } })
      )
      assert.strictEqual(error.kind, "unsupported")
      assert.include(error.message, "0 labels are named")
    })
  )

  it.effect("takes the labels of its specification before those of its folder", () =>
    Effect.gen(function* () {
      const folder = writeTinyModel(join(yield* temporaryFolder, "tiny"), { ...mood, config: { id2label: {} } })
      const { run } = yield* onnxBackend("classifier", "toxicity", onnx(folder, { labels: ["a", "b", "c"] }))
      assert.deepStrictEqual((yield* run(["bad"]))[0]?.[0]?.label, "a")
    })
  )

  it.effect("cannot embed", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(tiny("embedding", "embedding", mood))
      assert.strictEqual(error.kind, "unsupported")
      assert.strictEqual(
        error.message,
        "tiny: it gives no hidden states: its outputs are logits. Embeddings need an encoder without a head."
      )
    })
  )
})

describe("a model of pairs", () => {
  const inference: TinyModel = {
    words: ["rain", "wet", "dry"],
    labels: ["CONTRADICTION", "Neutral", "entailment"],
    logits: {},
    secondLogits: { wet: [0, 0, 3], dry: [2, 0, 0] },
    head: "text"
  }

  it.effect("for entailment names its labels in our order, whatever its own", () =>
    Effect.gen(function* () {
      const { run } = yield* tiny("pairs", "entailment", inference)
      const [wet, dry, turned] = yield* run([
        { first: "rain", second: "wet" },
        { first: "rain", second: "dry" },
        { first: "wet", second: "rain" }
      ])
      assert.deepStrictEqual(rounded(wet), [
        ["entailment", 0.9094],
        ["neutral", 0.0453],
        ["contradiction", 0.0453]
      ])
      assert.deepStrictEqual(rounded(dry), [
        ["entailment", 0.1065],
        ["neutral", 0.1065],
        ["contradiction", 0.787]
      ])
      assert.deepStrictEqual(rounded(turned), [
        ["entailment", 0.3333],
        ["neutral", 0.3333],
        ["contradiction", 0.3333]
      ])
    })
  )

  const scorer: TinyModel = { words: ["fine"], labels: ["LABEL_0"], logits: { fine: [1.5] }, head: "text" }
  const pair = [{ first: "fine", second: "fine" }]

  it.effect("for relevance gives a probability, for reward the number itself, unless its folder says otherwise", () =>
    Effect.gen(function* () {
      const score = (role: LocalRole, activation_fn?: string) =>
        Effect.gen(function* () {
          const config = activation_fn === undefined ? {} : { sentence_transformers: { activation_fn } }
          const [labels] = yield* (yield* tiny("pairs", role, { ...scorer, config })).run(pair)
          return rounded(labels)
        })
      assert.deepStrictEqual(yield* score("relevance"), [["score", 0.9526]])
      assert.deepStrictEqual(yield* score("reward"), [["score", 3]])
      assert.deepStrictEqual(yield* score("relevance", "torch.nn.modules.linear.Identity"), [["score", 3]])
      assert.deepStrictEqual(yield* score("reward", "torch.nn.modules.activation.Sigmoid"), [["score", 0.9526]])
    })
  )

  it.effect("with other labels is refused", () =>
    Effect.gen(function* () {
      const labels = ["LABEL_0", "LABEL_1", "LABEL_2"]
      const entailment = yield* Effect.flip(tiny("pairs", "entailment", { ...inference, labels }))
      assert.strictEqual(
        entailment.message,
        "tiny: its labels are LABEL_0, LABEL_1, LABEL_2; entailment needs entailment, neutral and contradiction."
      )
      const relevance = yield* Effect.flip(tiny("pairs", "relevance", inference))
      assert.strictEqual(relevance.message, "tiny: it has 3 labels; relevance needs a model with a single one.")
      assert.strictEqual(relevance.kind, "unsupported")
    })
  )
})

describe("a tagger of spans", () => {
  const LABELS = ["O", "B-PER", "I-PER", "B-TEL", "I-TEL"]
  const is = (label: string) => LABELS.map((each) => (each === label ? 4 : 0))
  const tagger: TinyModel = {
    words: ["ann", "##a", "lee", "bob", "call", "王", "伟", "电", "话", "1", "##38", "2"],
    labels: LABELS,
    logits: {
      ann: is("B-PER"),
      lee: is("I-PER"),
      bob: is("B-PER"),
      王: is("B-PER"),
      伟: is("I-PER"),
      "1": is("B-TEL"),
      "2": is("I-TEL")
    },
    head: "tokens"
  }
  const found = (texts: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const results = yield* (yield* tiny("spans", "personal-data", tagger)).run(texts)
      return results.map((spans, index) =>
        spans.map(({ end, label, start }) => [label, start, (texts[index] as string).slice(start, end)])
      )
    })

  it.effect("gives stretches of the text, whole words, in one batch of texts of different lengths", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* found(["Call Anna Lee!", "Ann Bob", "", "nobody", "call 138 2, bob"]), [
        [["PER", 5, "Anna Lee"]],
        [
          ["PER", 0, "Ann"],
          ["PER", 4, "Bob"]
        ],
        [],
        [],
        [
          ["TEL", 5, "138 2"],
          ["PER", 12, "bob"]
        ]
      ])
    })
  )

  it.effect("counts in UTF-16 units behind emoji, accents, and in Chinese", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* found(["👩‍👩‍👧‍👦🎉 Ánn", "我是王伟，电话138。", "e\u0301\u00a0王\u3000伟"]), [
        [["PER", 14, "Ánn"]],
        [
          ["PER", 2, "王伟"],
          ["TEL", 7, "138"]
        ],
        [["PER", 3, "王\u3000伟"]]
      ])
    })
  )

  it.effect("gives a stretch the mean probability of its tokens", () =>
    Effect.gen(function* () {
      const [spans] = yield* (yield* tiny("spans", "personal-data", tagger)).run(["ann lee"])
      // e^4 / (e^4 + 4)
      assert.closeTo(spans?.[0]?.score ?? 0, 0.93174, 1e-5)
    })
  )
})
