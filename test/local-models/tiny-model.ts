import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { floats, type Graph, integers, type Node, onnxFile } from "./onnx-file.ts"

/** A model whose weights one can read: each token has its own logits, in the first and in the second text of a pair. */
export interface TinyModel {
  /** Beside special tokens; "##s" continues a word. */
  readonly words: ReadonlyArray<string>
  readonly labels: ReadonlyArray<string>
  /** Logits of a word, one for each label; zeros for all others, special tokens too. */
  readonly logits: Readonly<Record<string, ReadonlyArray<number>>>
  /** The same where the word stands in the second text. Absent: as in the first. */
  readonly secondLogits?: Readonly<Record<string, ReadonlyArray<number>>>
  /** `text`: the sum over all tokens, [batch, labels]. `tokens`: each token's, [batch, length, labels]. */
  readonly head: "text" | "tokens"
  /** Allocates a trillion numbers for each token beyond the third, so that memory runs out at run time. */
  readonly greedy?: boolean
  readonly config?: object
}

const SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

/** Writes the model's folder: configuration, tokenizer and weights. */
export const writeTinyModel = (folder: string, tiny: TinyModel): string => {
  mkdirSync(join(folder, "onnx"), { recursive: true })
  const vocabulary = [...SPECIAL, ...tiny.words]
  const write = (file: string, value: object) => writeFileSync(join(folder, file), JSON.stringify(value))
  write("config.json", {
    model_type: "bert",
    max_position_embeddings: 64,
    id2label: Object.fromEntries(tiny.labels.map((label, id) => [id, label])),
    ...tiny.config
  })
  write("tokenizer_config.json", {
    tokenizer_class: "BertTokenizer",
    model_max_length: 64,
    unk_token: "[UNK]",
    pad_token: "[PAD]",
    cls_token: "[CLS]",
    sep_token: "[SEP]",
    mask_token: "[MASK]"
  })
  write("tokenizer.json", wordPiece(vocabulary))
  writeFileSync(join(folder, "onnx", "model.onnx"), onnxFile(graphOf(tiny, vocabulary)))
  return folder
}

const graphOf = (tiny: TinyModel, vocabulary: ReadonlyArray<string>): Graph => {
  const row = (logits: TinyModel["logits"], word: string) => logits[word] ?? tiny.labels.map(() => 0)
  const table = [
    ...vocabulary.flatMap((word) => row(tiny.logits, word)),
    ...vocabulary.flatMap((word) => row(tiny.secondLogits ?? tiny.logits, word))
  ]
  const looked: ReadonlyArray<Node> = [
    { op: "Mul", inputs: ["token_type_ids", "size"], outputs: ["offset"] },
    { op: "Add", inputs: ["input_ids", "offset"], outputs: ["index"] },
    { op: "Gather", inputs: ["table", "index"], outputs: [tiny.head === "tokens" ? "logits" : "looked"] }
  ]
  const summed: ReadonlyArray<Node> = [
    { op: "Cast", inputs: ["attention_mask"], outputs: ["present"], attributes: { to: 1 } },
    { op: "Unsqueeze", inputs: ["present", "last"], outputs: ["mask"] },
    // Not a product: a word's NaN must not reach the rows that have it masked, nor the mask hide it.
    { op: "Cast", inputs: ["mask"], outputs: ["chosen"], attributes: { to: 9 } },
    { op: "Where", inputs: ["chosen", "looked", "nothing"], outputs: ["masked"] },
    {
      op: "ReduceSum",
      inputs: ["masked", "middle"],
      outputs: [tiny.greedy ? "sum" : "logits"],
      attributes: { keepdims: 0 }
    }
  ]
  const greedy: ReadonlyArray<Node> = [
    { op: "Shape", inputs: ["input_ids"], outputs: ["shape"] },
    { op: "Gather", inputs: ["shape", "middle"], outputs: ["length"] },
    { op: "Sub", inputs: ["length", "three"], outputs: ["beyond"] },
    { op: "Mul", inputs: ["beyond", "trillion"], outputs: ["many"] },
    { op: "Add", inputs: ["many", "middle"], outputs: ["more"] },
    { op: "ConstantOfShape", inputs: ["more"], outputs: ["zeros"] },
    { op: "ReduceSum", inputs: ["zeros"], outputs: ["zero"], attributes: { keepdims: 0 } },
    { op: "Add", inputs: ["sum", "zero"], outputs: ["logits"] }
  ]
  return {
    nodes: [...looked, ...(tiny.head === "text" ? summed : []), ...(tiny.greedy ? greedy : [])],
    weights: [
      floats("table", [2 * vocabulary.length, tiny.labels.length], table),
      floats("nothing", [], [0]),
      integers("size", [], [vocabulary.length]),
      integers("middle", [1], [1]),
      integers("last", [1], [-1]),
      integers("three", [], [3]),
      integers("trillion", [], [1e12])
    ],
    inputs: ["input_ids", "attention_mask", "token_type_ids"].map((name) => ({
      name,
      type: "int64" as const,
      shape: ["batch", "length"]
    })),
    outputs: [
      {
        name: "logits",
        type: "float32",
        shape: tiny.head === "text" ? ["batch", tiny.labels.length] : ["batch", "length", tiny.labels.length]
      }
    ]
  }
}

/** A tokenizer like that of uncased BERT. */
export const wordPiece = (vocabulary: ReadonlyArray<string>): object => ({
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: SPECIAL.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true
  })),
  normalizer: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true
  },
  pre_tokenizer: { type: "BertPreTokenizer" },
  post_processor: {
    type: "TemplateProcessing",
    single: [special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0)],
    pair: [special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0), sequence("B", 1), special("[SEP]", 1)],
    special_tokens: Object.fromEntries(
      ["[CLS]", "[SEP]"].map((token) => [token, { id: token, ids: [SPECIAL.indexOf(token)], tokens: [token] }])
    )
  },
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id]))
  }
})

const special = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } })
const sequence = (id: "A" | "B", type_id: number) => ({ Sequence: { id, type_id } })
