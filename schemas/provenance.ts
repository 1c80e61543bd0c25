import { z } from "zod"

/** Where a row comes from. The engine adds it to each row of a pipeline's tables as the column `provenance`. */
export const Provenance = z.strictObject({
  /** Hash of pipeline, version, config, seed and models: equal for equal runs in different folders. */
  run: z.string(),
  phase: z.string(),
  item: z.string(),
  pipeline: z.string(),
  pipeline_version: z.int32(),
  seed: z.string(),
  /** Per role that spoke for this item, the model's name as the server reported it. Sorted by role. */
  models: z.array(z.strictObject({ role: z.string(), model: z.string() })),
  /** Hash of all prompt templates of the pipeline. */
  prompts: z.string(),
  /** Addresses in the ledger of the item's calls, sorted, the first 16 digits of each. */
  calls: z.array(z.string()),
  licence: z.string(),
  synthetic: z.boolean(),
  /** True where any of it came from simulated models. */
  simulated: z.boolean()
})
export type Provenance = z.infer<typeof Provenance>
