import { z } from "zod"

export const ModelUse = z.strictObject({
  role: z.string(),
  provider: z.enum(["simulated", "openai", "llama"]),
  /** The model's name at its endpoint; the path of a file in this process; "simulated" for the pipeline's own. */
  model: z.string(),
  /** Where it is asked. Never with credentials. */
  baseUrls: z.array(z.string()),
  price: z
    .strictObject({
      /** USD for a million tokens. */
      input: z.number(),
      cachedInput: z.number(),
      output: z.number(),
      /** Which table or setting the price is from. */
      source: z.string()
    })
    .nullable()
})
export type ModelUse = z.infer<typeof ModelUse>

/** `run.json`: what ran. Written first, before any call; its presence makes a folder a Dialoom dataset. */
export const RunRecord = z.strictObject({
  dialoom: z.string(),
  schemaVersion: z.literal(1),
  name: z.string(),
  pipeline: z.string(),
  pipelineVersion: z.number().int(),
  /** Hash of pipeline, version, config, seed and models. */
  run: z.string(),
  seed: z.string(),
  /** Of the rows: an SPDX name. */
  licence: z.string(),
  config: z.record(z.string(), z.unknown()),
  models: z.array(ModelUse),
  /** Hash of each prompt template, by name. */
  prompts: z.record(z.string(), z.string()),
  code: z.strictObject({ commit: z.string().nullable(), modified: z.boolean(), node: z.string() }),
  sources: z.array(z.strictObject({ path: z.string(), sha256: z.string() })),
  startedAt: z.string(),
  /** Earlier configs of this folder, oldest first. */
  history: z.array(
    z.strictObject({ run: z.string(), startedAt: z.string(), config: z.record(z.string(), z.unknown()) })
  )
})
export type RunRecord = z.infer<typeof RunRecord>
