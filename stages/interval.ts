/** A share with its 95 % interval, all from 0 to 1. */
export interface Rate {
  readonly successes: number
  readonly trials: number
  /** Null where nothing was tried; then the interval is all there is, 0 to 1. */
  readonly rate: number | null
  readonly low: number
  readonly high: number
}

/** Standard normal quantile of 0.975. */
const Z = 1.959963984540054

/**
 * A rate with its Wilson score interval at 95 % (Wilson 1927; recommended over the usual one by Newcombe 1998, Statistics in Medicine
 * 17:857-872): it stays within 0 and 1, and is right for small counts and for rates near the ends. Throws on counts that are no counts.
 */
export const wilson = (successes: number, trials: number): Rate => {
  if (!(Number.isInteger(successes) && Number.isInteger(trials) && successes >= 0 && successes <= trials)) {
    throw new RangeError(`wilson: ${successes} successes in ${trials} trials`)
  }
  if (trials === 0) return { successes, trials, rate: null, low: 0, high: 1 }
  const rate = successes / trials
  const shrink = 1 + (Z * Z) / trials
  const centre = (rate + (Z * Z) / (2 * trials)) / shrink
  const half = (Z / shrink) * Math.sqrt((rate * (1 - rate)) / trials + (Z * Z) / (4 * trials * trials))
  return {
    successes,
    trials,
    rate,
    // Exactly 0 and 1 at the ends, where rounding would leave a trace.
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === trials ? 1 : Math.min(1, centre + half)
  }
}
