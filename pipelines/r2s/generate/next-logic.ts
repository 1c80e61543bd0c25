import type { R2sConfig } from "../config.ts"
import { LogicType, NEEDS_FOUND, type Progress } from "../turn-logic.ts"

/** Where a dialogue stands before its next round. */
export interface Standing {
  /** Types of the rounds so far. */
  readonly types: ReadonlyArray<LogicType>
  /** The wanted number of rounds. */
  readonly target: number
  /** Whether the round to come is the last. */
  readonly closing: boolean
  /** Whether the one after it will be, as things stand. */
  readonly closesNext: boolean
  /** Whether there is a sentence that it could rest on. */
  readonly hasFree: boolean
}

/** Where several types are as rare: those that rest on the document first. */
const PREFERENCE: ReadonlyArray<LogicType> = [
  "question_answer",
  "statement_explanation",
  "opinion_rebuttal",
  "opinion_agreement",
  "statement_inquiry",
  "question_question"
]

/**
 * The type of the next round: the one that was decided where it is legal, else the rarest legal one (sections 2.6 and 2.7). Legal is
 * what follows from what was said before, breaks no quota, and leaves room for the quotas that are still open.
 */
export const nextLogic = (
  decided: LogicType,
  standing: Standing,
  quotas: R2sConfig["quotas"]
): { readonly type: LogicType; readonly overridden: boolean } => {
  const legal = legalTypes(standing, quotas)
  if (legal.includes(decided)) return { type: decided, overridden: false }
  const uses = (type: LogicType) => standing.types.filter((used) => used === type).length
  const [rarest = decided] = [...legal].sort((left, right) => uses(left) - uses(right))
  return { type: rarest, overridden: rarest !== decided }
}

/** In order of preference. Never empty: where rules leave nothing, the later ones give way. */
const legalTypes = (standing: Standing, quotas: R2sConfig["quotas"]): ReadonlyArray<LogicType> => {
  let legal = PREFERENCE
  for (const rule of RULES) {
    const kept = legal.filter((type) => rule(type, standing, quotas))
    if (kept.length > 0) legal = kept
  }
  return legal
}

type Rule = (type: LogicType, standing: Standing, quotas: R2sConfig["quotas"]) => boolean

/** From what makes no sense to what is only unbalanced. */
const RULES: ReadonlyArray<Rule> = [
  // What must rest on a sentence needs one.
  (type, { hasFree }) => hasFree || !NEEDS_FOUND.has(type),
  // After B has asked back, A says what it meant, and B answers.
  (type, { types }) => types.at(-1) !== "question_question" || type === "question_answer",
  // The last round takes its leave.
  (type, { closing }) => !closing || type === "opinion_agreement",
  // B's question back needs a round in which it is answered; nobody agrees with what was not yet said.
  (type, { closing, closesNext }) => !(closing || closesNext) || type !== "question_question",
  (type, { types }) => types.length > 0 || type !== "opinion_agreement",
  (type, { types }, { inARow }) => !types.slice(-inARow).every((used) => used === type) || types.length < inARow,
  // The farewell is opinion_agreement: another one right before it would be leave taken twice.
  (type, { closesNext }) => !closesNext || type !== "opinion_agreement",
  (type, { target, types }, { questionAnswer }) =>
    type !== "question_answer" ||
    (types.filter((used) => used === "question_answer").length + 1) / Math.max(target, types.length + 1) <=
      questionAnswer,
  // Where the rounds that are left are as many as the types that are missing, each must bring a new one.
  (type, standing, { logicTypes }) => !standing.types.includes(type) || missing(standing, logicTypes) < left(standing)
]

/** Types that must still come, the farewell's not counted. */
const missing = ({ types }: Standing, wanted: number): number =>
  Math.min(wanted, LogicType.options.length) - new Set<LogicType>([...types, "opinion_agreement"]).size

/** Rounds before the last one, this one included. */
const left = ({ target, types }: Standing): number => target - 1 - types.length

/** The first round starts and the last one ends, whatever was decided; between them nothing does. */
export const progressOf = (decided: Progress, round: number, closing: boolean): Progress => {
  if (closing) return "end"
  if (round === 1) return "start"
  return decided === "deepen" ? "deepen" : "continue"
}
