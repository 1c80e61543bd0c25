import { z } from "zod"
import type { ReplyIssue } from "./json-reply.ts"

/** One thing that reviewers score. */
export interface Criterion {
  /** Key in the reply and in the tables: `correctness`. */
  readonly name: string
  /** What the highest score means, in one sentence; put before the reviewer. */
  readonly description: string
  /** Whole-number scale, both ends included; 0 and 1 in APIGen-MT. */
  readonly minimum: number
  readonly maximum: number
  /** The lowest score that passes. */
  readonly pass: number
  /** Whether a draft may be turned down for it: APIGen-MT reports creativity without rejecting for it. */
  readonly required: boolean
}

/** A yes-or-no criterion: 1 passes, 0 does not. */
export const binary = (name: string, description: string, required = true): Criterion => ({
  name,
  description,
  minimum: 0,
  maximum: 1,
  pass: 1,
  required
})

/** What a reviewer sends. `scores` and `total` are null, and `abstention` says why, where there is no vote. */
export interface Review {
  readonly reflection: string
  /** Asked for only where a reviewer may abstain. */
  readonly abstention?: string | null
  readonly scores: Readonly<Record<string, number>> | null
  readonly total: number | null
  readonly correction: string | null
}

/** The shape of a reply. The reflection comes first, so that it is written before the scores. */
export const reviewSchema = (rubric: ReadonlyArray<Criterion>, options: { readonly abstention: boolean }) => {
  const scores = z.object(Object.fromEntries(rubric.map((criterion) => [criterion.name, scoreSchema(criterion)])))
  const shared = { reflection: z.string().describe("Two to five sentences, before the scores.") }
  const correction = z.string().nullable().describe("What to change, or null.")
  return options.abstention
    ? z.object({
        ...shared,
        abstention: z.string().nullable().describe("Why you cannot judge this, or null."),
        scores: scores.nullable(),
        total: z.int().nullable().describe("Sum of the scores."),
        correction
      })
    : z.object({
        ...shared,
        scores,
        total: z.int().describe("Sum of the scores."),
        correction
      })
}

const scoreSchema = ({ description, maximum, minimum }: Criterion) =>
  z.int().min(minimum).max(maximum).describe(description)

/** The total must equal the sum, and a vote is either cast or withheld. */
export const reviewIssues = (review: Review): ReadonlyArray<ReplyIssue> => {
  if (review.abstention != null) return []
  if (review.scores === null)
    return [{ pointer: "/scores", message: "scores are missing and abstention gives no reason" }]
  const sum = Object.values(review.scores).reduce((left, right) => left + right, 0)
  return review.total === sum
    ? []
    : [{ pointer: "/total", message: `the total is ${review.total} but the scores add up to ${sum}` }]
}
