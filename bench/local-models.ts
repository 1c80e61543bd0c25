import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { Effect } from "effect"
import { cutBatches } from "../models/capabilities/batcher.ts"
import { onnxBackend } from "../models/onnx/backends.ts"
import { LocalModelSpec } from "../schemas/capability.ts"
import { type BertSizes, bertGraph } from "../test/local-models/bert.ts"
import { onnxFile } from "../test/local-models/onnx-file.ts"
import { writeTinyModel } from "../test/local-models/tiny-model.ts"
import { count, machine, markdown } from "./machine.ts"

const HELP = `node bench/local-models.ts [--model FOLDER] [--device cpu|webgpu|cuda|auto] [--dtype fp32,q8] [--budgets 512,1024]
                            [--texts 192] [--rounds 2] [--random] [--random-size NAME]
Texts a second of an ONNX encoder in this process, for each budget of padded tokens, and how far its vectors are from those
of the processor. --random needs no files: it measures random weights of the shape of MiniLM-L6 (or base: BERT base).`

const { values: flags } = parseArgs({
  options: {
    model: { type: "string", default: ".models/all-minilm-l6-v2" },
    device: { type: "string", default: "cpu" },
    dtype: { type: "string", default: "fp32" },
    budgets: { type: "string" },
    texts: { type: "string" },
    rounds: { type: "string", default: "2" },
    random: { type: "boolean", default: false },
    "random-size": { type: "string", default: "minilm" },
    help: { type: "boolean", default: false }
  }
})
if (flags.help) {
  console.log(HELP)
  process.exit(0)
}

const onProcessor = flags.device === "cpu"
const budgets = (flags.budgets ?? (onProcessor ? "256,512,1024,2048,4096" : "1024,4096,16384,65536"))
  .split(",")
  .map(Number)
const howMany = Number(flags.texts ?? (onProcessor ? 192 : 4_096))

/** The same numbers each time, evenly from 0 to 1 (mulberry32). */
const numbers = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

const WORDS =
  "the order of my customer was late again and they want a refund for two of three items because it broke".split(" ")

/** Lengths as dialogues have them: many short texts and a few long ones, 8 to 250 words, some 90 in the mean. */
const texts = (() => {
  const random = numbers(7)
  return Array.from({ length: howMany }, () =>
    Array.from(
      { length: 8 + Math.floor(242 * random() ** 1.9) },
      () => WORDS[Math.floor(random() * WORDS.length)] as string
    ).join(" ")
  )
})()

const SIZES: Readonly<Record<string, BertSizes>> = Object.fromEntries(
  (
    [
      ["minilm", 384, 6, 12],
      ["base", 768, 12, 12]
    ] as const
  ).map(([name, hidden_size, num_hidden_layers, num_attention_heads]) => [
    name,
    {
      hidden_size,
      num_hidden_layers,
      num_attention_heads,
      intermediate_size: 4 * hidden_size,
      vocab_size: 30_522,
      max_position_embeddings: 512,
      type_vocab_size: 2,
      layer_norm_eps: 1e-12
    }
  ])
)

/** A folder with random weights in both precisions. */
const randomModel = (folder: string, sizes: BertSizes): string => {
  const config = { ...sizes, model_type: "bert" }
  writeTinyModel(folder, { words: [...new Set(WORDS)], labels: ["none"], logits: {}, head: "text", config })
  const tokenizer = { tokenizer_class: "BertTokenizer", model_max_length: 512, unk_token: "[UNK]", pad_token: "[PAD]" }
  writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify(tokenizer))
  for (const [file, precision] of [
    ["model.onnx", "float32"],
    ["model_fp16.onnx", "float16"]
  ] as const) {
    const random = numbers(1)
    const weights = (name: string, shape: ReadonlyArray<number>) =>
      Float32Array.from({ length: shape.reduce((size, each) => size * each, 1) }, () =>
        name.endsWith("LayerNorm.weight") ? 1 : (random() - 0.5) / 8
      )
    writeFileSync(join(folder, "onnx", file), onnxFile(bertGraph(sizes, weights, precision)))
  }
  return folder
}

const furthest = (left: ReadonlyArray<ReadonlyArray<number>>, right: ReadonlyArray<ReadonlyArray<number>>): number =>
  left.reduce(
    (most, vector, row) =>
      vector.reduce(
        (worst, value, index) => Math.max(worst, Math.abs(value - (right[row]?.[index] ?? Number.NaN))),
        most
      ),
    0
  )

const measure = (model: string, dtype: string) =>
  Effect.gen(function* () {
    const load = (device: string) =>
      onnxBackend(
        "embedding",
        "embedding",
        LocalModelSpec.parse({ provider: "onnx", model, device, dtype, maxTokens: 512 })
      )
    const before = performance.now()
    const backend = yield* load(flags.device)
    const loaded = performance.now() - before
    const reference = yield* (yield* load("cpu")).run(texts.slice(0, 16))
    const distance = furthest(yield* backend.run(texts.slice(0, 16)), reference)

    const entries = texts.map((text) => ({ text, size: backend.batching.tokens?.(text) ?? 0 }))
    const real = entries.reduce((sum, { size }) => sum + size, 0)
    const name = [backend.card.id, backend.card.backend, dtype]
    console.error(`${name.join(" ")}: loaded in ${count(loaded)} ms, ${count(real / texts.length)} tokens a text`)
    const rows: Array<ReadonlyArray<string>> = []
    for (const budget of [0, ...budgets]) {
      const batches = cutBatches(entries, { ...backend.batching, inputs: 4_096, paddedTokens: budget })
      const padded = batches.reduce((sum, batch) => sum + batch.length * Math.max(...batch.map(({ size }) => size)), 0)
      let best = Number.POSITIVE_INFINITY
      for (let round = 0; round < Number(flags.rounds); round++) {
        const start = performance.now()
        for (const batch of batches) yield* backend.run(batch.map(({ text }) => text))
        best = Math.min(best, performance.now() - start)
      }
      rows.push([
        ...name,
        budget === 0 ? "one by one" : count(budget),
        count(batches.length),
        (padded / real).toFixed(2),
        count((texts.length / best) * 1_000),
        count((real / best) * 1_000),
        distance.toExponential(1)
      ])
    }
    return rows
  }).pipe(Effect.scoped)

console.log(`${machine()}, ${count(texts.length)} texts, best of ${flags.rounds}\n`)
const temporary = mkdtempSync(join(tmpdir(), "bench-"))
try {
  const sizes = SIZES[flags["random-size"]]
  if (sizes === undefined)
    throw new Error(`--random-size ${flags["random-size"]}: there are ${Object.keys(SIZES).join(", ")}`)
  const model = flags.random ? randomModel(join(temporary, `random-${flags["random-size"]}`), sizes) : flags.model
  const rows = await Effect.runPromise(Effect.forEach(flags.dtype.split(","), (dtype) => measure(model, dtype)))
  const head = [
    "model",
    "backend",
    "dtype",
    "padded tokens a batch",
    "batches",
    "padded / real",
    "texts/s",
    "tokens/s",
    "furthest from cpu"
  ]
  console.log(markdown([head, ...rows.flat()]))
} finally {
  rmSync(temporary, { recursive: true })
}
