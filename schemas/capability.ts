import { z } from "zod"

/** What a local model can be asked for. */
export const Capability = z.enum(["embedding", "decision", "classifier", "pairs", "spans", "sequence"])
export type Capability = z.infer<typeof Capability>

/**
 * Roles of local models, and what each must be able to do. Filters ask for a role, never for a library:
 * `--local toxicity=tei:NAME@http://127.0.0.1:8080`.
 */
export const LOCAL_ROLES = {
  embedding: "embedding",
  decision: "decision",
  toxicity: "classifier",
  safety: "classifier",
  language: "classifier",
  injection: "classifier",
  entailment: "pairs",
  relevance: "pairs",
  reward: "pairs",
  "personal-data": "spans",
  perplexity: "sequence"
} as const satisfies Readonly<Record<string, Capability>>
export type LocalRole = keyof typeof LOCAL_ROLES
export const LocalRole = z.enum(Object.keys(LOCAL_ROLES) as [LocalRole, ...Array<LocalRole>])

export const LocalProvider = z.enum([
  /** Word lists, patterns and character statistics in this process: runs with nothing installed, and says so. */
  "lexical",
  /** An ONNX folder in this process. */
  "onnx",
  /** A GGUF file in this process. */
  "llama",
  "vllm",
  "sglang",
  /** text-embeddings-inference. */
  "tei",
  /** The server of llama.cpp. */
  "llama-server",
  "ollama",
  "openai"
])
export type LocalProvider = z.infer<typeof LocalProvider>

/** A local model to use, without any secret. */
export const LocalModelSpec = z
  .strictObject({
    provider: LocalProvider,
    /** A folder (onnx), a file (llama), or the model's name at its server. */
    model: z.string().min(1),
    /** What the run insists on: a hash or a revision that the model or server must report. */
    revision: z.string().min(1).optional(),
    /** Where the server answers, without the path of the route: http://127.0.0.1:8080 */
    baseUrl: z.url({ protocol: /^https?$/ }).optional(),
    apiKeyEnv: z.string().min(1).optional(),
    /** In process only. `auto` probes and falls back to the processor. */
    device: z.enum(["auto", "cpu", "webgpu", "cuda", "vulkan", "metal"]).default("auto"),
    /** In process only: which weights of an ONNX folder, such as fp32, fp16, q8. */
    dtype: z.string().min(1).optional(),
    /** Longest input in tokens; longer ones are cut into overlapping pieces. Absent: what the model says. */
    maxTokens: z.int().min(8).optional(),
    /** Padded tokens of a batch, in process. Absent: 1,024 on a processor, 16,384 on a GPU. */
    batchTokens: z.int().min(8).optional(),
    pooling: z.enum(["mean", "cls", "last"]).optional(),
    /** The model's labels in its own order (`id2label`), where its server names only the most probable one (vLLM, SGLang) or none. */
    labels: z.array(z.string().min(1)).min(1).optional(),
    /** Requests in flight at a server. */
    concurrency: z.int().min(1).max(1_024).default(16),
    timeoutMillis: z.int().min(1).max(86_400_000).default(120_000),
    /** How long a request is tried again after its first failure. */
    patienceMillis: z.int().min(0).default(120_000)
  })
  .check((context) => {
    const { baseUrl, provider } = context.value
    const inProcess = provider === "lexical" || provider === "onnx" || provider === "llama"
    if (inProcess === (baseUrl === undefined)) return
    context.issues.push({
      code: "custom",
      path: ["baseUrl"],
      message: inProcess
        ? `${provider} runs in this process and takes no URL`
        : `${provider} is a server: give its URL, such as http://127.0.0.1:8080`,
      input: baseUrl
    })
  })
export type LocalModelSpec = z.output<typeof LocalModelSpec>
