import { overlapWith } from "../../../stages/filters/blind-answer.ts"
import { saysUnknown } from "../../../stages/filters/claims.ts"
import type { Finding } from "../../../stages/filters/filter.ts"
import type { R2sConfig } from "../config.ts"
import type { Chunk, DraftRound } from "../draft.ts"
import type { Round } from "../tables.ts"
import type { BlindAnswer } from "./blind-answers.ts"
import type { Weighed } from "./round-verdicts.ts"

export interface BlindCheck {
  readonly blind: NonNullable<Round["blind"]>
  readonly findings: ReadonlyArray<Finding>
}

/** What a round asks, for somebody who sees no reply; null where it asks nothing that is to be answered. */
export const blindQuestionOf = (
  { a, logic_type }: DraftRound,
  before: DraftRound | undefined,
  { enabled }: R2sConfig["answerability"]
): string | null => {
  if (!enabled || logic_type !== "question_answer") return null
  // "The first of the two, please": what B has asked back is a part of the question.
  return before?.logic_type === "question_question" ? `${before.b}\n${a}` : a
}

/**
 * Answerability (section 3.2): somebody who sees the chunk and A's question, and nothing of the reply, points to the sentences that answer
 * it, and says how probably they do. The reply is kept where one of these sentences is the passage (token F1), or where both sides say
 * that there is no answer. F_UNANSWERABLE: the chunk has no answer, and B gives one. F_WITHHELD: it has one, and B says that it is not
 * known. F_OTHER_PASSAGE: the answer is elsewhere. A probability between the two thresholds, or none, decides nothing.
 */
export const blindCheck = (
  { located, round: { a, b, found, id } }: Weighed,
  answer: BlindAnswer,
  { body }: Pick<Chunk, "body">,
  { answerableFrom, overlap: least, unanswerableBelow }: R2sConfig["answerability"]
): BlindCheck => {
  const passage = located.start === null || located.end === null ? null : body.slice(located.start, located.end)
  const overlap = passage === null ? null : overlapWith(answer.spans, passage)
  const { answerable } = answer
  const finding = (code: string, reason: string): BlindCheck["findings"] => [
    {
      code,
      reason: `Round ${id}: ${reason}`,
      evidence: { round: id, question: a, reply: b, answerable, overlap, least, spans: [...answer.spans], passage }
    }
  ]
  const declines = saysUnknown(b) && !(found !== null && saysUnknown(found))
  const findings = declines
    ? answerable !== null && answerable >= answerableFrom
      ? finding("F_WITHHELD", `B says that it is not known, but the chunk answers ${JSON.stringify(a)}.`)
      : []
    : answerable !== null && answerable < unanswerableBelow
      ? finding("F_UNANSWERABLE", `the chunk does not answer ${JSON.stringify(a)}, and B does.`)
      : overlap !== null && overlap < least
        ? finding("F_OTHER_PASSAGE", `another passage than B's answers ${JSON.stringify(a)}.`)
        : []
  return { blind: { answerable, span: answer.spans[0] ?? null, overlap }, findings }
}
