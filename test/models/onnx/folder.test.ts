import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFolder } from "../../../models/onnx/folder.ts"
import type { Capability } from "../../../schemas/capability.ts"
import { LocalModelSpec } from "../../../schemas/capability.ts"

const WHOLE: Readonly<Record<string, string>> = {
  "config.json": JSON.stringify({ model_type: "bert", max_position_embeddings: 512, id2label: { 0: "no", 1: "yes" } }),
  "tokenizer.json": "{}",
  "tokenizer_config.json": JSON.stringify({ model_max_length: 1e30 }),
  "onnx/model.onnx": "full",
  "onnx/model_quantized.onnx": "eight bits"
}

/** A folder with these files, removed with the scope. */
const folderOf = (files: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "folder-"))
      for (const [file, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true })
        writeFileSync(join(folder, file), content)
      }
      return folder
    }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const read = (model: string, more: Partial<LocalModelSpec> = {}, capability: Capability = "embedding") =>
  readFolder(capability, LocalModelSpec.parse({ provider: "onnx", model, ...more }))

const readFiles = (
  files: Readonly<Record<string, string>>,
  more: Partial<LocalModelSpec> = {},
  capability?: Capability
) => Effect.flatMap(folderOf({ ...WHOLE, ...files }), (folder) => read(folder, more, capability))

