import { z } from "zod"
import { R2sConfig } from "../config.ts"
import { Split } from "../tables.ts"

/** Which dialogues are scored, and by what. Thresholds of the judge gate nothing here: everything is scored. */
export const EvaluateConfig = z.strictObject({
  /** Folder of the dataset, absolute. */
  source: z.string().min(1),
  /** SPDX expression of the rows' licences. */
  licence: z.string().min(1).default("other"),
  /** `judge`: eight metrics, a call a dialogue. `coverage`: how much of the passage B tells, by the role `embedding`. */
  protocols: z
    .array(z.enum(["judge", "coverage"]))
    .min(1)
    .default(["judge", "coverage"]),
  /** Dialogues at most, in the order of the table. */
  items: z.int().min(1).max(100_000_000).default(1_000_000),
  /** Only dialogues of this split; null: all. */
  split: Split.nullable().default(null),
  /**
   * JSONL file of what another model answered, `{"id", "output"}` a line, absolute; null: the dataset's own dialogues are scored.
   * The id of a dialogue (level 1) has the JSON that `gllm_train` teaches for its output; the id of a row of `eval_input`
   * (level 2) the text of one reply.
   */
  outputs: z.string().min(1).nullable().default(null),
  /** What the outputs are called in the report. */
  variant: z.string().min(1).max(40).nullable().default(null),
  /** The arithmetic of the paper's script beside ours. */
  legacyCoverage: z.boolean().default(false),
  coverage: R2sConfig.shape.coverage,
  temperature: z.number().min(0).max(2).default(0),
  maxTokens: z.int().min(16).max(100_000).default(3_000),
  maxAttempts: R2sConfig.shape.maxAttempts,
  /** Local models by role, PROVIDER:MODEL: another model is another run. */
  localModels: z.record(z.string(), z.string()).default({})
})
export type EvaluateConfig = z.infer<typeof EvaluateConfig>
