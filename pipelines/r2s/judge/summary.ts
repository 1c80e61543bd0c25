import { random } from "../../../stages/random.ts"

/** A metric over a corpus: mean over the dialogues that have a value, never over those that have none. */
export interface Summary {
  readonly n: number
  readonly mean: number | null
  /** Standard deviation of the sample; null below two values. */
  readonly deviation: number | null
  /** 95 % interval of the mean. */
  readonly low: number | null
  readonly high: number | null
}

const RESAMPLES = 1_000
/** From here on the bootstrap of a mean is its normal interval, and costs seconds. */
const MANY = 2_000

/** n, mean, deviation and a 95 % bootstrap interval (percentiles of 1,000 seeded resamples). Equal values and seed give equal figures. */
export const summaryOf = (values: ReadonlyArray<number>, seed: string): Summary => {
  const n = values.length
  if (n === 0) return { n, mean: null, deviation: null, low: null, high: null }
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  if (n === 1) return { n, mean, deviation: null, low: null, high: null }
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1))
  if (n > MANY) {
    const half = (1.96 * deviation) / Math.sqrt(n)
    return { n, mean, deviation, low: mean - half, high: mean + half }
  }
  const stream = random(`bootstrap/${seed}`)
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0
    for (let draw = 0; draw < n; draw++) sum += values[Math.floor(stream.next() * n)] ?? 0
    return sum / n
  }).sort((left, right) => left - right)
  return {
    n,
    mean,
    deviation,
    low: means[Math.floor(RESAMPLES * 0.025)] ?? null,
    high: means[Math.ceil(RESAMPLES * 0.975) - 1] ?? null
  }
}
