import type { R2sConfig } from "../config.ts"
import type { Draft, DraftRound } from "../draft.ts"
import { variantOf } from "../turn-logic.ts"

/** A quota in a sentence for a person, for each that a dialogue misses. */
type Quota = (rounds: ReadonlyArray<DraftRound>, config: R2sConfig) => ReadonlyArray<string>

/**
 * Quotas and legal moves (sections 2.6 and 2.7) that a dialogue misses. They gate in `stepwise`, and in `single_pass` where
 * `enforceQuotas` is set; otherwise they are stored beside the dialogue. `base` and `cot` have no types, and so no quotas.
 */
export const missedQuotas = (
  { mode, rounds }: Pick<Draft, "mode" | "rounds">,
  config: R2sConfig
): ReadonlyArray<string> => (variantOf(mode) === "cod" ? QUOTAS.flatMap((quota) => quota(rounds, config)) : [])

const fewTypes: Quota = (rounds, { quotas }) => {
  const found = new Set(rounds.map(({ logic_type }) => logic_type)).size
  return found < quotas.logicTypes ? [`${found} logic types; at least ${quotas.logicTypes} are wanted.`] : []
}

const tooManyAnswers: Quota = (rounds, { quotas }) => {
  const found = rounds.filter(({ logic_type }) => logic_type === "question_answer").length / rounds.length
  return found > quotas.questionAnswer
    ? [`${percent(found)} of the rounds are question_answer; at most ${percent(quotas.questionAnswer)} may be.`]
    : []
}

const inARow: Quota = (rounds, { quotas }) => {
  let run = 0
  for (const [index, { id, logic_type }] of rounds.entries()) {
    run = logic_type === rounds[index - 1]?.logic_type ? run + 1 : 1
    if (run > quotas.inARow) {
      return [`Round ${id} is the ${run}th ${logic_type} in a row; at most ${quotas.inARow} may be.`]
    }
  }
  return []
}

const unanswered: Quota = (rounds) =>
  rounds.flatMap(({ id, logic_type }, index) => {
    if (logic_type !== "question_question") return []
    const next = rounds[index + 1]?.logic_type ?? null
    return next === "question_answer"
      ? []
      : [`B asks back in round ${id}, and the next is ${next ?? "none"}, not question_answer.`]
  })

const opening: Quota = ([first]) =>
  first?.logic_type === "opinion_agreement" && first.progress === "end" ? ["The first round takes its leave."] : []

const ending: Quota = (rounds) => {
  const ends = rounds.flatMap(({ id, progress }) => (progress === "end" ? [id] : []))
  const last = rounds.at(-1)?.id
  return ends.length === 1 && ends[0] === last
    ? []
    : [`Rounds of progress end: ${ends.join(", ") || "none"}; only the last, ${last}, should be.`]
}

const overused: Quota = (rounds, { sentenceUses }) => {
  const uses = new Map<number, number>()
  for (const { found_sids } of rounds) for (const sid of new Set(found_sids)) uses.set(sid, (uses.get(sid) ?? 0) + 1)
  return [...uses]
    .filter(([, count]) => count > sentenceUses)
    .map(([sid, count]) => `Sentence ${sid} is the ground of ${count} rounds; at most ${sentenceUses} may rest on it.`)
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`

const QUOTAS: ReadonlyArray<Quota> = [fewTypes, tooManyAnswers, inARow, unanswered, opening, ending, overused]
