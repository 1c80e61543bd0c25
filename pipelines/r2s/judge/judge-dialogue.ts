import { Effect } from "effect"
import { z } from "zod"
import { Backstage } from "../../../models/call-context.ts"
import type { CapabilityError } from "../../../models/capabilities/capability-error.ts"
import type { CallFailure, ChatModel } from "../../../models/chat-model.ts"
import { system, user } from "../../../schemas/message.ts"
import type { Finding } from "../../../stages/filters/filter.ts"
import { stage } from "../../../stages/stage.ts"
import { describeIssues, InvalidReply, structured } from "../../../stages/structured.ts"
import { ItemFailed } from "../../pipeline.ts"
import type { R2sConfig } from "../config.ts"
import type { Characters, Chunk } from "../draft.ts"
import type { R2sBackstage } from "../simulated/backstage.ts"
import type { Judgement } from "../tables.ts"
import { JUDGE_SYSTEM, judgeQuestion } from "./prompts.ts"
import { qualityFindings } from "./quality-gate.ts"
import { rateDialogue } from "./rating.ts"
import { aggregateScores } from "./scores.ts"

/** A dialogue that is judged, with the document that it is held against. */
export interface JudgedDialogue {
  readonly chunk: Pick<Chunk, "body" | "title">
  readonly characters: Characters
  readonly rounds: ReadonlyArray<{ readonly id: number; readonly a: string; readonly b: string }>
  readonly dialogueLanguage: string
  /** For simulated judges alone; null where nothing is known beyond the dialogue. */
  readonly backstage: R2sBackstage | null
}

/** Any value: what is no score on the grid is counted, and must not make the whole reply unusable. */
const AnyScore = z.union([z.number(), z.string()]).nullable().optional()

const JudgeReply = z.object({
  turns: z.array(
    z.object({
      id: z.number(),
      informativeness: AnyScore,
      understanding: AnyScore,
      helpfulness: AnyScore,
      loyalty: AnyScore,
      flexibility: AnyScore
    })
  ),
  consistency: AnyScore,
  coherence: AnyScore,
  emotion: AnyScore
})

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
      config.judge.scale === "rating" ? yield* rateDialogue(config, dialogue) : yield* scoreDialogue(config, dialogue)
    return { judgement, findings: qualityFindings(judgement, config.judge) }
  },
  (effect, _, { backstage }) => effect.pipe(Effect.provideService(Backstage, backstage ?? undefined), stage("judge"))
)

const scoreDialogue = Effect.fnUntraced(function* (config: R2sConfig, dialogue: JudgedDialogue) {
  const { characters, chunk, rounds } = dialogue
  const { completion, value } = yield* structured({
    role: "judge",
    messages: [system(JUDGE_SYSTEM), user(judgeQuestion(chunk, characters, rounds))],
    schema: JudgeReply,
    name: "scores",
    sampling: { temperature: config.temperatures.judge, maxTokens: config.maxTokens.judge },
    draw: 0,
    repairs: config.maxAttempts - 1
  }).pipe(
    Effect.catchIf(
      (error): error is InvalidReply => error instanceof InvalidReply,
      (error) => Effect.fail(noVerdict(describeIssues(error.issues).join("; ")))
    )
  )
  const { parseErrors, scores } = aggregateScores({ turns: value.turns, dialogue: value }, rounds.length)
  const gated = [scores.understanding, scores.helpfulness, scores.consistency, scores.coherence]
  if (gated.every((score) => score === null)) return yield* noVerdict("none of its scores is on the scale")
  return { ...scores, rating: null, parse_errors: parseErrors, model: completion.model }
})

const noVerdict = (why: string): ItemFailed =>
  new ItemFailed({
    stage: "judge",
    code: "JUDGE_ERROR",
    message: `The judge gave no usable verdict: ${why}. Try again with another model: --role judge=NAME, or leave it out: --set judge.enabled=false.`
  })
