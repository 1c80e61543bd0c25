import { Effect } from "effect"
import { z } from "zod"
import type { Pair } from "../../models/capabilities/backend.ts"
import { capabilityError } from "../../models/capabilities/capability-error.ts"
import { PairScorer } from "../../models/capabilities/pair-scorer.ts"
import type { Message } from "../../schemas/message.ts"
import { filterKind } from "./filter.ts"
import { judgedByWorst, nothingToJudge, type Rated } from "./rated.ts"

const options = z
  .strictObject({
    rejectBelow: z
      .number()
      .describe("A reward below this is rejected, on the scale of the model: there is no common one."),
    passAbove: z.number().describe("A reward of this or more passes; between the two, unsure."),
    contextMessages: z.int().min(1).default(8).describe("How many messages before a reply make up its prompt.")
  })
  .check((context) => {
    const { passAbove, rejectBelow } = context.value
    if (rejectBelow <= passAbove) return
    context.issues.push({
      code: "custom",
      path: ["rejectBelow"],
      message: `rejectBelow (${rejectBelow}) is above passAbove (${passAbove})`,
      input: rejectBelow
    })
  })

/**
 * Each reply of the assistant is good enough to a reward model (role `reward`); the worst reply counts. Rewards are numbers without
 * a unit and differ from model to model, so that both thresholds have to be given.
 */
export const reward = filterKind({
  name: "reward",
  asks: ["reward"],
  description: "Each reply of the assistant earns enough from a reward model.",
  codes: { LOW_REWARD: "the reward of a reply is below rejectBelow" },
  options,
  make: (options) => ({
    name: "reward",
    cost: 100,
    judge: Effect.fnUntraced(function* (subject) {
      const replies = repliesOf(subject.messages, options.contextMessages)
      if (replies.length === 0) return nothingToJudge("reward")
      const scorer = yield* PairScorer
      const { card, results } = yield* scorer.score(
        "reward",
        replies.map(({ pair }) => pair)
      )
      const rated: Array<Rated & { readonly score: number }> = []
      for (const [position, { message }] of replies.entries()) {
        const score = results[position]?.find(({ label }) => label === "score")?.score
        if (score === undefined) {
          return yield* capabilityError(
            "bad_output",
            "pairs",
            card.id,
            `The reward model ${card.id} gave no label "score".`
          )
        }
        const verdict = score < options.rejectBelow ? "reject" : score >= options.passAbove ? "pass" : "unsure"
        rated.push({
          score,
          verdict,
          finding: {
            code: "LOW_REWARD",
            reason: `The reply of message ${message} earns ${score.toPrecision(3)}, against ${options.passAbove} for a good one.`,
            evidence: { message, score, reject_below: options.rejectBelow, pass_above: options.passAbove }
          }
        })
      }
      return judgedByWorst("reward", rated, Math.min(...rated.map(({ score }) => score)), card)
    })
  })
})

/** Each reply that says something to something, with what went before it as its prompt. */
const repliesOf = (
  messages: ReadonlyArray<Message>,
  contextMessages: number
): ReadonlyArray<{ readonly message: number; readonly pair: Pair }> =>
  messages.flatMap(({ content, role }, index) => {
    const before = messages.slice(Math.max(0, index - contextMessages), index)
    const prompt = before.filter((message) => (message.content?.trim() ?? "") !== "")
    if (role !== "assistant" || (content?.trim() ?? "") === "" || prompt.length === 0) return []
    const lines = prompt.map((message) =>
      prompt.length === 1 ? message.content : `${message.role}: ${message.content}`
    )
    return [{ message: index, pair: { first: lines.join("\n"), second: content as string } }]
  })
