import { Effect } from "effect"
import { z } from "zod"
import { decide } from "./ask.ts"
import { bandsInOrder, verdictOf } from "./bands.ts"
import { type Finding, filterKind } from "./filter.ts"
import { judgedByWorst, nothingToJudge } from "./rated.ts"
import { rolesOption, spoken } from "./spoken.ts"

const probability = z.number().min(0).max(1)

const question = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9_]*$/, "small letters, digits and _"),
    /** Answered with yes or no about the dialogue. */
    ask: z.string().min(1),
    /** The answer that a good dialogue gets. */
    good: z.enum(["yes", "no"]).default("yes"),
    rejectAbove: probability
      .default(0.7)
      .describe("The probability of the bad answer from which a dialogue is rejected."),
    passBelow: probability
      .default(0.3)
      .describe("The probability of the bad answer below which it passes; between, unsure.")
  })
  .check(bandsInOrder)

const options = z
  .strictObject({
    roles: rolesOption(["user", "assistant", "tool"]),
    questions: z.array(question).min(1).max(64).describe("All are put in one call; servers take 64 at most.")
  })
  .check((context) => {
    const names = context.value.questions.map(({ name }) => name)
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice === undefined) return
    context.issues.push({
      code: "custom",
      path: ["questions"],
      message: `two questions are named ${twice}`,
      input: names
    })
  })

/**
 * Yes-or-no questions about the dialogue, answered with probabilities by the model of role `decision`, in one call. A question that
 * the model declines is unsure. The thresholds are ours; set them per question, probabilities of small models are not calibrated.
 */
export const decision = filterKind({
  name: "decision",
  asks: ["decision"],
  description: "A decision model answers your own yes-or-no questions about the dialogue well.",
  codes: {
    BAD_ANSWER: "the bad answer to a question has at least the probability of its rejectAbove",
    DECLINED: "the model declined to answer a question; goes with unsure only"
  },
  options,
  make: (options) => ({
    name: "decision",
    cost: 1_000,
    judge: Effect.fnUntraced(function* (subject) {
      const messages = spoken(subject.messages, options.roles)
      if (messages.length === 0) return nothingToJudge("decision")
      const { card, yes } = yield* decide(
        { dialogue: messages.map(({ role, text }) => ({ role, text })) },
        Object.fromEntries(options.questions.map(({ ask, name }) => [name, ask]))
      )
      const rated = options.questions.map(({ ask, good, name, ...bands }) => {
        const answered = yes.get(name) ?? null
        if (answered === null) return { risk: null, verdict: "unsure" as const, finding: declined(name, ask) }
        const risk = good === "yes" ? 1 - answered : answered
        const finding: Finding = {
          code: "BAD_ANSWER",
          reason: `"${ask}" is answered ${good === "yes" ? "no" : "yes"} with probability ${risk.toFixed(2)}.`,
          evidence: { question: name, good, yes: answered, reject_above: bands.rejectAbove }
        }
        return { risk, verdict: verdictOf(risk, bands), finding }
      })
      const risks = rated.flatMap(({ risk }) => (risk === null ? [] : [risk]))
      return judgedByWorst("decision", rated, risks.length === 0 ? null : Math.max(...risks), card)
    })
  })
})

const declined = (name: string, ask: string): Finding => ({
  code: "DECLINED",
  reason: `The model declined to answer "${ask}".`,
  evidence: { question: name }
})
