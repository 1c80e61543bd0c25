import { Effect } from "effect"
import type { CallFailure, ChatModel } from "../models/chat-model.ts"
import { ModelError } from "../models/model-error.ts"
import type { Sampling } from "../models/provider.ts"
import type { Message } from "../schemas/message.ts"
import { system } from "../schemas/message.ts"
import type { Verdict, Vote } from "../schemas/verdict.ts"
import type { ReplyIssue } from "./json-reply.ts"
import { type Criterion, type Review, reviewIssues, reviewSchema } from "./rubric.ts"
import { describeIssues, InvalidReply, structured } from "./structured.ts"
import { tally } from "./tally.ts"

/** One seat of a committee. */
export interface Reviewer {
  /** Stands in the vote: `reviewer-1`. */
  readonly name: string
  /**
   * Who is asked. A run maps `reviewer-2` to a model, or the family `reviewer` to one for all that are not named
   * (`models/role-family.ts`).
   */
  readonly role: string
  /** What only this reviewer is told, put after the system message. */
  readonly instructions?: string
  /** Sampling draw: two seats on one model with one draw would be one opinion. */
  readonly draw: number
}

/** `reviewer-1` to `reviewer-n`, each with a draw of its own. */
export const reviewers = (count: number, family = "reviewer"): ReadonlyArray<Reviewer> =>
  Array.from({ length: count }, (_, index) => ({
    name: `${family}-${index + 1}`,
    role: `${family}-${index + 1}`,
    draw: index
  }))

export interface CommitteeOptions {
  readonly reviewers: ReadonlyArray<Reviewer>
  readonly rubric: ReadonlyArray<Criterion>
  /** The case, the same for all: guidance, the draft, its evidence, and the shape of the reply in words. */
  readonly messages: ReadonlyArray<Message>
  /** Temperature at most 0.3. */
  readonly sampling: Sampling
  /** Votes that must be cast. */
  readonly quorum: number
  /** Whether a reviewer may decline to judge. */
  readonly abstention: boolean
  /** Beyond the total being the sum, which is always checked. */
  readonly check?: (review: Review) => ReadonlyArray<ReplyIssue>
}

/** A committee that could judge, or one that could not: the caller makes the second a failure, never a rejection. */
export type Judgement =
  | { readonly _tag: "Decided"; readonly verdict: Verdict }
  | { readonly _tag: "NoQuorum"; readonly verdict: Verdict }

/** Draws of a second try start here, clear of the seats' own. */
const SECOND_TRY = 1000

/**
 * Puts one case to several reviewers at once and takes the majority (the committee of APIGen-MT, Prabhakar et al. 2025,
 * arXiv:2504.03601; the paper gives no number of judges, three with a quorum of two are ours).
 *
 * A reply that cannot be read, or whose total is not the sum, is tried once more and then counts as missing. So does one that was
 * refused or that hit its token limit (the second try has twice the limit). Failures of the world (an endpoint that is down, a
 * budget, the ledger) are no votes: they end the item. Costs 1 to 2 calls a reviewer. At temperature 0 two seats with one model and
 * the same instructions share one answer: variety has to come from models, instructions or temperature.
 */
export const committee = Effect.fnUntraced(function* (
  options: CommitteeOptions
): Effect.fn.Return<Judgement, CallFailure, ChatModel> {
  checkOptions(options)
  const votes = yield* Effect.forEach(options.reviewers, (reviewer) => vote(reviewer, options), {
    concurrency: "unbounded"
  })
  const verdict = tally(votes, options.rubric, options.quorum)
  return { _tag: verdict.quorum_met ? "Decided" : "NoQuorum", verdict }
})

const checkOptions = ({ quorum, reviewers: seats, rubric, sampling }: CommitteeOptions) => {
  if (sampling.temperature > 0.3) {
    throw new RangeError(`committee: a temperature of ${sampling.temperature} is above 0.3, so votes would be noise`)
  }
  if (quorum < 1 || quorum > seats.length) {
    throw new RangeError(`committee: a quorum of ${quorum} with ${seats.length} reviewers`)
  }
  if (rubric.length === 0) throw new RangeError("committee: a rubric without criteria")
}

const vote = (reviewer: Reviewer, options: CommitteeOptions): Effect.Effect<Vote, CallFailure, ChatModel> => {
  const schema = reviewSchema(options.rubric, options)
  const ask = (sampling: Sampling, draw: number, repairs: number) =>
    structured({
      role: reviewer.role,
      messages: withInstructions(options.messages, reviewer.instructions),
      schema,
      name: "review",
      sampling,
      draw,
      repairs,
      check: (review) => [...reviewIssues(review), ...(options.check?.(review) ?? [])]
    })
  return ask(options.sampling, reviewer.draw, 1).pipe(
    Effect.catchIf(isUnusable, (error) =>
      ask(
        error.kind === "truncated"
          ? { ...options.sampling, maxTokens: options.sampling.maxTokens * 2 }
          : options.sampling,
        reviewer.draw + SECOND_TRY,
        0
      )
    ),
    Effect.map(({ value }) => cast(reviewer.name, value, options.rubric)),
    Effect.catchIf(
      (error): error is InvalidReply => error instanceof InvalidReply,
      (error) => Effect.succeed(withheld(reviewer.name, "missing", describeIssues(error.issues).join("; ")))
    ),
    Effect.catchIf(isUnusable, (error) => Effect.succeed(withheld(reviewer.name, "missing", error.message)))
  )
}

const isUnusable = (error: InvalidReply | CallFailure): error is ModelError =>
  error instanceof ModelError && (error.kind === "truncated" || error.kind === "refused")

const cast = (reviewer: string, review: Review, rubric: ReadonlyArray<Criterion>): Vote => {
  const scores = review.scores
  if (review.abstention != null || scores === null) {
    return { ...withheld(reviewer, "abstained", review.abstention ?? ""), reflection: review.reflection }
  }
  return {
    reviewer,
    status: "voted",
    scores: rubric.map(({ name }) => ({ criterion: name, score: scores[name] ?? 0 })),
    total: review.total,
    reflection: review.reflection,
    correction: review.correction,
    reason: null
  }
}

const withheld = (reviewer: string, status: "abstained" | "missing", reason: string): Vote => ({
  reviewer,
  status,
  scores: [],
  total: null,
  reflection: null,
  correction: null,
  reason
})

const withInstructions = (messages: ReadonlyArray<Message>, instructions: string | undefined) => {
  if (instructions === undefined) return messages
  const rest = messages.findIndex((message) => message.role !== "system")
  const at = rest === -1 ? messages.length : rest
  return [...messages.slice(0, at), system(instructions), ...messages.slice(at)]
}
