import { z } from "zod"

/** A step that may be left out: `--set near=false`; `{}` is the step with its defaults. */
const step = <S extends z.ZodObject>(options: S) => z.union([z.literal(false), options])

const Expression = z.string().min(1).max(10_000)

const comeToOne = (shares: Readonly<Record<string, number>>): boolean =>
  Math.abs(Object.values(shares).reduce((sum, share) => sum + share, 0) - 1) < 1e-6

const Rows = z.int().min(0)

/** What is compared: the whole dialogue as one text, what people said, or what the assistant said. */
export const Over = z.enum(["dialogue", "user", "assistant"])
export type Over = z.infer<typeof Over>

/**
 * Everything that decides which rows of a dataset stay. Steps run in this order, each on what the ones before left: where, filters,
 * contamination, exact, near, repeated turns and semantic duplicates, diversity, quotas, splits. SQL expressions may name any column of the table, and
 * nothing else: no subqueries, aggregates, windows, random numbers or times.
 */
export const CurateConfig = z.strictObject({
  /** Folders of the datasets, absolute. Rows come in this order. */
  sources: z.array(z.string().min(1)).min(1),
  /** The method whose rows these are. */
  method: z.string().min(1),
  /** The table whose rows are chosen. */
  table: z.string().regex(/^[a-z][a-z0-9_]*$/),
  /** SPDX expression of the rows' licences. */
  licence: z.string().min(1),
  /** SQL that is true for the rows to begin with; the others are removed as WHERE, and no filter is asked about them. */
  where: Expression.nullable().default(null),
  /** SQL number: of duplicates, and where a quota is full, the row with the highest stays; ties go to the earlier row. */
  rank: Expression.nullable().default(null),
  /** Item filters by name, each with its options: `{"toxicity": {"rejectAbove": 0.8}}`. */
  filters: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  /** Local models by role, PROVIDER:MODEL: another model is another run. Roles that are not here have the lexical one. */
  localModels: z.record(z.string(), z.string()).default({}),
  /** What becomes of a row of which no filter is sure. */
  unsure: z.enum(["keep", "reject"]).default("reject"),
  /** Whose pass settles whose doubt: `{"toxicity": ["judge"]}`. */
  settledBy: z.record(z.string(), z.array(z.string())).default({}),
  /** Rows that every filter sees first, so that the cascade can be put into the order of the least cost. */
  pilot: z.int().min(1).max(100_000).default(200),
  /** Share of rejected rows that the other filters judge all the same, so that the report can say what each catches alone. */
  audit: z.number().min(0).max(1).default(0.02),
  /** Evaluation sets that the rows must not hold. */
  contamination: step(
    z.strictObject({
      /** JSONL or Parquet files, or folders of them, absolute. */
      references: z.array(z.string().min(1)).min(1),
      /** Field of the references that holds the text; absent: every text in them. */
      field: z.string().min(1).nullable().default(null),
      /** Words of an overlap, or characters of Chinese and Japanese. 13 since GPT-3 (Brown et al. 2020). */
      ngram: z.int().min(3).max(100).default(13),
      /** Least cosine of a user's message to a reference that makes it a paraphrase, by the role `embedding`; null: not looked for. */
      similarity: z.number().min(0.5).max(1).nullable().default(null)
    })
  ).default(false),
  /** Equal but for case, width, punctuation and white space. */
  exact: step(z.strictObject({ over: Over.default("dialogue") })).default({ over: "dialogue" }),
  /** Nearly the same text. */
  near: step(
    z.strictObject({
      over: Over.default("dialogue"),
      /** Jaccard index of the sets of shingles. 0.8 in R2S and PsyLLM, 0.9 in ToolDial. */
      threshold: z.number().min(0.5).max(1).default(0.85),
      /** Words of a shingle, or characters of Chinese and Japanese. */
      shingle: z.int().min(1).max(20).default(5)
    })
  ).default({ over: "dialogue", threshold: 0.85, shingle: 5 }),
  /** Rows that repeat the assistant's turns of rows before them. Templates of a shop or a form repeat without harm: off by default. */
  turns: step(
    z.strictObject({
      threshold: z.number().min(0.5).max(1).default(0.85),
      shingle: z.int().min(1).max(20).default(5),
      /** Share of a row's turns that must be new. */
      fresh: z.number().gt(0).max(1).default(0.5)
    })
  ).default(false),
  /** By the role `embedding` of the local models. */
  semantic: step(
    z.strictObject({
      over: Over.default("dialogue"),
      /** Cosine of the vectors. 0.95 in PsyLLM. */
      threshold: z.number().min(0.5).max(1).default(0.95)
    })
  ).default(false),
  /** At most so many rows, by their vectors. A row has one vector: with `semantic`,
   * that of `semantic.over`, and `over` is left out. */
  diversity: step(
    z.strictObject({
      rows: z.int().min(1),
      over: Over.optional(),
      /** `farthest` takes what is least like the others, outliers first; `covering` what stands for most, for up to some 10,000 rows. */
      choose: z.enum(["farthest", "covering"]).default("farthest")
    })
  ).default(false),
  /** One after another. Rows go by rank, and of equal ranks by a seeded hash. Values are compared as text. */
  quotas: z
    .array(
      z.union([
        /** At most so many rows of each value, or of those that are named. */
        z.strictObject({ by: Expression, maximum: z.union([Rows, z.record(z.string(), Rows)]) }),
        /** As many rows as there can be while each value has its share. Shares come to 1; values without one keep no row. */
        z.strictObject({
          by: Expression,
          shares: z.record(z.string(), z.number().gt(0).max(1)).refine(comeToOne, { error: "must come to 1" })
        }),
        /** As many rows of each value as of the rarest. */
        z.strictObject({ by: Expression, equal: z.literal(true), most: Rows.optional() })
      ])
    )
    .default([]),
  splits: step(
    z.strictObject({
      /** Shares by name; they must add up to 1. */
      shares: z
        .record(z.string().regex(/^[a-z][a-z0-9_]*$/), z.number().gt(0).max(1))
        .refine(comeToOne, { error: "must come to 1" })
        .default({ train: 0.9, validation: 0.05, test: 0.05 }),
      /** SQL value that never stands in two splits; absent: rows go by themselves. Near duplicates share a split either way. */
      by: Expression.nullable().default(null)
    })
  ).default(false)
})
export type CurateConfig = z.infer<typeof CurateConfig>
