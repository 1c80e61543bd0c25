import { Clock, Effect, Random } from "effect"
import { backoffMillis } from "../backoff.ts"
import type { CapabilityError } from "./capability-error.ts"

/**
 * Tries again what failed with a retryable error, with growing, jittered pauses, until `patienceMillis` have passed since its first
 * failure; then fails with the last error. An error that is not retryable ends it at once.
 */
export const withPatience = <A, R>(
  attempt: Effect.Effect<A, CapabilityError, R>,
  patienceMillis: number
): Effect.Effect<A, CapabilityError, R> => {
  const trying = (failures: number, failedAt: number | undefined): Effect.Effect<A, CapabilityError, R> =>
    Effect.catchTag(attempt, "CapabilityError", (error) =>
      Effect.gen(function* () {
        if (!error.retryable) return yield* error
        const now = yield* Clock.currentTimeMillis
        const since = failedAt ?? now
        const pause = backoffMillis(error, failures, yield* Random.next)
        if (now + pause - since > patienceMillis) return yield* error
        yield* Effect.sleep(pause)
        return yield* trying(failures + 1, since)
      })
    )
  return trying(0, undefined)
}
