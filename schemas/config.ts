import { z } from "zod"
import { LocalModelSpec, LocalRole } from "./capability.ts"

/** USD for a million tokens. `cachedInput` is the price of prompt tokens that the server had in its prefix cache. */
export const Price = z.strictObject({
  input: z.number().min(0),
  cachedInput: z.number().min(0),
  output: z.number().min(0)
})
export type Price = z.infer<typeof Price>

/** How a reply is made to follow a JSON Schema; `auto` begins with `native` and falls back when the server says it can't. */
export const StructuredMode = z.enum(["auto", "native", "json_object", "prompt"])
export type StructuredMode = z.infer<typeof StructuredMode>

const BaseUrl = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL, such as http://127.0.0.1:8000/v1" })
  .refine((text) => URL.canParse(text) && new URL(text).username === "" && new URL(text).password === "", {
    error: "must not hold a user name or a password: keys come from the environment (apiKeyEnv)"
  })
  // It is written into run.json and put before a path: a query would end up in the middle, with whatever key it holds.
  .refine((text) => !URL.canParse(text) || !/[?#]/.test(text), {
    error: "must end with its path, without ? or #: keys come from the environment (apiKeyEnv)"
  })

/** Where a model in this process runs; `auto` takes the best that is there. */
export const LlamaDevice = z.enum(["auto", "cpu", "cuda", "vulkan", "metal"])
export type LlamaDevice = z.infer<typeof LlamaDevice>

/** A model to use: what it is called, where it is asked, and how hard. Holds no secret. */
export const ModelSpec = z
  .strictObject({
    provider: z.enum(["simulated", "openai", "llama"]),
    /** The model's name at its endpoint; for `llama` the path of a GGUF file. */
    model: z.string().min(1),
    /** Where the same model is served; several make a pool. Each ends before `/chat/completions`. */
    baseUrls: z.array(BaseUrl).default([]),
    /** Name of the environment variable that holds the key, or several keys separated by commas. */
    apiKeyEnv: z.string().min(1).optional(),
    /** Most requests in flight, over all endpoints and keys. Fewer are used while the server pushes back. */
    concurrency: z.number().int().min(1).max(100_000).default(32),
    requestsPerMinute: z.number().positive().optional(),
    /** Prompt tokens plus the most that may be answered, as hosted services count them. */
    tokensPerMinute: z.number().positive().optional(),
    /** From sending a request to the last byte of its answer. */
    timeoutMillis: z.number().int().min(1).max(86_400_000).default(600_000),
    /** How long one call is tried again after its first failure that is not a 429, before its item fails. */
    patienceMillis: z.number().int().min(0).default(600_000),
    /** Overrides the price table. */
    price: Price.optional(),
    structured: StructuredMode.default("auto"),
    /** `llama` only. */
    device: LlamaDevice.optional(),
    /**
     * `llama` only: tokens that one call may take, its prompt and its reply. Absent: 16,384, or what the model was trained
     * on or memory has room for where that is less.
     */
    contextTokens: z.number().int().min(128).optional()
  })
  .check((context) => {
    if (context.value.provider === "openai" && context.value.baseUrls.length === 0) {
      context.issues.push({
        code: "custom",
        path: ["baseUrls"],
        message: "an openai model needs at least one base URL, such as https://api.openai.com/v1",
        input: context.value.baseUrls
      })
    }
    if (context.value.provider === "llama" && context.value.baseUrls.length > 0) {
      context.issues.push({
        code: "custom",
        path: ["baseUrls"],
        message: "a llama model runs in this process and takes no URL: its `model` is the path of a GGUF file",
        input: context.value.baseUrls
      })
    }
  })
export type ModelSpec = z.output<typeof ModelSpec>

/** `dialoom.config.ts`. Flags and environment override it. */
export const Settings = z.strictObject({
  /** Where datasets land, relative to the working folder. */
  outputs: z.string().default("outputs"),
  models: z.record(z.string(), ModelSpec).default({}),
  /** Model name by role; the role `default` answers for all that are not named. */
  roles: z.record(z.string(), z.string()).default({}),
  /** Local models of filters, by role; roles that are not named get the lexical ones that need nothing installed. */
  localModels: z.partialRecord(LocalRole, LocalModelSpec).default({}),
  /** Config of pipelines, by pipeline name. */
  pipelines: z.record(z.string(), z.record(z.string(), z.unknown())).default({})
})
export type Settings = z.infer<typeof Settings>

/** For `dialoom.config.ts`: `export default defineConfig({ ... })` checks the shape while it is typed. */
export const defineConfig = (settings: z.input<typeof Settings>): z.input<typeof Settings> => settings
