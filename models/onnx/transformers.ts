import { Effect } from "effect"
import type { Capability } from "../../schemas/capability.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import { loadPackage } from "../local/load.ts"

/** What is used of `@huggingface/transformers` 4.3.1, structurally: its own types need not be installed. */
export interface Transformers {
  readonly env: { allowRemoteModels: boolean; logLevel: number }
  readonly Tensor: new (type: "int64", data: BigInt64Array, dims: ReadonlyArray<number>) => Tensor
  readonly AutoTokenizer: { from_pretrained(folder: string, options: { local_files_only: true }): Promise<Tokenizer> }
  readonly AutoModel: { from_pretrained(folder: string, options: LoadOptions): Promise<Model> }
}

export interface LoadOptions {
  readonly local_files_only: true
  readonly device: "cpu" | "webgpu" | "cuda"
  readonly dtype: string
  readonly session_options: {
    readonly logSeverityLevel: number
    readonly intraOpNumThreads?: number
    /** Settings by ONNX Runtime's own names, split at their points. */
    readonly extra?: object
  }
}

export interface Tensor {
  readonly type: string
  readonly dims: ReadonlyArray<number>
  readonly data: ArrayLike<number>
}

export interface Model {
  (inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>
  readonly sessions: { readonly model?: Session }
  dispose(): Promise<unknown>
}

export interface Session {
  readonly outputMetadata: ReadonlyArray<{
    readonly name: string
    /** Numbers, and names where the size is free. */
    readonly shape?: ReadonlyArray<number | string>
  }>
}

export interface Encoded {
  readonly input_ids: ReadonlyArray<number>
  readonly token_type_ids?: ReadonlyArray<number>
}

export interface Tokenizer {
  (
    text: string,
    options: {
      readonly text_pair: string | null
      readonly return_tensor: false
      /** True where it is not given. */
      readonly add_special_tokens?: boolean
    }
  ): Encoded
  /** The tokens without special ones. */
  tokenize(text: string): ReadonlyArray<string>
  readonly model_max_length: number
  readonly pad_token_id: number | undefined
  readonly unk_token: string | null
  /** Not declared by the package, though a plain property of it: what text positions are found with. */
  readonly _tokenizer: { readonly normalizer: ((text: string) => string) | null }
  readonly _tokenizerJSON: {
    readonly model: { readonly type?: string; readonly continuing_subword_prefix?: string | null }
    readonly decoder: Decoder | null
  }
}

interface Decoder {
  readonly type: string
  readonly decoders?: ReadonlyArray<Decoder>
}

/** Silent: what goes wrong becomes an error of ours, and the package would print the ids of whole batches. */
const NO_LOG = 50

/** The package, told never to fetch anything. */
export const loadTransformers = (capability: Capability, model: string): Effect.Effect<Transformers, CapabilityError> =>
  loadPackage<Transformers>("@huggingface/transformers", capability, model).pipe(
    Effect.tap(({ env }) =>
      Effect.sync(() => {
        env.allowRemoteModels = false
        env.logLevel = NO_LOG
      })
    )
  )
