import type { Verdict, Vote } from "../schemas/verdict.ts"
import type { Criterion } from "./rubric.ts"

/**
 * What votes come to. Abstentions and missing votes count on neither side, but only those who voted make the quorum. More than
 * half of the voters must pass a criterion: an even split counts as 0. Without a quorum there is no majority, no overall and no
 * mean, so that a committee that could not judge is never read as one that rejected.
 */
export const tally = (votes: ReadonlyArray<Vote>, rubric: ReadonlyArray<Criterion>, quorum: number): Verdict => {
  const cast = votes.filter((vote) => vote.status === "voted")
  if (cast.length < Math.max(1, quorum)) {
    return { votes: [...votes], majority: [], overall: null, mean_total: null, quorum_met: false }
  }
  const passes = (vote: Vote, criterion: Criterion) =>
    vote.scores.some(({ criterion: name, score }) => name === criterion.name && score >= criterion.pass)
  const majorityOf = (share: (vote: Vote) => boolean) => (cast.filter(share).length * 2 > cast.length ? 1 : 0)
  const required = rubric.filter((criterion) => criterion.required)
  return {
    votes: [...votes],
    majority: rubric.map((criterion) => ({
      criterion: criterion.name,
      score: majorityOf((vote) => passes(vote, criterion))
    })),
    overall: majorityOf((vote) => required.every((criterion) => passes(vote, criterion))),
    mean_total: cast.reduce((sum, vote) => sum + (vote.total ?? 0), 0) / cast.length,
    quorum_met: true
  }
}
