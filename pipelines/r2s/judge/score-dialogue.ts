import { Effect } from "effect"
import { z } from "zod"
import type { CallFailure, ChatModel } from "../../../models/chat-model.ts"
import { system, user } from "../../../schemas/message.ts"
import { type InvalidReply, structured } from "../../../stages/structured.ts"
import type { Characters, Chunk } from "../draft.ts"
import type { R2sBackstage } from "../simulated/backstage.ts"
import { JUDGE_SYSTEM, judgeQuestion } from "./prompts.ts"
import { aggregateScores, type ReadScores } from "./scores.ts"

export interface ScoredDialogue {
  readonly chunk: Pick<Chunk, "body" | "title">
  readonly characters: Characters
  readonly rounds: ReadonlyArray<{ readonly id: number; readonly a: string; readonly b: string }>
}

/** A dialogue that is judged, with the document that it is held against. */
export interface JudgedDialogue extends ScoredDialogue {
  /** For simulated judges alone; null where nothing is known beyond the dialogue. */
  readonly backstage: R2sBackstage | null
}

export interface JudgeSettings {
  readonly temperature: number
  readonly maxTokens: number
  /** Tries for a reply that is no JSON of the shape. */
  readonly attempts: number
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

/**
 * Eight metrics of a dialogue (section 5.1), its turn metrics as means over `turns`, which are numbers of its rounds. Costs 1 call, and
 * 1 for each repair. A score that cannot be used is null and counted.
 */
export const scoreDialogue = Effect.fnUntraced(function* (
  { attempts, maxTokens, temperature }: JudgeSettings,
  { characters, chunk, rounds }: ScoredDialogue,
  turns: ReadonlyArray<number>
): Effect.fn.Return<ReadScores & { readonly model: string }, CallFailure | InvalidReply, ChatModel> {
  const { completion, value } = yield* structured({
    role: "judge",
    messages: [system(JUDGE_SYSTEM), user(judgeQuestion(chunk, characters, rounds, turns))],
    schema: JudgeReply,
    name: "scores",
    sampling: { temperature, maxTokens },
    draw: 0,
    repairs: attempts - 1
  })
  return { ...aggregateScores({ turns: value.turns, dialogue: value }, turns), model: completion.model }
})
