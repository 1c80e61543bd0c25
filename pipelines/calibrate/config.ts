import { z } from "zod"
import { Over } from "../curate/config.ts"

/** What is measured: which judges, on which planted defects, in which rows. */
export const CalibrateConfig = z.strictObject({
  /** Folder of the dataset, absolute. */
  source: z.string().min(1),
  /** The method that made its rows. */
  method: z.string().min(1),
  /** SPDX expression of the rows' licences. */
  licence: z.string().min(1).default("other"),
  /** Folder of the method's own run, absolute: what its judges need beside the rows is there. Null: only filters are measured. */
  origin: z.string().min(1).nullable().default(null),
  /** The method's table of dialogues. */
  table: z.string().regex(/^[a-z][a-z0-9_]*$/),
  /**
   * Rows that are used, drawn by the seed; all where there are fewer. Each is judged clean and once with each defect. They are held in
   * memory, some 100 KB each. With 500 a rate near 2 % is known to about 1.3 points, one near 95 % to 2.
   */
  rows: z.int().min(1).max(10_000).default(500),
  /** Names of the defects to plant; null: all there are. */
  defects: z.array(z.string().min(1)).nullable().default(null),
  /** Filters by name, each with its options. `calibrate` fills in all rules, and the models that were named. */
  judges: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  /**
   * Local models of filters by role, PROVIDER:MODEL, the revision after it where one was insisted on: another model is another run.
   * Roles that are not here have the lexical one.
   */
  localModels: z.record(z.string(), z.string()).default({}),
  /** Whether the method's own checks and committees are measured too. */
  methodJudges: z.boolean().default(true),
  /** The search for duplicates, over whole copies of the rows. */
  duplicates: z
    .union([
      z.literal(false),
      z.strictObject({
        over: Over.default("dialogue"),
        /** Jaccard index from which two rows are near duplicates. */
        threshold: z.number().min(0.5).max(1).default(0.85),
        /** Words of a shingle, or characters of Chinese and Japanese. */
        shingle: z.int().min(1).max(20).default(5)
      })
    ])
    .default({ over: "dialogue", threshold: 0.85, shingle: 5 })
})
export type CalibrateConfig = z.infer<typeof CalibrateConfig>
