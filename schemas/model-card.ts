import { z } from "zod"

/** Which local model answered: part of the key of every kept answer, and stored beside every verdict. */
export const ModelCard = z.strictObject({
  /** The model's name, or the name of its folder or file. */
  id: z.string(),
  /** A revision that its server reports, or a hash of its files. Null where nobody knows: then answers are kept by name alone. */
  revision: z.string().nullable(),
  /** "lexical", "onnx:cpu", "onnx:webgpu", "llama:cpu", "tei", "vllm"... */
  backend: z.string(),
  dtype: z.string().nullable(),
  /** Longest input in tokens; null where unknown. */
  max_tokens: z.int32().nullable()
})
export type ModelCard = z.infer<typeof ModelCard>
