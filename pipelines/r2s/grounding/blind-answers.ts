import { Effect } from "effect"
import { z } from "zod"
import { blindAnswer } from "../../../stages/filters/blind-answer.ts"
import type { R2sConfig } from "../config.ts"
import type { Chunk } from "../draft.ts"
import { BLIND_SYSTEM, blindQuestion } from "../prompts/grounding.ts"
import { askJudge, completeness } from "./ask-judge.ts"

/** What somebody who sees the chunk and a question, and no reply, makes of it. */
export interface BlindAnswer {
  /** Sentences that answer it, the likeliest first. */
  readonly spans: ReadonlyArray<string>
  /** Probability that they do, 0 to 1; null where the model declined. */
  readonly answerable: number | null
}

/** By the roles `relevance` and `decision`: one call of each a question. */
export const answersByModels = (
  questions: ReadonlyArray<string>,
  { sentences }: Pick<Chunk, "sentences">,
  { answerability }: R2sConfig
) =>
  Effect.forEach(questions, (question) =>
    blindAnswer(
      question,
      sentences.map(({ text }) => text),
      answerability.spans
    )
  )

const BlindReply = z.object({ answers: z.array(z.object({ id: z.int(), sids: z.array(z.int()) })) })

/** By the judge: one call for all questions of a dialogue; none where there are none. */
export const answersByJudge = Effect.fnUntraced(function* (
  questions: ReadonlyArray<string>,
  chunk: Chunk,
  config: R2sConfig
) {
  if (questions.length === 0) return []
  const texts = new Map(chunk.sentences.map(({ sid, text }) => [sid, text]))
  const { answers } = yield* askJudge(config, {
    name: "blind",
    system: BLIND_SYSTEM,
    user: blindQuestion(chunk, questions),
    schema: BlindReply,
    check: (value) => completeness(value.answers, questions.length, new Set(texts.keys()), "/answers")
  })
  return questions.map((_, index): BlindAnswer => {
    const sids = answers.find(({ id }) => id === index + 1)?.sids.slice(0, config.answerability.spans) ?? []
    return { spans: sids.flatMap((sid) => texts.get(sid) ?? []), answerable: sids.length > 0 ? 1 : 0 }
  })
})
