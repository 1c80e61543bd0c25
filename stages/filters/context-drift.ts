import { Effect } from "effect"
import { z } from "zod"
import { cosine, embed } from "./ask.ts"
import { bandOptions, bandsInOrder, verdictOf } from "./bands.ts"
import { filterKind } from "./filter.ts"
import { letters } from "./letters.ts"
import { judgedByWorst, nothingToJudge } from "./rated.ts"
import { spoken } from "./spoken.ts"

const options = z
  .strictObject({
    turns: z
      .int()
      .min(1)
      .default(2)
      .describe("How many turns in a row must be far off, so that one aside is no drift."),
    minLetters: z
      .int()
      .min(1)
      .default(12)
      .describe("Turns with fewer letters (thanks, a yes) are not looked at; a Han letter counts as three."),
    ...bandOptions({ rejectAbove: 0.35, passBelow: 0.3 })
  })
  .check(bandsInOrder)

/** A stretch of turns, and how far its similarity lies below what was usual before it. */
export interface Drop {
  /** Among the vectors, from 0. */
  readonly start: number
  /** Cosine of the nearest turn of the stretch to the first request or to all that was said before the stretch. */
  readonly similarity: number
  /** Mean of the same over the turns before. */
  readonly usual: number
}

/**
 * The dialogue stays with its subject. Each turn is held against the first request and against the mean of all turns before it, and
 * the nearer of the two counts; a drift is a stretch of `turns` turns whose nearest lies at least `rejectAbove` below the mean of the
 * turns before (all against the context as it was before the stretch: a new subject is like itself). The thresholds are ours, and not
 * portable from one embedding model to another: one that goes by shared words hardly tells a drift from a new aspect.
 */
export const contextDrift = filterKind({
  name: "context-drift",
  asks: ["embedding"],
  description: "The dialogue does not suddenly leave its subject.",
  codes: { DRIFT: "several turns in a row are far from all that was said before" },
  options,
  make: (options) => ({
    name: "context-drift",
    cost: 10,
    judge: Effect.fnUntraced(function* (subject) {
      const turns = spoken(subject.messages, ["user", "assistant"]).filter(
        ({ text }) => letters(text) >= options.minLetters
      )
      if (turns.length < 2 + options.turns) return nothingToJudge("context-drift")
      const { card, vectors } = yield* embed(turns.map(({ text }) => text))
      const rated = drops(vectors, options.turns).map(({ similarity, start, usual }) => {
        const messages = turns.slice(start, start + options.turns).map(({ index }) => index)
        return {
          drop: usual - similarity,
          verdict: verdictOf(usual - similarity, options),
          finding: {
            code: "DRIFT",
            reason: `Messages ${messages.join(", ")} leave the subject: their similarity to what went before falls from ${usual.toFixed(2)} to ${similarity.toFixed(2)}.`,
            evidence: { messages, similarity, usual, threshold: options.rejectAbove }
          }
        }
      })
      return judgedByWorst("context-drift", rated, Math.max(...rated.map(({ drop }) => drop)), card)
    })
  })
})

/** Every stretch of `length` unit vectors that has at least two vectors before it, in order. */
export const drops = (vectors: ReadonlyArray<ReadonlyArray<number>>, length: number): ReadonlyArray<Drop> => {
  const first = vectors[0] ?? []
  const found: Array<Drop> = []
  const context = first.map(() => 0)
  let usual = 0
  for (const [start, vector] of vectors.entries()) {
    if (start >= 2 && start + length <= vectors.length) {
      const stretch = vectors.slice(start, start + length)
      const similarity = Math.max(...stretch.map((each) => nearness(each, first, context)))
      found.push({ start, similarity, usual: usual / (start - 1) })
    }
    if (start > 0) usual += nearness(vector, first, context)
    for (const [axis, value] of vector.entries()) context[axis] = (context[axis] ?? 0) + value
  }
  return found
}

const nearness = (vector: ReadonlyArray<number>, first: ReadonlyArray<number>, sum: ReadonlyArray<number>): number => {
  const length = Math.sqrt(squared(sum))
  return Math.max(
    cosine(vector, first),
    length === 0
      ? 0
      : cosine(
          vector,
          sum.map((value) => value / length)
        )
  )
}

const squared = (vector: ReadonlyArray<number>): number => vector.reduce((sum, value) => sum + value * value, 0)
