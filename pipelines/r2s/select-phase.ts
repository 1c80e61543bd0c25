import { tmpdir } from "node:os"
import { Effect, Stream } from "effect"
import { z } from "zod"
import { dialogueText } from "../../datasets/curate/texts.ts"
import { withProvenance } from "../../datasets/house-tables.ts"
import { TableReader } from "../../datasets/table-reader.ts"
import { tokenCounter } from "../../models/tokens.ts"
import { rowCodec } from "../../schemas/row-codec.ts"
import { type Entry, row } from "../../schemas/table.ts"
import { Rejected } from "../../stages/stage.ts"
import { type Phase, PlanError, phase } from "../pipeline.ts"
import type { R2sConfig } from "./config.ts"
import { duplicateDialogues } from "./select/duplicate-dialogues.ts"
import { type Candidate, Candidates, ChatGroundedTrain, ChatTrain, Dialogues, EvalInput, GllmTrain } from "./tables.ts"
import { chatSystem, groundedSystem } from "./training/chat-rows.ts"
import { gllmMessages } from "./training/gllm-row.ts"
import { replyId } from "./training/reply-id.ts"
import { variantOf } from "./turn-logic.ts"

const Item = z.strictObject({
  /** JSON text of the stored candidate, its provenance included. */
  line: z.string(),
  /** Null where the dialogue stays. */
  duplicate: z.strictObject({ survivor: z.string(), similarity: z.number() }).nullable()
})

const stored = rowCodec(withProvenance(Candidates))
const TOKENIZER = "o200k_base (an estimate for models with another)"

/**
 * The last phase: duplicates among the dialogues go (section 3.4), and those that stay become rows for readers and trainers
 * (section 2.8). All is decided in the plan, which is written down before the first row is. No model calls.
 */
export const selectPhase = (config: R2sConfig): Phase =>
  phase({
    name: "select",
    item: Item,
    plan: Stream.unwrap(
      Effect.gen(function* () {
        const reader = yield* TableReader
        const candidates = reader.rows(withProvenance(Candidates))
        const { dialogue: across, withinDocument } = config.dedupe
        const duplicates = yield* duplicateDialogues(
          candidates.pipe(
            Stream.map(({ doc_id, id, messages, stats }) => ({
              id,
              doc_id,
              text: dialogueText(messages),
              support: stats.support
            }))
          ),
          { across, withinDocument },
          tmpdir()
        ).pipe(
          Effect.scoped,
          Effect.catchTag("DatasetError", (error) =>
            Effect.fail(new PlanError({ phase: "select", message: `${error.message}. ${error.remedy}` }))
          )
        )
        return candidates.pipe(
          Stream.zipWithIndex,
          Stream.map(([candidate, position]) => ({
            key: candidate.id,
            item: { line: stored.encode(candidate), duplicate: duplicates.get(position) ?? null }
          }))
        )
      })
    ),
    synthesize: ({ duplicate, line }) =>
      Effect.gen(function* () {
        const { provenance, ...candidate } = stored.decode(line)
        if (duplicate !== null) {
          return yield* new Rejected({
            stage: "select",
            code: "DUPLICATE_DIALOGUE",
            reasons: [`${duplicate.survivor} says nearly the same (Jaccard ${duplicate.similarity.toFixed(2)}).`],
            evidence: { ...duplicate, id: candidate.id }
          })
        }
        const count = yield* tokenCounter
        // Rows keep where their dialogue came from, under the licence of its document.
        const from = { ...provenance, licence: candidate.licence }
        return entriesOf(candidate, count, config).map((entry) => ({ ...entry, provenance: from }))
      })
  })

/** The dialogue, and what trainers read of it. A training row that is too long is left out, never cut. */
export const entriesOf = (
  candidate: Candidate,
  countTokens: (text: string) => number,
  { maxTrainTokens }: Pick<R2sConfig, "maxTrainTokens">
): ReadonlyArray<Entry> => {
  const { dialogue_lang: lang, doc_id, id, licence, messages, mode, split } = candidate
  const shared = { id, doc_id, lang, split, licence }
  const gllm = gllmMessages(candidate)
  const tokens = gllm.reduce((sum, { content }) => sum + countTokens(content ?? ""), 0)
  return [
    row(Dialogues, { ...candidate, train_tokens: tokens }),
    ...(tokens > maxTrainTokens
      ? []
      : [
          row(GllmTrain, {
            ...shared,
            variant: variantOf(mode),
            messages: [...gllm],
            num_tokens: tokens,
            tokenizer: TOKENIZER
          })
        ]),
    row(ChatTrain, { ...shared, system: chatSystem(candidate), messages }),
    row(ChatGroundedTrain, { ...shared, system: groundedSystem(candidate), messages }),
    // Nobody is tested on what anybody is trained on.
    ...(split === "train"
      ? []
      : candidate.rounds.map(({ a, b, id: number }, index) =>
          row(EvalInput, {
            ...shared,
            id: replyId(id, number),
            variant: variantOf(mode),
            level: 2,
            document: candidate.passage,
            history: messages.slice(0, 2 * index),
            question: a,
            gold_b: b
          })
        ))
  ]
}
