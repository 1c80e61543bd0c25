import { Effect, type Scope } from "effect"
import type { Capability, LocalModelSpec } from "../../schemas/capability.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import { type CapabilityError, type CapabilityErrorKind, capabilityError } from "../capabilities/capability-error.ts"
import { loadOnDevice } from "./device.ts"
import { type Folder, readFolder } from "./folder.ts"
import { kindOf, wordsOf } from "./load-error.ts"
import { loadTransformers, type Model, type Tensor, type Tokenizer } from "./transformers.ts"

/** The tokens of one text or pair, special ones included, as the model takes them. */
export interface Row {
  readonly ids: ReadonlyArray<number>
  readonly types: ReadonlyArray<number> | undefined
}

/** One row's part of an output: `values` is the whole batch's, of `shape`; the row's own tokens are the first `tokens`. */
export interface RowOutput {
  readonly values: ArrayLike<number>
  readonly shape: ReadonlyArray<number>
  readonly row: number
  readonly tokens: number
}

/** A model of a folder, loaded on one device, and its tokenizer. */
export interface OnnxModel {
  readonly card: ModelCard
  readonly folder: Folder
  readonly tokenizer: Tokenizer
  /** The outputs that the weights declare: name, and sizes, names where they are free. */
  readonly outputs: ReadonlyArray<{ readonly name: string; readonly shape?: ReadonlyArray<number | string> }>
  /** Padded tokens of a batch. */
  readonly batchTokens: number
  readonly encode: (text: string, pair?: string) => Row
  /**
   * Runs all rows as one batch, padded to the longest, and gives what `take` makes of one output, in their order. Fails with
   * `bad_request` where a row is longer than the model takes, and with `bad_output` where a number is not finite. While a
   * batch is computed nothing else runs in this process.
   */
  readonly forward: (
    rows: ReadonlyArray<Row>,
    output: string,
    take: (output: RowOutput) => ReadonlyArray<number>
  ) => Effect.Effect<ReadonlyArray<ReadonlyArray<number>>, CapabilityError>
  readonly fail: (kind: CapabilityErrorKind, message: string, cause?: unknown) => CapabilityError
}

const CPU_BATCH_TOKENS = 1_024
const GPU_BATCH_TOKENS = 16_384

/** Reads the folder, loads tokenizer and weights, and has run one short text: what cannot run fails here. */
export const loadModel = (
  capability: Capability,
  spec: LocalModelSpec
): Effect.Effect<OnnxModel, CapabilityError, Scope.Scope> =>
  Effect.gen(function* () {
    const folder = yield* readFolder(capability, spec)
    const { maxTokens, name } = folder
    const fail = (kind: CapabilityErrorKind, message: string, cause?: unknown) =>
      capabilityError(kind, capability, name, `${name}: ${message}`, cause)
    const transformers = yield* loadTransformers(capability, name)
    const tokenizer = yield* Effect.tryPromise({
      try: () => transformers.AutoTokenizer.from_pretrained(folder.path, { local_files_only: true }),
      catch: (cause) => fail("unsupported", `its tokenizer does not load: ${wordsOf(cause)}`, cause)
    })

    const encode = (text: string, pair?: string): Row => {
      const { input_ids, token_type_ids } = tokenizer(text, { text_pair: pair ?? null, return_tensor: false })
      return { ids: input_ids, types: token_type_ids }
    }
    const compute = (model: Model, rows: ReadonlyArray<Row>): Promise<Readonly<Record<string, Tensor>>> => {
      const length = longestOf(rows)
      const matrix = (value: (row: Row, token: number) => number, padding: number) => {
        const values = new BigInt64Array(rows.length * length).fill(BigInt(padding))
        rows.forEach((row, index) => {
          for (let token = 0; token < row.ids.length; token++) {
            values[index * length + token] = BigInt(value(row, token))
          }
        })
        return new transformers.Tensor("int64", values, [rows.length, length])
      }
      return model({
        input_ids: matrix(({ ids }, token) => ids[token] as number, tokenizer.pad_token_id ?? 0),
        attention_mask: matrix(() => 1, 0),
        token_type_ids: matrix(({ types }, token) => types?.[token] ?? 0, 0)
      })
    }

    const { device, model } = yield* loadOnDevice(capability, folder, spec.device, transformers, (model) =>
      compute(model, [encode("a")])
    )
    const { model: session } = model.sessions
    if (session === undefined) {
      return yield* fail("unsupported", `a model of type ${folder.config.model_type} is not an encoder in one file.`)
    }

    const forward: OnnxModel["forward"] = (rows, output, take) =>
      Effect.gen(function* () {
        if (rows.length === 0) return []
        if (maxTokens !== null && longestOf(rows) > maxTokens) {
          return yield* fail("bad_request", `an input has ${longestOf(rows)} tokens, and it takes ${maxTokens}.`)
        }
        // Uninterruptible, so that the weights are not freed under the computation.
        const { [output]: tensor } = yield* Effect.uninterruptible(
          Effect.tryPromise({
            try: () => compute(model, rows),
            catch: (cause) =>
              fail(kindOf(cause), `a batch of ${sizeOf(rows)} cannot be computed: ${wordsOf(cause)}`, cause)
          })
        )
        if (tensor === undefined || tensor.dims[0] !== rows.length) {
          return yield* fail(
            "bad_output",
            `its output ${output} has ${tensor?.dims[0]} rows for ${rows.length} inputs.`
          )
        }
        const results = rows.map(({ ids }, row) =>
          take({ values: tensor.data, shape: tensor.dims, row, tokens: ids.length })
        )
        const bad = results.findIndex((result) => !result.every(Number.isFinite))
        if (bad < 0) return results
        return yield* fail(
          "bad_output",
          `its output ${output} is not a number for input ${bad + 1} of ${rows.length}, of ${rows[bad]?.ids.length} tokens.`
        )
      })

    return {
      card: {
        id: name,
        revision: folder.revision,
        backend: `onnx:${device}`,
        dtype: folder.dtype,
        max_tokens: maxTokens
      },
      folder,
      tokenizer,
      outputs: session.outputMetadata,
      batchTokens: spec.batchTokens ?? (device === "cpu" ? CPU_BATCH_TOKENS : GPU_BATCH_TOKENS),
      encode,
      forward,
      fail
    }
  })

const longestOf = (rows: ReadonlyArray<Row>): number =>
  rows.reduce((longest, { ids }) => Math.max(longest, ids.length), 0)
const sizeOf = (rows: ReadonlyArray<Row>): string => `${rows.length} inputs of up to ${longestOf(rows)} tokens`
