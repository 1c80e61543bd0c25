/** The most that a server's Retry-After may make anybody wait. */
const SANE_RETRY_AFTER_MILLIS = 3_600_000

export const saneRetryAfter = (millis: number): number => Math.min(Math.max(0, millis), SANE_RETRY_AFTER_MILLIS)

const RAMPS = {
  /** A 429 with Retry-After: the server said when; only repetition adds to it. */
  asked: { first: 50, most: 30_000 },
  rate_limit: { first: 100, most: 30_000 },
  transport: { first: 250, most: 10_000 }
}

/** What the wait depends on: ModelError and CapabilityError both have it. */
export interface Failure {
  readonly kind: string
  /** Asked for by the server. */
  readonly retryAfterMillis?: number
}

/**
 * Our own share of the wait after a failure, in milliseconds: doubling up to a cap, jittered to between a half and the
 * whole. `times` counts the call's failures of the same sort before this one; `chance` is in [0, 1).
 */
export const backoffMillis = (error: Failure, times: number, chance: number): number => {
  const asked = (error.retryAfterMillis ?? 0) > 0
  const ramp = error.kind !== "rate_limit" ? RAMPS.transport : asked ? RAMPS.asked : RAMPS.rate_limit
  const whole = Math.min(ramp.most, ramp.first * 2 ** Math.min(times, 20))
  return whole * (0.5 + chance / 2)
}
