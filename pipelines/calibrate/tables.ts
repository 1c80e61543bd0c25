import { z } from "zod"
import { ModelCard } from "../../schemas/model-card.ts"
import { table } from "../../schemas/table.ts"

/** What a judge said of one row, clean or spoilt. */
export const Trials = table(
  "trials",
  "What each judge said of each row, clean or with a known defect planted in it: judged alone, nothing stops early.",
  z.strictObject({
    /** ROW/DEFECT, as in `plants`, and in `items` but for copies, which are looked for all at once. */
    key: z.string(),
    /** Position of the row in its table, from 0. */
    row: z.int32(),
    /** Null: the row as it is in its dataset. */
    defect: z.string().nullable(),
    /** "facts", "tools", "structure"...; null with a clean row. */
    family: z.string().nullable(),
    judge: z.string(),
    /** rule: no model is asked. */
    kind: z.enum(["rule", "model"]),
    verdict: z.enum(["pass", "reject", "unsure"]),
    /** Of its findings, each once. */
    codes: z.array(z.string()),
    /** Of its first three findings. */
    reasons: z.array(z.string()),
    /** What the verdict was cut from; null for rules. */
    score: z.number().nullable(),
    /** Who gave the score; null for rules, and where the judge did not have to ask. */
    model: ModelCard.nullable()
  })
)

export const Plants = table(
  "plants",
  "Which defect was planted where.",
  z.strictObject({
    key: z.string(),
    row: z.int32(),
    /** Name of the row in its dataset. */
    subject: z.string(),
    defect: z.string(),
    family: z.string(),
    /** row: in the dialogue. origin: in what it was made from. */
    part: z.enum(["row", "origin"]),
    /** Index among the dialogue's messages as filters see them, the system message first; null where it is in none. */
    message: z.int32().nullable(),
    before: z.string().nullable(),
    after: z.string().nullable()
  })
)
