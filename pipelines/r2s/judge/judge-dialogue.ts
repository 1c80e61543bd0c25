import { Effect } from "effect"
import { Backstage } from "../../../models/call-context.ts"
import type { CapabilityError } from "../../../models/capabilities/capability-error.ts"
import type { CallFailure, ChatModel } from "../../../models/chat-model.ts"
import type { Finding } from "../../../stages/filters/filter.ts"
import { stage } from "../../../stages/stage.ts"
import { describeIssues, InvalidReply } from "../../../stages/structured.ts"
import { ItemFailed } from "../../pipeline.ts"
import type { R2sConfig } from "../config.ts"
import type { Judgement } from "../tables.ts"
import { qualityFindings } from "./quality-gate.ts"
import { rateDialogue } from "./rating.ts"
import { type JudgedDialogue, scoreDialogue } from "./score-dialogue.ts"

export interface Judged {
  readonly judgement: Judgement
  /** Why the quality gate turns the dialogue down; none where it passes. */
  readonly findings: ReadonlyArray<Finding>
}

/**
 * Scores a dialogue (section 5.1) and puts it through the quality gate (section 3.3). Costs 1 call, and 1 for each repair. A score that
 * cannot be used is null and counted. Fails with JUDGE_ERROR where the judge gives no score at all that the gate could go by: a missing
 * verdict turns nobody down, and lets nobody pass.
 */
export const judgeDialogue = Effect.fnUntraced(
  function* (
    config: R2sConfig,
    dialogue: JudgedDialogue
  ): Effect.fn.Return<Judged, CallFailure | CapabilityError | ItemFailed, ChatModel> {
    const judgement =
      config.judge.scale === "rating" ? yield* rateDialogue(config, dialogue) : yield* byMetrics(config, dialogue)
    return { judgement, findings: qualityFindings(judgement, config.judge) }
  },
  (effect, _, { backstage }) => effect.pipe(Effect.provideService(Backstage, backstage ?? undefined), stage("judge"))
)

const byMetrics = Effect.fnUntraced(function* (config: R2sConfig, dialogue: JudgedDialogue) {
  const { model, parseErrors, scores } = yield* scoreDialogue(
    {
      temperature: config.temperatures.judge,
      maxTokens: config.maxTokens.judge,
      attempts: config.maxAttempts
    },
    dialogue,
    dialogue.rounds.map(({ id }) => id)
  ).pipe(
    Effect.catchIf(
      (error): error is InvalidReply => error instanceof InvalidReply,
      (error) => Effect.fail(noVerdict(describeIssues(error.issues).join("; ")))
    )
  )
  const gated = [scores.understanding, scores.helpfulness, scores.consistency, scores.coherence]
  if (gated.every((score) => score === null)) return yield* noVerdict("none of its scores is on the scale")
  return { ...scores, rating: null, parse_errors: parseErrors, model }
})

const noVerdict = (why: string): ItemFailed =>
  new ItemFailed({
    stage: "judge",
    code: "JUDGE_ERROR",
    message: `The judge gave no usable verdict: ${why}. Try again with another model: --role judge=NAME, or leave it out: --set judge.enabled=false.`
  })
