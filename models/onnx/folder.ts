import { readdir, readFile } from "node:fs/promises"
import { basename, join, resolve } from "node:path"
import { Effect } from "effect"
import { z } from "zod"
import type { Capability, LocalModelSpec } from "../../schemas/capability.ts"
import { type CapabilityError, type CapabilityErrorKind, capabilityError } from "../capabilities/capability-error.ts"
import type { Pooling } from "./pooling.ts"
import { revisionOf } from "./revision.ts"

/** What a folder of an ONNX model says about it, before anything is loaded. */
export interface Folder {
  readonly path: string
  /** The folder's name: what errors and cards call the model. */
  readonly name: string
  readonly dtype: string
  readonly revision: string
  readonly config: Config
  /**
   * Longest input in tokens with special ones, at most what the weights have positions for; null where the folder does not say.
   * Sentence encoders are used up to less than that, unless the specification asks for more.
   */
  readonly maxTokens: number | null
  readonly pooling: Pooling
  /** In the order of their ids; none where the folder does not name them all. */
  readonly labels: ReadonlyArray<string>
}

const Config = z.looseObject({
  model_type: z.string(),
  id2label: z.record(z.string(), z.string()).optional(),
  problem_type: z.string().nullish(),
  max_position_embeddings: z.int().positive().optional(),
  pad_token_id: z.int().nullish(),
  /** What sentence-transformers says of cross encoders. */
  sentence_transformers: z.looseObject({ activation_fn: z.string().optional() }).optional()
})
export type Config = z.infer<typeof Config>

const TokenizerConfig = z.looseObject({ model_max_length: z.number().nullish() })
const SentenceConfig = z.looseObject({ max_seq_length: z.int().positive().nullish() })
const Modules = z.array(z.looseObject({ type: z.string() }))
const PoolingConfig = z.looseObject({
  pooling_mode: z.string().optional(),
  pooling_mode_cls_token: z.boolean().optional(),
  pooling_mode_mean_tokens: z.boolean().optional(),
  pooling_mode_lasttoken: z.boolean().optional()
})

/** By the names of transformers.js; where no dtype is asked for, the first that is there. */
const WEIGHTS: ReadonlyArray<readonly [dtype: string, file: string]> = [
  ["fp32", "model.onnx"],
  ["fp16", "model_fp16.onnx"],
  ["q8", "model_quantized.onnx"],
  ["int8", "model_int8.onnx"],
  ["uint8", "model_uint8.onnx"],
  ["q4", "model_q4.onnx"],
  ["bnb4", "model_bnb4.onnx"],
  ["q4f16", "model_q4f16.onnx"]
]
/** Models whose positions are counted from behind the padding token's id. */
const OFFSET_POSITIONS = new Set(["roberta", "xlm-roberta", "camembert"])
/** Tokenizers that know no limit say 1e30. */
const NO_LIMIT = 10_000_000

/**
 * Reads a model's folder: `config.json`, `tokenizer.json`, `tokenizer_config.json`, `onnx/model*.onnx`, and for embeddings
 * `modules.json`, `1_Pooling/config.json` and `sentence_bert_config.json` where they are there. Fails with `missing`, and with
 * `unsupported` where a file does not hold what its name says.
 */
