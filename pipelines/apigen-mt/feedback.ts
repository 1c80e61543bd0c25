import { Effect } from "effect"
import { Backstage } from "../../models/call-context.ts"
import { type CallFailure, ChatModel } from "../../models/chat-model.ts"
import { system, user } from "../../schemas/message.ts"
import type { Verdict } from "../../schemas/verdict.ts"
import { fence, fill } from "../../stages/prompt-template.ts"
import { stage } from "../../stages/stage.ts"
import type { BlueprintAttempt } from "./blueprint-tables.ts"
import type { ApigenMtConfig } from "./config.ts"
import { FEEDBACK_SYSTEM, FEEDBACK_USER } from "./prompts/feedback.ts"
import { diffText } from "./review.ts"

/** What a simulated feedback writer sees beyond its prompt. */
export interface FeedbackBackstage {
  readonly part: "feedback"
  readonly findings: ReadonlyArray<string>
}

/**
 * A plan for the next round from what the checks or the reviewers found (paper section 3.2.1, fig. 10; Reflexion-style). It
 * sums up and never judges. Costs 1 call. A reply that is empty gives way to the findings themselves.
 */
export const writeFeedback = Effect.fnUntraced(function* (
  config: ApigenMtConfig,
  attempt: BlueprintAttempt,
  diff: string
): Effect.fn.Return<string, CallFailure, ChatModel> {
  const model = yield* ChatModel
  const found = findings(attempt)
  const backstage: FeedbackBackstage = { part: "feedback", findings: found }
  const completion = yield* model
    .complete({
      role: "feedback",
      messages: [
        system(FEEDBACK_SYSTEM),
        user(
          fill(FEEDBACK_USER, {
            task: fence("task", attempt.raw_output),
            diff: attempt.steps.length === 0 ? "" : diffText(diff),
            findings: fence("findings", found.join("\n"))
          })
        )
      ],
      sampling: { temperature: config.temperatures.feedback, maxTokens: config.maxTokens.feedback },
      draw: attempt.round
    })
    .pipe(Effect.provideService(Backstage, backstage), stage("feedback"))
  const text = (completion.message.content ?? "").trim()
  return text === "" ? found.join("\n") : text
})

/** What was found, a line each: pointers, step indices and rule ids of the checks, scores and corrections of the reviewers. */
export const findings = (attempt: BlueprintAttempt): ReadonlyArray<string> => [
  ...attempt.format_errors.map(({ message, pointer }) => `format error at ${pointer || "the whole reply"}: ${message}`),
  ...attempt.execution_errors.map(({ message, step }) => `execution error${atStep(step)}: ${message}`),
  ...attempt.policy_violations.map(({ message, rule_id, step }) => `policy test ${rule_id}${atStep(step)}: ${message}`),
  ...(attempt.verdict === null ? [] : votesOf(attempt.verdict))
]

const atStep = (step: number | null): string => (step === null ? "" : ` at step ${step}`)

const votesOf = (verdict: Verdict): ReadonlyArray<string> =>
  verdict.votes.map((vote) => {
    if (vote.status !== "voted") return `${vote.reviewer}: no vote (${vote.reason ?? vote.status})`
    const scores = vote.scores.map(({ criterion, score }) => `${criterion} ${score}`).join(", ")
    const correction = vote.correction === null ? "" : ` Suggests: ${vote.correction}`
    return `${vote.reviewer}: ${scores}. ${vote.reflection ?? ""}${correction}`
  })
