/** One place to ask: a base URL with one key. Health is learnt from its answers. */
export interface Endpoint<Client> {
  readonly client: Client
  readonly baseUrl: string
  inFlight: number
  /** Failures in a row. */
  failures: number
  /** Asked for by the server: not to be used before, milliseconds since 1970. */
  pausedUntil: number
  /** Our own caution after a failure: used before only where nothing better is left. */
  coolingUntil: number
  lastUsed: number
}

export interface Endpoints<Client> {
  /** The healthiest and least busy endpoint; takes a place on it that `finished` gives back. */
  readonly choose: (now: number) => Endpoint<Client>
  readonly finished: (endpoint: Endpoint<Client>, now: number, failure?: EndpointFailure) => void
  /** Milliseconds until one of them is not paused. */
  readonly pauseMillis: (now: number) => number
}

export interface EndpointFailure {
  /** Only what the endpoint is to blame for counts: a bad request says nothing about its health. */
  readonly blame: "endpoint" | "request"
  readonly retryAfterMillis?: number
}

const COOLING_FIRST_MILLIS = 250
/** Failures in a row beyond these make an endpoint no worse. */
const MOST_FAILURES = 6

/**
 * Spreads calls over base URLs and keys: the fewest calls in flight for its health (halved by each failure in a row), the
 * longest unused among equals. A failed endpoint cools down for 0.25 s, doubling to 8 s, and one that sent Retry-After
 * is left alone until then: a 429 of one key cools that key only.
 */
export const endpoints = <Client>(
  places: ReadonlyArray<{ readonly client: Client; readonly baseUrl: string }>
): Endpoints<Client> => {
  const all: ReadonlyArray<Endpoint<Client>> = places.map((place) => ({
    ...place,
    inFlight: 0,
    failures: 0,
    pausedUntil: 0,
    coolingUntil: 0,
    lastUsed: 0
  }))
  let uses = 0

  /** Lower is better. A paused endpoint is the last resort, then a cooling one. */
  const rank = (endpoint: Endpoint<Client>, now: number): number => {
    if (endpoint.pausedUntil > now) return 1e15 + endpoint.pausedUntil - now
    if (endpoint.coolingUntil > now) return 1e9 + endpoint.coolingUntil - now
    return (endpoint.inFlight + 1) * 2 ** endpoint.failures
  }

  return {
    choose: (now) => {
      const [first, ...rest] = all
      if (first === undefined) throw new Error("endpoints: a pool needs at least one")
      let best = first
      let bestRank = rank(first, now)
      for (const endpoint of rest) {
        const other = rank(endpoint, now)
        if (other < bestRank || (other === bestRank && endpoint.lastUsed < best.lastUsed)) {
          best = endpoint
          bestRank = other
        }
      }
      best.inFlight += 1
      best.lastUsed = ++uses
      return best
    },
    finished: (endpoint, now, failure) => {
      endpoint.inFlight -= 1
      if (failure === undefined) {
        endpoint.failures = 0
        endpoint.coolingUntil = 0
        return
      }
      if (failure.blame === "request") return
      endpoint.failures = Math.min(MOST_FAILURES, endpoint.failures + 1)
      endpoint.coolingUntil = now + COOLING_FIRST_MILLIS * 2 ** (endpoint.failures - 1)
      if (failure.retryAfterMillis !== undefined) {
        endpoint.pausedUntil = Math.max(endpoint.pausedUntil, now + failure.retryAfterMillis)
      }
    },
    pauseMillis: (now) =>
      Math.max(
        0,
        all.reduce((least, { pausedUntil }) => Math.min(least, pausedUntil - now), Infinity)
      )
  }
}
