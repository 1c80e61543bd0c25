import { type Random, random } from "../../../stages/random.ts"
import type { LogicType } from "../turn-logic.ts"
import { ASKS } from "../turn-logic.ts"
import type { R2sBackstage } from "./backstage.ts"

/** What a simulated model does wrong on purpose, and the check that should find it. */
export const MISTAKES = [
  /** F_UNSUPPORTED_FACT: B gives the passage with another number. */
  "changed_number",
  /** F_UNSUPPORTED_FACT: B adds a name and a year. */
  "invented_fact",
  /** F_CONTRADICTION: B denies what the passage says. */
  "denied_fact",
  /** F_UNGROUNDED: B says something else altogether, without figures. */
  "unfounded_reply",
  /** F_FOUND_MISSING: the passage is in no document. */
  "invented_passage",
  /** F_META: B speaks of its document. */
  "meta_talk",
  /** F_REPEAT: A says an earlier turn again. */
  "repeated_turn",
  /** F_LANG: B changes the language. */
  "wrong_language",
  /** F_LEAK: A asks with the words of the answer. */
  "leaked_answer"
] as const
export type Mistake = (typeof MISTAKES)[number]

/** A mistake is made in the first round that allows it from one of these on. */
const EARLIEST = [2, 4] as const

export interface PlannedMistake {
  readonly mistake: Mistake
  readonly from: number
}

/** The mistake that is planted in a dialogue, by its seed; null in most. */
export const plannedMistake = ({ mistakes, mode, seed }: R2sBackstage): PlannedMistake | null => {
  const draws = random(seed).fork("mistake")
  if (!draws.boolean(mistakes.dialogue)) return null
  const hasPassages = mode === "stepwise" || mode === "single_pass"
  const possible = MISTAKES.filter(
    (mistake) => hasPassages || !(mistake === "invented_passage" || mistake === "leaked_answer")
  )
  return { mistake: draws.pick(possible), from: draws.integer(...EARLIEST) }
}

/** A round as far as it matters for whether a mistake can be made in it. */
interface Place {
  readonly id: number
  readonly logic_type: LogicType | null
  readonly found: string | null
}

const allows = (mistake: Mistake, { found, logic_type }: Place): boolean => {
  if (mistake === "repeated_turn" || mistake === "wrong_language") return true
  if (found === null) return false
  if (mistake === "leaked_answer") return logic_type !== null && ASKS.has(logic_type)
  return mistake !== "changed_number" || /\d/.test(found)
}

/** The mistake to make in this round: planned, possible here, and in no round before. */
export const mistakeIn = (
  planned: PlannedMistake | null,
  before: ReadonlyArray<Place>,
  round: Place
): Mistake | null => {
  if (planned === null || round.id < planned.from || !allows(planned.mistake, round)) return null
  return before.some((earlier) => earlier.id >= planned.from && allows(planned.mistake, earlier))
    ? null
    : planned.mistake
}

/** A stream for one purpose in one round, the same each time that it is asked. */
export const drawsFor = ({ seed }: Pick<R2sBackstage, "seed">, purpose: string): Random => random(seed).fork(purpose)

/** Where a dialogue's lists of phrases begin. */
export const startOf = (backstage: Pick<R2sBackstage, "seed">): number => drawsFor(backstage, "start").integer(0, 999)
