import { Effect } from "effect"
import { z } from "zod"
import { sentences } from "../text/sentences.ts"
import { bandOptions, bandsInOrder, verdictOf } from "./bands.ts"
import { type BlindAnswer, blindAnswer, overlapWith } from "./blind-answer.ts"
import { asksQuestion, saysUnknown } from "./claims.ts"
import { evidenceOf } from "./evidence.ts"
import { type FilterSubject, filterKind, type Judged } from "./filter.ts"
import { judgedByWorst, nothingToJudge } from "./rated.ts"

const options = z
  .strictObject({
    overlap: z
      .number()
      .min(0)
      .max(1)
      .default(0.3)
      .describe("Lowest token F1 of reply and blind span (R2S, section 3.2)."),
    spans: z.int().min(1).max(20).default(3).describe("How many sentences of the evidence the blind model is shown."),
    ...bandOptions({ rejectAbove: 0.7, passBelow: 0.3 })
  })
  .check(bandsInOrder)
type Options = z.output<typeof options>

interface Round {
  /** Of the reply. */
  readonly message: number
  readonly question: string
  readonly reply: string
  readonly evidence: ReadonlyArray<string>
}

/**
 * Questions are answered where their evidence holds an answer, and only there (answerability of R2S, section 3.2): a blind model sees
 * the evidence and the question, not the reply. A question without an answer must be met with "not known", one with an answer must
 * not. `rejectAbove` and `passBelow` (ours) cut the probability that there is no answer. A reply that shares too little with the blind
 * span is unsure only: short answers share few words with the sentence they come from; R2S's own passage is compared by its pipeline.
 * Subjects with neither sources nor tool results pass. Costs a call of relevance and of decision for each question.
 */
export const answerability = filterKind({
  name: "answerability",
  asks: ["relevance", "decision"],
  description: "The assistant answers what its evidence answers, and says so where it does not.",
  codes: {
    INVENTED_ANSWER: "the evidence does not answer a question, and the reply does",
    WITHHELD_ANSWER: "the evidence answers a question, and the reply says that it is not known",
    OTHER_ANSWER: "the reply shares too little with what the blind model found; goes with unsure only",
    DECLINED: "the blind model declined to judge a question; goes with unsure only"
  },
  options,
  make: (options) => ({
    name: "answerability",
    cost: 1_000,
    judge: Effect.fnUntraced(function* (subject) {
      const rounds = roundsOf(subject)
      if (rounds.length === 0) return nothingToJudge("answerability")
      const rated = yield* Effect.forEach(rounds, (round) =>
        Effect.map(blindAnswer(round.question, round.evidence, options.spans), (blind) => rate(round, blind, options))
      )
      const risks = rated.flatMap(({ risk }) => (risk === null ? [] : [risk]))
      return judgedByWorst(
        "answerability",
        rated,
        risks.length === 0 ? null : Math.max(...risks),
        rated.find(({ card }) => card !== null)?.card ?? null
      )
    })
  })
})

const rate = ({ message, question, reply }: Round, blind: BlindAnswer, options: Options) => {
  const { answerable, card } = blind
  const rated = (risk: number | null, verdict: Judged["verdict"], code: string, reason: string, more = {}) => ({
    risk,
    verdict,
    card,
    finding: { code, reason, evidence: { message, question, answerable, ...more } }
  })
  if (answerable === null) {
    return rated(null, "unsure", "DECLINED", `The model declined to say whether "${question}" can be answered.`)
  }
  if (saysUnknown(reply)) {
    const verdict = verdictOf(answerable, options)
    return rated(
      answerable,
      verdict,
      "WITHHELD_ANSWER",
      `Message ${message} says that the answer to "${question}" is not known, but the evidence holds it.`
    )
  }
  const verdict = verdictOf(1 - answerable, options)
  if (verdict !== "pass") {
    return rated(
      1 - answerable,
      verdict,
      "INVENTED_ANSWER",
      `Message ${message} answers "${question}", but its evidence does not.`
    )
  }
  const overlap = Math.max(0, ...sentences(reply).map(({ text }) => overlapWith(blind.spans, text)))
  return rated(
    1 - answerable,
    overlap >= options.overlap ? "pass" : "unsure",
    "OTHER_ANSWER",
    `Message ${message} shares little with the sentence that answers "${question}".`,
    { overlap, least: options.overlap, span: blind.spans[0] ?? null }
  )
}

/** Each question of the user with the first reply to it that says something, and the sources and tool results known by then. */
const roundsOf = (subject: FilterSubject): ReadonlyArray<Round> => {
  const evidence = evidenceOf(subject).filter(({ message }) => subject.messages[message]?.role !== "user")
  return subject.messages.flatMap(({ content, role }, index) => {
    if (role !== "user" || content === null) return []
    const questions = sentences(content).filter(({ text }) => asksQuestion(text))
    const after = subject.messages.slice(index + 1)
    const end = after.findIndex((message) => message.role === "user")
    const turn = end === -1 ? after : after.slice(0, end)
    const offset = turn.findIndex((message) => message.role === "assistant" && (message.content?.trim() ?? "") !== "")
    if (questions.length === 0 || offset === -1) return []
    const message = index + 1 + offset
    const known = evidence.filter((sentence) => sentence.message < message).map(({ text }) => text)
    if (known.length === 0) return []
    const question = questions.map(({ text }) => text).join(" ")
    return [{ message, question, reply: subject.messages[message]?.content ?? "", evidence: known }]
  })
}
