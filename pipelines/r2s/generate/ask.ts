import { Effect } from "effect"
import type { z } from "zod"
import { Backstage } from "../../../models/call-context.ts"
import type { CallFailure, ChatModel } from "../../../models/chat-model.ts"
import { ModelError } from "../../../models/model-error.ts"
import { plantedIn } from "../../../models/simulated.ts"
import { system, user } from "../../../schemas/message.ts"
import type { ReplyIssue } from "../../../stages/json-reply.ts"
import { Rejected } from "../../../stages/stage.ts"
import { describeIssues, InvalidReply, structured } from "../../../stages/structured.ts"
import type { R2sBackstage } from "../simulated/backstage.ts"

export interface Question<S extends z.ZodType> {
  readonly role: "planner" | "finder" | "writer"
  /** Of the reply's shape: "decide", "find"... */
  readonly name: string
  readonly system: string
  readonly user: string
  readonly schema: S
  readonly temperature: number
  readonly maxTokens: number
  /** Tries in all, refusals included. */
  readonly attempts: number
  /** 0, or n for the n-th time that the same is asked although the reply was of the shape. */
  readonly draw: number
  readonly backstage: R2sBackstage
  /** What no schema can say, each issue under the code that the dialogue is turned down with where it stays. */
  readonly check?: (value: z.output<S>) => ReadonlyArray<CodedIssue>
}

export interface CodedIssue extends ReplyIssue {
  readonly code: "E_SCHEMA" | "F_EMPTY" | "F_FOUND_MISSING"
}

export interface Answer<A> {
  readonly value: A
  readonly model: string
  /** Mistakes that a simulated model says it made on purpose. */
  readonly planted: ReadonlyArray<string>
}

/**
 * Asks for one reply of R2S. A reply that cannot be used is shown what is wrong with it and asked for again; a refusal is drawn anew.
 * After `attempts` tries the item is turned down with the code of what is still wrong: E_SCHEMA (no JSON of the shape), F_LOGIC (nothing
 * wrong but a logic type that is none), F_EMPTY, F_FOUND_MISSING, E_REFUSED, E_TRUNCATED. Costs 1 call a try.
 */
export const ask = <S extends z.ZodType>(
  question: Question<S>
): Effect.Effect<Answer<z.output<S>>, Rejected | CallFailure, ChatModel> => tryFrom(question, 0)

const tryFrom = Effect.fnUntraced(function* <S extends z.ZodType>(
  question: Question<S>,
  refusals: number
): Effect.fn.Return<Answer<z.output<S>>, Rejected | CallFailure, ChatModel> {
  const { attempts, backstage, check, draw, maxTokens, name, role, schema, temperature } = question
  let found: ReadonlyArray<CodedIssue> = []
  const asked = structured({
    role,
    messages: [system(question.system), user(question.user)],
    schema,
    name,
    sampling: { temperature, maxTokens },
    // Draws of refusals and of repetitions must not meet in the ledger.
    draw: draw * attempts + refusals,
    repairs: attempts - 1 - refusals,
    check: (value) => {
      found = check?.(value) ?? []
      return found
    }
  }).pipe(Effect.provideService(Backstage, backstage))
  return yield* asked.pipe(
    Effect.map(({ completion, value }) => ({
      value,
      model: completion.model,
      planted: plantedIn(completion.message.reasoning)
    })),
    Effect.catch((error): Effect.Effect<Answer<z.output<S>>, Rejected | CallFailure, ChatModel> => {
      if (error instanceof InvalidReply) return Effect.fail(unusable(error, found))
      if (!(error instanceof ModelError)) return Effect.fail(error)
      if (error.kind === "truncated") return Effect.fail(turnedDown("E_TRUNCATED", error.message))
      if (error.kind !== "refused") return Effect.fail(error)
      return refusals + 1 < attempts
        ? tryFrom(question, refusals + 1)
        : Effect.fail(turnedDown("E_REFUSED", `${error.message} (${attempts} tries)`))
    })
  )
})

const turnedDown = (code: string, reason: string, evidence?: unknown): Rejected =>
  new Rejected({ stage: "generate", code, reasons: [reason], evidence })

/** The last reply is kept beside the reason: it was paid for, and shows what the model makes of the prompt. */
const unusable = ({ completion, issues, name, text }: InvalidReply, found: ReadonlyArray<CodedIssue>): Rejected =>
  turnedDown(codeOf(issues, found, text), `${name}: ${describeIssues(issues).join("; ")}`, {
    name,
    reply: text,
    planted: plantedIn(completion.message.reasoning)
  })

const codeOf = (issues: ReadonlyArray<ReplyIssue>, found: ReadonlyArray<CodedIssue>, text: string): string => {
  if (text.trim() === "") return "F_EMPTY"
  const coded = found.find((issue) => issues.includes(issue))
  if (coded !== undefined) return coded.code
  return issues.every(({ pointer }) => pointer.endsWith("/logic_type")) ? "F_LOGIC" : "E_SCHEMA"
}
