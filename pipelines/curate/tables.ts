import { z } from "zod"
import { ModelCard } from "../../schemas/model-card.ts"
import { type Table, table } from "../../schemas/table.ts"

/** A row that did not stay, and why. */
export const RemovedRow = z.strictObject({
  /** `SOURCE/ROW`, as in `items`. */
  key: z.string(),
  /** "where", "filters", "contamination", "exact", "near", "turns", "semantic", "diversity", "quotas". */
  step: z.string(),
  code: z.string(),
  reasons: z.array(z.string()),
  /** The row that stays in its place; null where there is none. */
  partner: z.string().nullable(),
  /** Jaccard index or cosine to its partner, or to the row `evidence.to` by way of which it belongs to it; null where nothing was compared. */
  similarity: z.number().nullable(),
  /** JSON text: where and what, spans, sources, scores. Null where there is nothing more to say. */
  evidence: z.string().nullable()
})

/** Each row of the sources is either in the main table or here, once; but for those whose filters failed, which `items` names. */
export const Removals = table(
  "removals",
  "Rows of the sources that did not stay: which step removed each, why, and the row that it gave way to.",
  RemovedRow
)

/** What each filter said of each row that it saw. */
export const Judgements = table(
  "judgements",
  "What each filter said of each row that it saw, with the score and the model that gave it.",
  z.strictObject({
    key: z.string(),
    filter: z.string(),
    /** `failed`: the model did not answer; only where the row's fate did not hang on it. */
    verdict: z.enum(["pass", "reject", "unsure", "failed"]),
    codes: z.array(z.string()),
    score: z.number().nullable(),
    model: ModelCard.nullable(),
    /** Why there is no verdict; null where there is one. */
    failure: z.string().nullable(),
    /** True where the row was decided already, and judged to see what this filter catches alone. */
    extra: z.boolean()
  })
)

/** Vectors of the rows, for semantic duplicates and diversity. */
export const Vectors = table(
  "vectors",
  "One embedding a row, of the text that semantic duplicates are looked for in.",
  z.strictObject({
    key: z.string(),
    /** L2-normalised. */
    vector: z.array(z.number()),
    /** Null where nobody knows. */
    model: ModelCard.nullable()
  })
)

/** A method's table with the column that splits are written to. */
export const withSplit = (of: Table): Table =>
  table(of.name, of.description, of.schema.safeExtend({ split: z.string().nullable() }))
