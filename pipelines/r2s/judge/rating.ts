import { Effect } from "effect"
import type { CapabilityError } from "../../../models/capabilities/capability-error.ts"
import type { CallFailure, ChatModel } from "../../../models/chat-model.ts"
import { judge } from "../../../stages/filters/judge.ts"
import { ItemFailed } from "../../pipeline.ts"
import type { R2sConfig } from "../config.ts"
import type { Judgement } from "../tables.ts"
import { messagesOf } from "../training/chat-rows.ts"
import type { JudgedDialogue } from "./score-dialogue.ts"

const NO_SCORES = {
  informativeness: null,
  understanding: null,
  helpfulness: null,
  loyalty: null,
  flexibility: null,
  consistency: null,
  coherence: null,
  emotion: null
} as const

/** One number from 1 to 10, as comparable tools have it (section 3.3): a short reply instead of eight metrics. 1 call. */
export const rateDialogue = Effect.fnUntraced(function* (
  { judge: thresholds, maxAttempts, maxTokens, temperatures }: R2sConfig,
  { chunk, rounds }: JudgedDialogue
): Effect.fn.Return<Judgement, CallFailure | CapabilityError | ItemFailed, ChatModel> {
  const filter = judge.make(
    judge.options.parse({
      scale: "rating",
      keep: thresholds.keep,
      temperature: temperatures.judge,
      maxTokens: maxTokens.judge,
      repairs: Math.min(5, maxAttempts - 1)
    })
  )
  const { findings, model, score } = yield* filter.judge({
    id: "",
    messages: messagesOf(rounds),
    sources: [chunk.body]
  })
  if (score === null) {
    return yield* new ItemFailed({
      stage: "judge",
      code: "JUDGE_ERROR",
      message: findings[0]?.reason ?? "The judge gave no rating."
    })
  }
  return { ...NO_SCORES, rating: score, parse_errors: 0, model: model?.id ?? "" }
})
