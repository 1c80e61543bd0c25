import { z } from "zod"

export const Score = z.strictObject({ criterion: z.string(), score: z.int32() })
export type Score = z.infer<typeof Score>

/** What one reviewer said of one draft. Where the status is not `voted`, there are no scores and no total. */
export const Vote = z.strictObject({
  reviewer: z.string(),
  /** missing: no usable reply, the retry included. It is never counted as a 0. */
  status: z.enum(["voted", "abstained", "missing"]),
  /** In the rubric's order. */
  scores: z.array(Score),
  total: z.int32().nullable(),
  reflection: z.string().nullable(),
  /** What the reviewer would change; null where nothing. */
  correction: z.string().nullable(),
  /** Why there is no vote; null where there is one. */
  reason: z.string().nullable()
})
export type Vote = z.infer<typeof Vote>

/** A committee's votes and what they come to. */
export const Verdict = z.strictObject({
  /** In the committee's order. */
  votes: z.array(Vote),
  /** 1 where more than half of those who voted passed the criterion; an even split is 0. Empty without a quorum. */
  majority: z.array(Score),
  /** 1 where more than half of those who voted passed every required criterion; null without a quorum. */
  overall: z.int32().nullable(),
  /** Mean of the voters' totals; null without a quorum. */
  mean_total: z.number().nullable(),
  quorum_met: z.boolean()
})
export type Verdict = z.infer<typeof Verdict>