export const readFolder = (capability: Capability, spec: LocalModelSpec): Effect.Effect<Folder, CapabilityError> =>
  Effect.gen(function* () {
    const path = resolve(spec.model)
    const name = basename(path)
    const fail = (kind: CapabilityErrorKind, message: string, cause?: unknown) =>
      capabilityError(kind, capability, name, `${name}: ${message}`, cause)
    const json = <A>(file: string, schema: z.ZodType<A>) => readJson(join(path, file), schema, fail)

    const files = yield* Effect.tryPromise({
      try: () => readdir(path, { recursive: true }),
      catch: (cause) =>
        fail("missing", `there is no folder of a model at ${path}: check the path, nothing is ever downloaded.`, cause)
    })
    const has = (file: string) => files.includes(join(file))
    for (const file of ["config.json", "tokenizer.json", "tokenizer_config.json"]) {
      if (!has(file)) return yield* fail("missing", `${path} has no ${file}: a model's folder needs it.`)
    }
    const present = WEIGHTS.filter(([, file]) => has(`onnx/${file}`))
    const weights = spec.dtype === undefined ? present[0] : present.find(([dtype]) => dtype === spec.dtype)
    if (weights === undefined) {
      return yield* fail(
        "missing",
        present.length === 0
          ? `${path} has no weights: put them in onnx/, as one of ${WEIGHTS.map(([, file]) => file).join(", ")}.`
          : `${path} has no weights of dtype ${spec.dtype}; it has ${present.map(([dtype]) => dtype).join(", ")}.`
      )
    }
    const [dtype, file] = weights

    const config = yield* json("config.json", Config)
    const tokenizerConfig = yield* json("tokenizer_config.json", TokenizerConfig)
    const sentence =
      capability === "embedding" && has("sentence_bert_config.json")
        ? yield* json("sentence_bert_config.json", SentenceConfig)
        : {}
    const limit = limitOf(config, tokenizerConfig.model_max_length)
    if (capability === "embedding" && has("modules.json")) {
      const unknown = (yield* json("modules.json", Modules)).find(
        ({ type }) => !/(Transformer|Pooling|Normalize)$/.test(type)
      )
      if (unknown !== undefined) {
        return yield* fail(
          "unsupported",
          `its modules.json asks for ${unknown.type}, which is not part of the ONNX file.`
        )
      }
    }
    const external = files.filter(
      (other) => other.startsWith(join("onnx", `${file}_data`)) || other === join("onnx", `${file}.data`)
    )
    const revision = yield* Effect.tryPromise({
      try: () => revisionOf([join("onnx", file), ...external.sort(), "tokenizer.json"].map((part) => join(path, part))),
      catch: (cause) => fail("missing", `its files cannot be read: ${String(cause)}.`, cause)
    })
    const declared =
      capability === "embedding" && spec.pooling === undefined && has("1_Pooling/config.json")
        ? yield* json("1_Pooling/config.json", PoolingConfig)
        : {}
    const pooling = spec.pooling ?? poolingOf(declared)
    if (capability === "embedding" && pooling === undefined) {
      return yield* fail(
        "unsupported",
        "its 1_Pooling/config.json asks for a pooling other than mean, cls or last token."
      )
    }
    return {
      path,
      name,
      dtype,
      revision,
      config,
      maxTokens: smallest(limit, spec.maxTokens ?? sentence.max_seq_length ?? null),
      pooling: pooling ?? "mean",
      labels: spec.labels ?? labelsOf(config.id2label ?? {})
    }
  })

const readJson = <A>(
  path: string,
  schema: z.ZodType<A>,
  fail: (kind: CapabilityErrorKind, message: string, cause?: unknown) => CapabilityError
): Effect.Effect<A, CapabilityError> =>
  Effect.tryPromise({
    try: () => readFile(path, "utf8"),
    catch: (cause) => fail("missing", `${path} cannot be read.`, cause)
  }).pipe(
    Effect.flatMap((text) =>
      Effect.try({
        try: () => schema.parse(JSON.parse(text)),
        catch: (cause) =>
          fail(
            "unsupported",
            `${path} is not what its name says: ${cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause)}.`,
            cause
          )
      })
    )
  )

const labelsOf = (id2label: Readonly<Record<string, string>>): ReadonlyArray<string> => {
  const labels = Object.keys(id2label).map((_, id) => id2label[String(id)])
  return labels.every((label) => label !== undefined) ? labels : []
}

const limitOf = (config: Config, tokenizer: number | null | undefined): number | null => {
  const offset = OFFSET_POSITIONS.has(config.model_type) ? (config.pad_token_id ?? 1) + 1 : 0
  const positions = config.max_position_embeddings === undefined ? null : config.max_position_embeddings - offset
  return smallest(positions, typeof tokenizer === "number" && tokenizer < NO_LIMIT ? tokenizer : null)
}

const smallest = (left: number | null, right: number | null): number | null =>
  left === null ? right : right === null ? left : Math.min(left, right)

/** The mean where the folder does not say; undefined where it says something else. */
const poolingOf = (declared: z.infer<typeof PoolingConfig>): Pooling | undefined => {
  const modes = new Map<string, Pooling>([
    ["cls", "cls"],
    ["mean", "mean"],
    ["lasttoken", "last"]
  ])
  if (declared.pooling_mode !== undefined) return modes.get(declared.pooling_mode)
  const asked = Object.entries(declared).filter(([key, value]) => key.startsWith("pooling_mode_") && value === true)
  if (asked.length === 0) return "mean"
  if (asked.length > 1) return undefined
  return modes.get((asked[0] as [string, unknown])[0].replace(/^pooling_mode_|_tokens?$/g, ""))
}
