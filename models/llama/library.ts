import type { JsonObject } from "../../schemas/json.ts"

/**
 * What of node-llama-cpp 3.22.1 is used here, so that the program type-checks without the package. Names and shapes are
 * the library's; nothing checks them but the tests that run it.
 */
export interface LlamaLibrary {
  readonly getLlama: (options: {
    readonly gpu: LlamaGpu
    readonly build: "never"
    readonly skipDownload: true
    readonly progressLogs: false
    readonly maxThreads: number
    readonly logLevel: "error"
    readonly logger: (level: string, message: string) => void
  }) => Promise<Llama>
  readonly resolveChatWrapper: (model: LlamaModel) => ChatWrapper
  readonly LlamaChat: new (options: {
    readonly contextSequence: LlamaSequence
    readonly chatWrapper: ChatWrapper
  }) => LlamaChat
  /** Names of weight formats by number, such as MOSTLY_Q4_K_M. */
  readonly GgufFileType: Readonly<Record<number, string>>
}

export type LlamaGpu = "auto" | "cuda" | "vulkan" | "metal" | false

export interface Llama {
  /** What it really runs on; false for the processor. */
  readonly gpu: string | false
  readonly loadModel: (options: { readonly modelPath: string }) => Promise<LlamaModel>
  readonly createGrammarForJsonSchema: (schema: JsonObject) => Promise<Grammar>
  readonly getGrammarFor: (type: "json") => Promise<Grammar>
}

export interface Grammar {
  readonly grammar: string
}

/** An index into the vocabulary. */
export type Token = number

export interface LlamaModel {
  readonly dispose: () => Promise<void>
  /** Layers that are on the GPU. */
  readonly gpuLayers: number
  readonly trainContextSize: number
  readonly tokens: { readonly bos: Token | null }
  readonly tokenizer: unknown
  readonly fileInfo: { readonly metadata: { readonly general: { readonly file_type?: number } } }
  readonly tokenize: (text: string) => Array<Token>
  readonly createContext: (options: {
    readonly sequences: number
    readonly contextSize: ContextSize
    readonly batchSize?: number
    readonly failedCreationRemedy?: false
  }) => Promise<LlamaContext>
  readonly createEmbeddingContext: (options: { readonly contextSize: ContextSize }) => Promise<LlamaEmbeddingContext>
  readonly createRankingContext: (options: { readonly contextSize: ContextSize }) => Promise<LlamaRankingContext>
  readonly createDecisionContext: (options: {
    readonly contextSize: ContextSize
    readonly parallelQuestions: number
  }) => Promise<LlamaDecisionContext>
}

/** Tokens of a sequence: so many, or as many as memory has room for up to `max`. */
export type ContextSize = number | { readonly max: number }

interface Disposable {
  readonly dispose: () => Promise<void>
}

export interface LlamaContext extends Disposable {
  /** Tokens of one sequence. */
  readonly contextSize: number
  readonly getSequence: () => LlamaSequence
}

export interface LlamaSequence {
  readonly nextTokenIndex: number
  readonly compareContextTokens: (tokens: Array<Token>) => { readonly firstDifferentIndex: number }
  readonly adaptStateToTokens: (tokens: Array<Token>, allowShift: boolean) => Promise<void>
  readonly clearHistory: () => Promise<void>
  readonly evaluateWithoutGeneratingNewTokens: (tokens: Array<Token>) => Promise<void>
  readonly controlledEvaluate: (input: Array<Token | ControlledToken>) => Promise<Array<NextToken | undefined>>
  readonly tokenMeter: {
    readonly getState: () => { readonly usedInputTokens: number; readonly usedOutputTokens: number }
  }
}

export type ControlledToken = readonly [
  token: Token,
  options: {
    readonly generateNext: {
      readonly logits: { readonly filter: { readonly tokens: ReadonlyArray<Token>; readonly includeSelected: true } }
      /** Sum of exp(logit - the greatest logit) over the vocabulary. */
      readonly totalLogitWeight: true
    }
  }
]

export interface NextToken {
  readonly next: { readonly logits?: ReadonlyMap<Token, number>; readonly totalLogitWeight?: number }
}

export interface LlamaEmbeddingContext extends Disposable {
  readonly getEmbeddingFor: (tokens: Array<Token>) => Promise<{ readonly vector: ReadonlyArray<number> }>
}

export interface LlamaRankingContext extends Disposable {
  readonly calculateInputLength: (query: string, document: string) => number
  readonly rank: (query: string, document: string) => Promise<number>
}

export interface LlamaDecisionContext extends Disposable {
  readonly decideWithMeta: (
    document: string,
    questions: Readonly<Record<string, LlamaQuestion>>,
    options: { readonly signal: AbortSignal; readonly onOverflow: "throw" }
  ) => Promise<{
    readonly answers: Readonly<Record<string, LlamaAnswer>>
    readonly tokenUsage: { readonly input: number; readonly output: number }
  }>
}

export type LlamaQuestion =
  | {
      readonly type: "noul"
      readonly instruction: string
      readonly criteria?: { readonly true: string; readonly false: string }
    }
  | {
      readonly type: "choice"
      readonly instruction: string
      readonly criteria: Readonly<Record<string, string | null>>
    }
  | { readonly type: "score"; readonly instruction: string; readonly criteria: ReadonlyArray<string> }

export type LlamaAnswer =
  | { readonly type: "noul"; readonly value: number }
  | {
      readonly type: "choice"
      readonly choice: string
      readonly confidence: number
      readonly probabilities: Readonly<Record<string, number>>
    }
  | {
      readonly type: "score"
      readonly score: number
      readonly confidence: number
      readonly probabilities: ReadonlyArray<number>
    }

export interface ChatWrapper {
  readonly generateContextState: (options: {
    readonly chatHistory: ReadonlyArray<HistoryItem>
    readonly availableFunctions?: Functions
    readonly documentFunctionParams: true
  }) => { readonly contextText: { readonly tokenize: (tokenizer: unknown) => Array<Token> } }
}

export type HistoryItem =
  | { readonly type: "system" | "user"; readonly text: string }
  | { readonly type: "model"; readonly response: ReadonlyArray<string | FunctionCall> }

export interface FunctionCall {
  readonly type: "functionCall"
  readonly name: string
  readonly params: unknown
  readonly result: unknown
  /** The first call of a message, where a model writes several at once. */
  readonly startsNewChunk: boolean
}

export type Functions = Readonly<Record<string, { readonly description: string; readonly params: JsonObject }>>

export interface LlamaChat {
  readonly sequence: LlamaSequence
  readonly generateResponse: (
    history: ReadonlyArray<HistoryItem>,
    options: GenerateOptions
  ) => Promise<GeneratedResponse>
}

export interface GenerateOptions {
  readonly signal: AbortSignal
  readonly maxTokens: number
  readonly temperature: number
  readonly topP: number
  readonly topK: number
  readonly minP: number
  readonly seed?: number
  readonly repeatPenalty: false
  readonly customStopTriggers?: ReadonlyArray<string>
  readonly contextShift: { readonly size: number }
  readonly grammar?: Grammar
  readonly functions?: Functions
  readonly documentFunctionParams?: true
}

export interface GeneratedResponse {
  /** Without reasoning and calls. */
  readonly response: string
  readonly fullResponse: ReadonlyArray<
    string | { readonly type: "segment"; readonly segmentType: string; readonly text: string }
  >
  readonly functionCalls?: ReadonlyArray<{ readonly functionName: string; readonly params: unknown }>
  readonly metadata: { readonly stopReason: string }
}
