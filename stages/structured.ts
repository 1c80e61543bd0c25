import { Data, Effect } from "effect"
import type { z } from "zod"
import { type CallFailure, ChatModel, type Completion } from "../models/chat-model.ts"
import { modelError } from "../models/model-error.ts"
import type { Sampling } from "../models/provider.ts"
import type { Message } from "../schemas/message.ts"
import { assistant, user } from "../schemas/message.ts"
import { type ReplyIssue, readReply } from "./json-reply.ts"

/** The model's last reply does not have the shape that was asked for, the repairs included. */
export class InvalidReply extends Data.TaggedError("InvalidReply")<{
  /** Name of what was asked for. */
  readonly name: string
  readonly issues: ReadonlyArray<ReplyIssue>
  /** The last reply, as it came. */
  readonly text: string
  readonly completion: Completion
}> {
  override get message() {
    return `${this.name}: ${describeIssues(this.issues).join("; ")}`
  }
}

export interface StructuredRequest<S extends z.ZodType> {
  readonly role: string
  readonly messages: ReadonlyArray<Message>
  readonly schema: S
  /** Name of the shape: letters, digits, `_` and `-`, as providers want it. */
  readonly name: string
  readonly sampling: Sampling
  readonly draw: number
  /** Follow-up turns in which the model may put its reply right. */
  readonly repairs: number
  /**
   * Tag of the block that holds the JSON amid free text (`answer`). Then the provider is not asked for JSON alone, so that the
   * model can think aloud first; the prompt has to describe the shape.
   */
  readonly block?: string
  /** What no schema can say: `total` equals the sum. Issues are shown to the model as the schema's own are. */
  readonly check?: (value: z.output<S>) => ReadonlyArray<ReplyIssue>
}

export interface Structured<A> {
  readonly value: A
  /** The completion that `value` was read from. */
  readonly completion: Completion
  /** Repairs it took, from 0. */
  readonly repaired: number
}

/**
 * Asks for JSON of a schema and validates what comes. Costs 1 call, and 1 for each repair. A reply that hit its token limit fails
 * as ModelError `truncated` and a filtered one as `refused`: neither is a parse error, and neither is repaired.
 */
export const structured = Effect.fnUntraced(function* <S extends z.ZodType>(
  request: StructuredRequest<S>
): Effect.fn.Return<Structured<z.output<S>>, InvalidReply | CallFailure, ChatModel> {
  const model = yield* ChatModel
  let messages = request.messages
  for (let repaired = 0; ; repaired++) {
    const completion = yield* model.complete({
      role: request.role,
      messages,
      ...(request.block === undefined ? { response: { name: request.name, schema: request.schema } } : {}),
      sampling: request.sampling,
      draw: request.draw
    })
    if (completion.finishReason === "length") {
      return yield* modelError(
        "truncated",
        completion.model,
        `${request.name}: the reply reached its limit of ${request.sampling.maxTokens} tokens; raise the limit of role ${request.role}`
      )
    }
    if (completion.finishReason === "content_filter") {
      return yield* modelError("refused", completion.model, `${request.name}: the provider filtered the reply`)
    }
    const text = completion.message.content ?? ""
    const read = readReply(text, request.schema, request.block)
    const issues = read.ok ? (request.check?.(read.value) ?? []) : read.issues
    if (read.ok && issues.length === 0) return { value: read.value, completion, repaired }
    if (repaired >= request.repairs) return yield* new InvalidReply({ name: request.name, issues, text, completion })
    messages = [...messages, assistant(text), user(repairPrompt(issues, request.block))]
  }
})

/** Issues as lines: `/actions/0/name: unknown tool`. */
export const describeIssues = (issues: ReadonlyArray<ReplyIssue>): ReadonlyArray<string> =>
  issues.map(({ message, pointer }) => `${pointer === "" ? "(whole reply)" : pointer}: ${message}`)

const repairPrompt = (issues: ReadonlyArray<ReplyIssue>, block: string | undefined): string =>
  [
    "Your reply cannot be used yet. What is wrong, by JSON pointer:",
    ...describeIssues(issues).map((line) => `- ${line}`),
    block === undefined
      ? "Send the whole corrected JSON, and nothing else."
      : `Send the whole corrected reply, with the JSON inside <${block}>...</${block}>.`
  ].join("\n")
