import { cpSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { EmbeddingBackend } from "../../models/capabilities/backend.ts"
import { cutBatches } from "../../models/capabilities/batcher.ts"
import { onnxBackend } from "../../models/onnx/backends.ts"
import { cosine, difference, onnx, temporaryFolder } from "./onnx-lab.ts"
import { ENCODER, referenceEmbeddings } from "./reference.ts"
import { TEXTS } from "./texts.ts"

const encoder = (dtype: string) => onnxBackend("embedding", "embedding", onnx(ENCODER, { dtype }))

/** One by one, so that nothing is padded. */
const oneByOne = (backend: EmbeddingBackend, texts: ReadonlyArray<string>) =>
  Effect.forEach(texts, (text) => Effect.map(backend.run([text]), ([vector]) => vector as ReadonlyArray<number>))

const worst = (left: ReadonlyArray<ReadonlyArray<number>>, right: ReadonlyArray<ReadonlyArray<number>>): number =>
  left.reduce((most, vector, index) => Math.max(most, difference(vector, right[index] ?? [])), 0)

/** The encoder's files in a folder of their own, to be spoilt. */
const copied = Effect.map(temporaryFolder, (folder) => {
  const copy = join(folder, "encoder")
  cpSync(ENCODER, copy, { recursive: true, filter: (path) => !/safetensors$|model(_fp16)?\.onnx$/.test(path) })
  return copy
})

const failure = (folder: string) => Effect.flip(onnxBackend("embedding", "embedding", onnx(folder)))

describe("all-MiniLM-L6-v2 in this process", () => {
  it.effect("says what it is", () =>
    Effect.gen(function* () {
      const { card } = yield* encoder("q8")
      assert.strictEqual(card.id, "all-minilm-l6-v2")
      assert.strictEqual(card.backend, "onnx:cpu")
      assert.strictEqual(card.dtype, "q8")
      assert.strictEqual(card.max_tokens, 256)
      assert.match(card.revision ?? "", /^[0-9a-f]{16}$/)
      assert.notStrictEqual((yield* encoder("fp32")).card.revision, card.revision)
    })
  )

  it.effect("in full precision gives what numpy computes from the published weights", () =>
    Effect.gen(function* () {
      const backend = yield* encoder("fp32")
      assert.isBelow(worst(yield* oneByOne(backend, TEXTS), referenceEmbeddings("numpy", TEXTS)), 1e-5)
    })
  )

  it.effect("in half precision gives the same to a thousandth", () =>
    Effect.gen(function* () {
      const backend = yield* encoder("fp16")
      assert.isBelow(worst(yield* oneByOne(backend, TEXTS), referenceEmbeddings("numpy", TEXTS)), 1e-3)
    })
  )

  it.effect(
    "in eight bits gives what onnxruntime computes from the same file, and nearly what the published weights say",
    () =>
      Effect.gen(function* () {
        const vectors = yield* oneByOne(yield* encoder("q8"), TEXTS)
        assert.isBelow(worst(vectors, referenceEmbeddings("model_quantized.onnx", TEXTS)), 1e-5)
        const exact = referenceEmbeddings("numpy", TEXTS)
        for (const [index, vector] of vectors.entries()) assert.isAbove(cosine(vector, exact[index] ?? []), 0.995)
      })
  )

  for (const [dtype, tolerance] of [
    ["fp32", 1e-5],
    ["fp16", 1e-3],
    ["q8", 1e-5]
  ] as const) {
    it.effect(`gives a text in ${dtype} the same vector alone and among others`, () =>
      Effect.gen(function* () {
        const backend = yield* encoder(dtype)
        const alone = yield* oneByOne(backend, TEXTS)
        assert.isBelow(worst(yield* backend.run(TEXTS), alone), tolerance)
        const entries = TEXTS.map((text, index) => ({ text, index, size: backend.batching.tokens?.(text) ?? 0 }))
        for (const batch of cutBatches(entries, backend.batching)) {
          const vectors = yield* backend.run(batch.map(({ text }) => text))
          for (const [row, { index }] of batch.entries()) {
            assert.isBelow(difference(vectors[row] ?? [], alone[index] ?? []), tolerance)
          }
        }
      })
    )
  }

  it.effect("puts paraphrases nearer than other texts", () =>
    Effect.gen(function* () {
      const backend = yield* encoder("q8")
      const groups = [
        ["How do I reset my password?", "I forgot my password, how can I change it?"],
        ["My parcel has not arrived yet.", "The package I ordered is still missing."],
        ["The restaurant was loud and crowded.", "There were many people and much noise in the restaurant."],
        ["Interest rates rose by half a percent.", "The central bank lifted rates 50 basis points."]
      ]
      const vectors = yield* backend.run(groups.flat())
      for (const [index, vector] of vectors.entries()) {
        const own = cosine(vector, vectors[index % 2 === 0 ? index + 1 : index - 1] ?? [])
        for (const [other, candidate] of vectors.entries()) {
          if (Math.floor(other / 2) !== Math.floor(index / 2)) assert.isAbove(own, cosine(vector, candidate) + 0.1)
        }
      }
    })
  )

  it.effect("counts tokens as the tokenizer does, special ones included, and answers nothing to nothing", () =>
    Effect.gen(function* () {
      const backend = yield* encoder("q8")
      assert.deepStrictEqual(
        ["", "hello world", "密码"].map((text) => backend.batching.tokens?.(text)),
        [2, 4, 4]
      )
      assert.deepStrictEqual(yield* backend.run([]), [])
      assert.strictEqual(backend.batching.paddedTokens, 1_024)
    })
  )

  it.effect("refuses a text that is too long rather than cutting its end off", () =>
    Effect.gen(function* () {
      const backend = yield* encoder("q8")
      const { kind, message, retryable } = yield* Effect.flip(backend.run(["short", "word ".repeat(300)]))
      assert.strictEqual(kind, "bad_request")
      assert.strictEqual(message, "all-minilm-l6-v2: an input has 302 tokens, and it takes 256.")
      assert.isFalse(retryable)
    })
  )

  it.effect("takes more tokens where the specification says so, up to the positions that the weights have", () =>
    Effect.gen(function* () {
      const limit = (maxTokens: number) =>
        Effect.map(
          onnxBackend("embedding", "embedding", onnx(ENCODER, { dtype: "q8", maxTokens })),
          ({ card }) => card.max_tokens
        )
      assert.deepStrictEqual([yield* limit(300), yield* limit(64), yield* limit(4_000)], [300, 64, 512])
    })
  )

  it.effect("pools as the specification says", () =>
    Effect.gen(function* () {
      const vectors = yield* Effect.forEach([undefined, "mean", "cls", "last"] as const, (pooling) =>
        Effect.gen(function* () {
          const spec = onnx(ENCODER, { dtype: "q8", ...(pooling === undefined ? {} : { pooling }) })
          const [vector] = yield* (yield* onnxBackend("embedding", "embedding", spec)).run([
            "How do I reset my password?"
          ])
          return vector as ReadonlyArray<number>
        })
      )
      const [declared, mean, cls, last] = vectors as [number[], number[], number[], number[]]
      assert.deepStrictEqual(declared, mean)
      for (const vector of vectors) assert.closeTo(cosine(vector, vector), 1, 1e-9)
      assert.isBelow(cosine(mean, cls), 0.99)
      assert.isBelow(cosine(cls, last), 0.999)
    })
  )
})

describe("an encoder that cannot be used as it is asked for", () => {
  it.effect("without its weights", () =>
    Effect.gen(function* () {
      const folder = yield* copied
      rmSync(join(folder, "onnx"), { recursive: true })
      const { kind, message } = yield* failure(folder)
      assert.strictEqual(kind, "missing")
      assert.include(message, "has no weights: put them in onnx/")
    })
  )

  for (const file of ["config.json", "tokenizer.json", "tokenizer_config.json"]) {
    it.effect(`without ${file}`, () =>
      Effect.gen(function* () {
        const folder = yield* copied
        rmSync(join(folder, file))
        const { kind, message } = yield* failure(folder)
        assert.strictEqual(kind, "missing")
        assert.include(message, `has no ${file}`)
      })
    )
  }

  it.effect("with weights that were cut off", () =>
    Effect.gen(function* () {
      const folder = yield* copied
      truncateSync(join(folder, "onnx", "model_quantized.onnx"), 1_000_000)
      const { kind, message } = yield* failure(folder)
      assert.strictEqual(kind, "unsupported")
      assert.include(message, "its q8 weights do not run on cpu")
    })
  )

  it.effect("with a tokenizer that is none", () =>
    Effect.gen(function* () {
      const folder = yield* copied
      writeFileSync(join(folder, "tokenizer.json"), `{"model":{"type":"Unheard"}}`)
      const { kind, message } = yield* failure(folder)
      assert.strictEqual(kind, "unsupported")
      assert.include(message, "its tokenizer does not load")
    })
  )

  it.effect("that is asked for what it has no head for", () =>
    Effect.gen(function* () {
      const spec = onnx(ENCODER, { dtype: "q8" })
      const classifier = yield* Effect.flip(onnxBackend("classifier", "toxicity", spec))
      assert.strictEqual(classifier.kind, "unsupported")
      assert.strictEqual(
        classifier.message,
        "all-minilm-l6-v2: it has no classification head over whole texts: its outputs are last_hidden_state [batch, sequence, 384]."
      )
      const spans = yield* Effect.flip(onnxBackend("spans", "personal-data", spec))
      assert.include(spans.message, "it has no classification head over tokens")
      const decision = yield* Effect.flip(onnxBackend("decision", "decision", spec))
      assert.strictEqual(decision.kind, "unsupported")
      assert.include(decision.message, "ONNX models answer embedding, classifier, pairs, spans, not decision")
    })
  )

  it.effect("that is asked for on a device that ONNX models do not run on", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(onnxBackend("embedding", "embedding", onnx(ENCODER, { device: "metal" })))
      assert.strictEqual(error.kind, "unsupported")
      assert.include(error.message, "ONNX models run on webgpu, cuda, cpu, not on metal")
    })
  )

  it.effect("that may run anywhere runs on what there is, and says where", () =>
    Effect.gen(function* () {
      const backend = yield* onnxBackend("embedding", "embedding", onnx(ENCODER, { dtype: "fp32", device: "auto" }))
      assert.include(["onnx:webgpu", "onnx:cuda", "onnx:cpu"], backend.card.backend)
      assert.strictEqual(backend.batching.paddedTokens, backend.card.backend === "onnx:cpu" ? 1_024 : 16_384)
      const text = "How do I reset my password?"
      const [vector] = yield* backend.run([text])
      assert.isBelow(difference(vector ?? [], referenceEmbeddings("numpy", [text])[0] ?? []), 1e-3)
    })
  )

  it.effect("on a GPU is either on it, or says what there is", () =>
    Effect.gen(function* () {
      const spec = onnx(ENCODER, { dtype: "q8", device: "cuda" })
      const outcome = yield* Effect.result(onnxBackend("embedding", "embedding", spec))
      if (outcome._tag === "Success") assert.strictEqual(outcome.success.card.backend, "onnx:cuda")
      else {
        assert.strictEqual(outcome.failure.kind, "unsupported")
        assert.match(outcome.failure.message, /cuda cannot be used here, (cpu|webgpu) can/)
      }
    })
  )
})
