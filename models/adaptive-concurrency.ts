/** How many requests a server may be given at once, learnt from how it answers. */
export interface AdaptiveConcurrency {
  /** At least 1. */
  readonly limit: () => number
  readonly succeeded: () => void
  /** The server pushed back (429, 503, a timeout) on a request sent at `sentAt`. Both in milliseconds. */
  readonly pushedBack: (sentAt: number, now: number) => void
}

const START = 8
const HALVING_INTERVAL_MILLIS = 1_000
/** Additive increase of one a window would take a limit of 512 half a day to win back from replies of many seconds. */
const SHARE_OF_LIMIT = 1 / 16

/**
 * Additive increase, multiplicative decrease (Chiu and Jain, 1989), with TCP's slow start (Jacobson, 1988): the limit
 * grows by one a success until the server first pushes back, then by one (or a sixteenth of itself, where that is more)
 * for each `limit` successes. It halves at most once a second, and only for requests sent after it last halved: those
 * already on their way say nothing about the new limit. It never falls below 1 and never rises above `maximum`, and
 * since every success raises it, it always recovers.
 */
export const adaptiveConcurrency = (maximum: number): AdaptiveConcurrency => {
  let limit = Math.min(START, maximum)
  let halvedAt = Number.NEGATIVE_INFINITY
  let slowStart = true
  return {
    limit: () => Math.floor(limit),
    succeeded: () => {
      const step = slowStart ? 1 : Math.max(1 / Math.floor(limit), SHARE_OF_LIMIT)
      limit = Math.min(maximum, limit + step)
    },
    pushedBack: (sentAt, now) => {
      if (sentAt < halvedAt || now - halvedAt < HALVING_INTERVAL_MILLIS) return
      halvedAt = now
      slowStart = false
      limit = Math.max(1, limit / 2)
    }
  }
}
