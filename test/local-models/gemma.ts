import { join } from "node:path"
import { LocalModelSpec } from "../../schemas/capability.ts"
import { ModelSpec } from "../../schemas/config.ts"

/** Gemma 3 270M, a base model of 240 MB: see fetch.sh. */
export const GEMMA = join(import.meta.dirname, "../../.models/gemma-3-270m-q4_k_m.gguf")

/** On the processor, so that a machine with a graphics card computes the same. */
export const localSpec = (options: object = {}) =>
  LocalModelSpec.parse({ provider: "llama", model: GEMMA, device: "cpu", ...options })

export const chatSpec = (options: object = {}) =>
  ModelSpec.parse({ provider: "llama", model: GEMMA, device: "cpu", concurrency: 2, contextTokens: 1_024, ...options })