describe("a folder of an ONNX model", () => {
  it.effect("takes the first weights that are there, or those that are asked for", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* readFiles({})).dtype, "fp32")
      assert.strictEqual((yield* readFiles({}, { dtype: "q8" })).dtype, "q8")
      const { kind, message } = yield* Effect.flip(readFiles({}, { dtype: "fp16" }))
      assert.strictEqual(kind, "missing")
      assert.match(message, /has no weights of dtype fp16; it has fp32, q8\.$/)
    })
  )

  it.effect("says what is missing", () =>
    Effect.gen(function* () {
      const none = yield* Effect.flip(read("/no/such/folder"))
      assert.strictEqual(none.kind, "missing")
      assert.strictEqual(
        none.message,
        "folder: there is no folder of a model at /no/such/folder: check the path, nothing is ever downloaded."
      )
      const { "tokenizer.json": _, ...rest } = WHOLE
      const tokenizer = yield* Effect.flip(Effect.flatMap(folderOf(rest), (folder) => read(folder)))
      assert.strictEqual(tokenizer.kind, "missing")
      assert.include(tokenizer.message, "has no tokenizer.json")
    })
  )

  it.effect("says which file is not what its name says", () =>
    Effect.gen(function* () {
      for (const content of ["{", "[]", `{"model_type":7}`]) {
        const { kind, message } = yield* Effect.flip(readFiles({ "config.json": content }))
        assert.strictEqual(kind, "unsupported")
        assert.include(message, "config.json is not what its name says")
      }
    })
  )

  it.effect("has another revision when its weights or its tokenizer differ, and the same wherever it lies", () =>
    Effect.gen(function* () {
      const revision = (files: Readonly<Record<string, string>>, more: Partial<LocalModelSpec> = {}) =>
        Effect.map(readFiles(files, more), (folder) => folder.revision)
      const first = yield* revision({})
      assert.match(first, /^[0-9a-f]{16}$/)
      assert.strictEqual(yield* revision({}), first)
      assert.strictEqual(yield* revision({ "onnx/model_quantized.onnx": "other" }), first)
      for (const files of [
        { "onnx/model.onnx": "half" },
        { "tokenizer.json": "{ }" },
        { "onnx/model.onnx_data": "outside" }
      ]) {
        assert.notStrictEqual(yield* revision(files), first)
      }
      assert.notStrictEqual(yield* revision({}, { dtype: "q8" }), first)
    })
  )

  it.effect("has another revision when a file is changed under it", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf(WHOLE)
      const { revision } = yield* read(folder)
      writeFileSync(join(folder, "onnx/model.onnx"), "FULL")
      utimesSync(join(folder, "onnx/model.onnx"), 1, 1)
      assert.notStrictEqual((yield* read(folder)).revision, revision)
    })
  )

  it.effect("takes as many tokens as its tokenizer and its positions allow", () =>
    Effect.gen(function* () {
      const limit = (
        files: Readonly<Record<string, string>>,
        more: Partial<LocalModelSpec> = {},
        capability?: Capability
      ) => Effect.map(readFiles(files, more, capability), ({ maxTokens }) => maxTokens)
      const config = (value: object) => ({ "config.json": JSON.stringify(value) })
      const sentence = { "sentence_bert_config.json": JSON.stringify({ max_seq_length: 128 }) }
      assert.strictEqual(yield* limit({}), 512)
      assert.strictEqual(yield* limit({ "tokenizer_config.json": `{"model_max_length":100}` }), 100)
      // RoBERTa's first position is behind the padding token's.
      const roberta = { model_type: "roberta", max_position_embeddings: 514, pad_token_id: 1 }
      assert.strictEqual(yield* limit(config(roberta)), 512)
      assert.strictEqual(yield* limit(config({ model_type: "t5" })), null)
      assert.strictEqual(yield* limit(sentence), 128)
      assert.strictEqual(yield* limit(sentence, {}, "classifier"), 512)
      assert.strictEqual(yield* limit(sentence, { maxTokens: 300 }), 300)
      assert.strictEqual(yield* limit(sentence, { maxTokens: 3_000 }), 512)
    })
  )

  it.effect("pools as its own configuration says", () =>
    Effect.gen(function* () {
      const pooling = (value: object, more: Partial<LocalModelSpec> = {}) =>
        Effect.map(readFiles({ "1_Pooling/config.json": JSON.stringify(value) }, more), (folder) => folder.pooling)
      assert.strictEqual((yield* readFiles({})).pooling, "mean")
      assert.strictEqual(yield* pooling({ pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }), "cls")
      assert.strictEqual(yield* pooling({ pooling_mode_cls_token: false, pooling_mode_mean_tokens: true }), "mean")
      assert.strictEqual(yield* pooling({ pooling_mode_lasttoken: true }), "last")
      assert.strictEqual(yield* pooling({ pooling_mode: "cls" }), "cls")
      assert.strictEqual(yield* pooling({ pooling_mode_max_tokens: true }, { pooling: "last" }), "last")
      for (const value of [
        { pooling_mode_max_tokens: true },
        { pooling_mode_mean_sqrt_len_tokens: true },
        { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true }
      ]) {
        const { kind, message } = yield* Effect.flip(pooling(value))
        assert.strictEqual(kind, "unsupported")
        assert.include(message, "a pooling other than mean, cls or last token")
      }
    })
  )

  it.effect("with a layer behind its pooling is refused, since the ONNX file does not hold it", () =>
    Effect.gen(function* () {
      const modules = (types: ReadonlyArray<string>) => ({
        "modules.json": JSON.stringify(types.map((type) => ({ type: `sentence_transformers.models.${type}` })))
      })
      assert.strictEqual((yield* readFiles(modules(["Transformer", "Pooling", "Normalize"]))).pooling, "mean")
      const { kind, message } = yield* Effect.flip(readFiles(modules(["Transformer", "Pooling", "Dense"])))
      assert.strictEqual(kind, "unsupported")
      assert.include(message, "asks for sentence_transformers.models.Dense")
    })
  )

  it.effect("names its labels in the order of their ids, or none", () =>
    Effect.gen(function* () {
      const labels = (id2label: object) =>
        Effect.map(
          readFiles({ "config.json": JSON.stringify({ model_type: "bert", id2label }) }),
          (folder) => folder.labels
        )
      assert.deepStrictEqual(yield* labels({ 1: "yes", 0: "no" }), ["no", "yes"])
      assert.deepStrictEqual(yield* labels({ 0: "no", 2: "yes" }), [])
      assert.deepStrictEqual((yield* readFiles({}, { labels: ["a", "b"] })).labels, ["a", "b"])
    })
  )
})
