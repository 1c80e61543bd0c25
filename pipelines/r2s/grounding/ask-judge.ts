import { Effect } from "effect"
import type { z } from "zod"
import type { CallFailure, ChatModel } from "../../../models/chat-model.ts"
import { system, user } from "../../../schemas/message.ts"
import type { ReplyIssue } from "../../../stages/json-reply.ts"
import { stage } from "../../../stages/stage.ts"
import { describeIssues, InvalidReply, structured } from "../../../stages/structured.ts"
import { ItemFailed } from "../../pipeline.ts"
import type { R2sConfig } from "../config.ts"

/**
 * One question to the role `judge` about the ground of a dialogue. Costs 1 call, and 1 for each repair. Fails with JUDGE_ERROR where no reply
 * can be used: a missing verdict turns nobody down, and lets nobody pass.
 */
export const askJudge = <S extends z.ZodType>(
  { maxAttempts, maxTokens, temperatures }: R2sConfig,
  question: {
    readonly name: string
    readonly system: string
    readonly user: string
    readonly schema: S
    readonly check: (value: z.output<S>) => ReadonlyArray<ReplyIssue>
  }
): Effect.Effect<z.output<S>, CallFailure | ItemFailed, ChatModel> =>
  structured({
    role: "judge",
    messages: [system(question.system), user(question.user)],
    schema: question.schema,
    name: question.name,
    sampling: { temperature: temperatures.judge, maxTokens: maxTokens.judge },
    draw: 0,
    repairs: maxAttempts - 1,
    check: question.check
  }).pipe(
    Effect.map(({ value }) => value),
    Effect.catchIf(
      (error): error is InvalidReply => error instanceof InvalidReply,
      (error) =>
        Effect.fail(
          new ItemFailed({
            stage: "grounding",
            code: "JUDGE_ERROR",
            message: `The judge's ${question.name} cannot be read: ${describeIssues(error.issues).join("; ")}. Name another with --role judge=NAME, or models of your own with --local entailment=... --set groundingBy=local.`
          })
        )
    ),
    stage("grounding")
  )

/** That each number from 1 to `count` is there once, and that only sentences that there are are named. */
export const completeness = (
  entries: ReadonlyArray<{ readonly id: number; readonly sids: ReadonlyArray<number> }>,
  count: number,
  sids: ReadonlySet<number>,
  pointer: string
): ReadonlyArray<ReplyIssue> => {
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter(
    (id) => entries.filter((entry) => entry.id === id).length !== 1
  )
  return [
    ...(missing.length === 0
      ? []
      : [{ pointer, message: `each id from 1 to ${count} once; wrong for ${missing.join(", ")}` }]),
    ...entries.flatMap((entry, index) =>
      entry.sids
        .filter((sid) => !sids.has(sid))
        .map((sid) => ({ pointer: `${pointer}/${index}/sids`, message: `there is no sentence ${sid}` }))
    )
  ]
}
