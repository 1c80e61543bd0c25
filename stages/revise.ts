import { Effect } from "effect"

/** How one attempt ended: good, not good (the next round gets feedback), or not to be judged (the loop stops at once). */
export type Tried<A, B> =
  | { readonly _tag: "Passed"; readonly value: A }
  | { readonly _tag: "NotPassed"; readonly value: B }
  | { readonly _tag: "Halted"; readonly value: B }

export const passed = <A>(value: A) => ({ _tag: "Passed", value }) as const
export const notPassed = <B>(value: B) => ({ _tag: "NotPassed", value }) as const
export const halted = <B>(value: B) => ({ _tag: "Halted", value }) as const

export interface Attempt<A, B> {
  /** 0 for the first try. */
  readonly round: number
  /** What the attempt was told; null for the first try. */
  readonly feedback: string | null
  readonly outcome: Tried<A, B>
}

export interface Revision<A, B> {
  /** The last attempt's outcome: `NotPassed` where the rounds were used up. */
  readonly outcome: Tried<A, B>
  /** All of them, oldest first: never empty. */
  readonly attempts: ReadonlyArray<Attempt<A, B>>
  /** Feedback rounds used; 0 where the first try settled it. */
  readonly rounds: number
}

/**
 * Generate, check, gather feedback, try again (Reflexion, Shinn et al. 2023, arXiv:2303.11366; APIGen-MT's phase 1, 2025,
 * arXiv:2504.03601, which uses 3 rounds for retail and 5 for airline).
 *
 * At most `rounds` rounds of feedback, so at most `rounds` + 1 attempts. No feedback is asked for after the last one.
 */
export const revise = Effect.fnUntraced(function* <A, B, E, R, E2, R2>(options: {
  readonly rounds: number
  readonly attempt: (feedback: string | null, round: number) => Effect.Effect<Tried<A, B>, E, R>
  /** What to tell the next attempt. `round` is the one that failed. */
  readonly feedback: (failed: B, round: number) => Effect.Effect<string, E2, R2>
}): Effect.fn.Return<Revision<A, B>, E | E2, R | R2> {
  const attempts: Array<Attempt<A, B>> = []
  let feedback: string | null = null
  for (let round = 0; ; round++) {
    const outcome: Tried<A, B> = yield* options.attempt(feedback, round)
    attempts.push({ round, feedback, outcome })
    if (outcome._tag !== "NotPassed" || round >= options.rounds) return { outcome, attempts, rounds: round }
    feedback = yield* options.feedback(outcome.value, round)
  }
})
