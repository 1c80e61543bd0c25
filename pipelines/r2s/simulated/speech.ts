import type { Random } from "../../../stages/random.ts"
import { isCjkText, scriptShare } from "../chunks/script.ts"
import type { Chunk, DraftRound } from "../draft.ts"
import { repeatedTurn } from "../repeated-turn.ts"
import type { LogicType, Progress, QuestionLogic } from "../turn-logic.ts"
import type { Mistake } from "./mistakes.ts"
import { shortTitle } from "./short-title.ts"
import type { Wording } from "./wording/wording.ts"

/** What is to be said in a round. */
export interface Order {
  readonly round: number
  readonly logic_type: LogicType
  readonly progress: Progress
  readonly found: string | null
  /** Topics of the sentences that come next, for B to ask back with. */
  readonly next: ReadonlyArray<string>
  readonly chunk: Pick<Chunk, "body" | "title">
  readonly before: ReadonlyArray<Pick<DraftRound, "a" | "logic_type">>
  readonly mistake: Mistake | null
  /** Where its lists of phrases begin. */
  readonly start: number
}

export interface Speech {
  readonly a: string
  readonly b: string
}

/** What A and B say: A asks about the topic of the passage, B quotes the passage. */
export const speak = (order: Order, wording: Wording, draws: Random): Speech =>
  spoilt(order, honest(order, wording, draws), wording)

const honest = (order: Order, wording: Wording, draws: Random): Speech => {
  const { before, chunk, found, logic_type, next, progress, round, start } = order
  const title = shortTitle(chunk.title) ?? wording.untitled
  const about = found === null ? title : wording.topicOf(found, chunk)
  const join = (...parts: ReadonlyArray<string>) => parts.filter((part) => part !== "").join(wording.space)
  const said = before.map(({ a }) => a)
  /** The next phrase of a list that does not say again what A has said. */
  const another = (
    phrases: ReadonlyArray<(topic: string) => string>,
    topic: string,
    ...first: ReadonlyArray<string>
  ) => {
    const turns = phrases.map((_, index) => phrases[(start + round + index) % phrases.length]?.(topic) ?? "")
    const whole = turns.map((turn) => join(...first, turn))
    return whole.find((turn) => repeatedTurn(turn, said) === null) ?? whole[0] ?? ""
  }
  if (progress === "end") {
    const [a, b] = draws.pick(wording.farewells)
    return { a, b }
  }
  if (logic_type === "question_question") {
    const [one, other] = next.filter((topic) => topic !== title)
    const a = another(wording.vague, title)
    if (one === undefined) return { a, b: wording.oneTopicOnly(about) }
    return {
      a,
      b: other === undefined || other === one ? wording.oneTopicOnly(one) : draws.pick(wording.askBack)(one, other)
    }
  }
  if (logic_type === "statement_inquiry") {
    return {
      a: another(wording.phrases.statement_inquiry.a, next[0] ?? about),
      b: draws.pick(wording.askOn)
    }
  }
  if (logic_type === "question_answer") {
    // Who names no more than what it is all about has to say more.
    const keys =
      found === null ? [] : wording.keysOf(found, about, chunk.body).slice(0, about === title ? wording.mostKeys : 1)
    const opening = before.at(-1)?.logic_type === "question_question" ? draws.pick(wording.clarified) : ""
    const hint = keys.length > 0 ? draws.pick(wording.hints)(keys.join(wording.andWord)) : ""
    const a = another(questionsFor(found, wording), about, opening, hint)
    return {
      a,
      b: found === null ? draws.pick(wording.unknown) : join(draws.pick(wording.phrases.question_answer.b), found)
    }
  }
  const { a, b } = wording.phrases[logic_type]
  return { a: another(a, about), b: join(draws.pick(b), found ?? "") }
}

const questionsFor = (found: string | null, { kindOf, questions }: Wording) => {
  const kind: QuestionLogic = found === null ? "follow_up" : kindOf(found)
  return [...(questions[kind] ?? []), ...questions.follow_up]
}

/** The round with its planted mistake. */
const spoilt = ({ before, found, mistake }: Order, { a, b }: Speech, { mistakes, space }: Wording): Speech => {
  switch (mistake) {
    case "changed_number":
      return { a, b: mistakes.otherNumber(found ?? "") ?? b }
    case "invented_fact":
      return { a, b: `${b}${space}${mistakes.inventedFact}` }
    case "denied_fact":
      return { a, b: mistakes.denied(found ?? "") }
    case "unfounded_reply":
      return { a, b: mistakes.unfounded.join(space) }
    case "meta_talk":
      return { a, b: mistakes.metaTalk(found ?? "") }
    case "repeated_turn":
      return { a: before[0]?.a ?? a, b }
    case "wrong_language":
      return { a, b: mistakes.otherLanguage }
    case "leaked_answer":
      return { a: mistakes.leak(found ?? ""), b }
    default:
      return { a, b }
  }
}

/** Sentences of less than this share of letters in the script of the document are left to others. */
const IN_SCRIPT = 0.75
const WHOLE = /[.!?。！？；]["'”’」』)）]?$/u

/** The sentences that a passage can be quoted from: whole, long enough to say something, and in the document's script; else any. */
export const quotable = (
  { lang, sentences }: Pick<Chunk, "lang" | "sentences">,
  sids: ReadonlyArray<number>
): ReadonlyArray<number> => {
  const good = sids.filter((sid) => {
    const text = sentences.find((sentence) => sentence.sid === sid)?.text ?? ""
    const isLong = text.length >= (isCjkText(text) ? 10 : 30)
    return WHOLE.test(text) && isLong && (scriptShare(text, lang) ?? 1) >= IN_SCRIPT
  })
  return good.length > 0 ? good : sids
}

export const textOf = ({ sentences }: Pick<Chunk, "sentences">, sid: number | undefined): string | null =>
  sentences.find((sentence) => sentence.sid === sid)?.text ?? null
