import type { Random } from "../../../stages/random.ts"
import { LogicType, type Progress } from "../turn-logic.ts"

/** How often each kind comes up; the two in which nothing is told are rare. */
const WEIGHTS: Readonly<Record<LogicType, number>> = {
  question_answer: 6,
  statement_explanation: 3,
  opinion_rebuttal: 2,
  opinion_agreement: 1.5,
  statement_inquiry: 0.7,
  question_question: 1
}

export interface Plan {
  readonly logic_type: LogicType
  readonly progress: Progress
}

/** The kind of the next round. A planner that does not count: quotas are left to code, as with real models. */
export const planRound = (types: ReadonlyArray<LogicType>, target: number, draws: Random): Plan => {
  const round = types.length + 1
  if (round >= target) return { logic_type: "opinion_agreement", progress: "end" }
  const progress: Progress = round === 1 ? "start" : draws.boolean(0.5) ? "deepen" : "continue"
  if (types.at(-1) === "question_question") return { logic_type: "question_answer", progress }
  const possible = LogicType.options.filter(
    (type) =>
      !(round === 1 && (type === "opinion_agreement" || type === "statement_inquiry")) &&
      !(round + 1 >= target && (type === "question_question" || type === "opinion_agreement"))
  )
  return { logic_type: draws.weighted(possible, (type) => WEIGHTS[type]), progress }
}
