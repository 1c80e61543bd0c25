import { z } from "zod"
import { table } from "../../../schemas/table.ts"
import { JudgeScores } from "../tables.ts"

/** One scored dialogue, or one scored reply (section 5). */
export const EvalScores = table(
  "eval_scores",
  "Scores of dialogues (level 1) or of single replies of a trained model (level 2).",
  z.strictObject({
    id: z.string(),
    /** Mode of the dialogue, or the name that was given to the outputs. */
    variant: z.string(),
    /** 1: a dialogue made from a document. 2: a reply to A's turn, the document unseen. */
    level: z.int32(),
    domain: z.string().nullable(),
    lang: z.string(),
    /** Null where the judge was not asked. */
    scores: JudgeScores.nullable(),
    parse_errors: z.int32(),
    judge_model: z.string().nullable(),
    /** Hash of the judge's prompt. */
    prompt_hash: z.string(),
    /** Share of the passage's characters that B's sentences cover, 0 to 1; null where it was not asked for. */
    coverage: z.number().nullable(),
    /** The same by the arithmetic of the paper's script. */
    legacy_coverage: z.number().nullable(),
    /** Level 2: share of the hard facts of the passage that the reply has, 0 to 1; null where there are none. */
    fact_recall: z.number().nullable(),
    /** Mean characters of a reply: scores are also compared at equal length. */
    reply_characters: z.number()
  })
)
export type EvalScore = z.output<typeof EvalScores.schema>
