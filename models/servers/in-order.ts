import { Effect } from "effect"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import type { Call } from "./call.ts"

/**
 * Answers in the order of what was asked, by their `index`: servers sort by score, or answer as they finish. Fails with
 * `bad_output` unless there is one answer for each of `count` inputs.
 */
export const inOrder = <A extends { readonly index: number }>(
  call: Call,
  route: string,
  answers: ReadonlyArray<A>,
  count: number
): Effect.Effect<ReadonlyArray<A>, CapabilityError> => {
  if (answers.length !== count) return wrongCount(call, route, answers.length, count)
  const ordered = answers.toSorted((one, other) => one.index - other.index)
  const astray = ordered.findIndex(({ index }, position) => index !== position)
  if (astray < 0) return Effect.succeed(ordered)
  return call.fail(
    "bad_output",
    `answered ${route} without an answer of index ${astray}, or with two of the same index.`
  )
}

export const wrongCount = (call: Call, route: string, got: number, count: number) =>
  call.fail("bad_output", `answered ${route} with ${got} answers to ${count} inputs.`)

/** One request an input, `concurrency` at a time. */
export const eachAlone =
  <I, O>(ask: (input: I) => Effect.Effect<O, CapabilityError>, concurrency: number) =>
  (inputs: ReadonlyArray<I>): Effect.Effect<ReadonlyArray<O>, CapabilityError> =>
    Effect.forEach(inputs, ask, { concurrency })
