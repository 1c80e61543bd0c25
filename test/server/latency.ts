/** How long an answer takes, in milliseconds. Drawn once for each request and attempt. */
export type Latency =
  | { readonly kind: "fixed"; readonly millis: number }
  | { readonly kind: "uniform"; readonly from: number; readonly to: number }
  /** Most answers near the median, a few very slow, as real models are. `sigma` is that of the logarithm. */
  | { readonly kind: "lognormal"; readonly median: number; readonly sigma: number }

/** `one` and `other` are chances in [0, 1). */
export const latencyMillis = (latency: Latency, one: number, other: number): number => {
  switch (latency.kind) {
    case "fixed":
      return latency.millis
    case "uniform":
      return latency.from + one * (latency.to - latency.from)
    case "lognormal": {
      const normal = Math.sqrt(-2 * Math.log(1 - one)) * Math.cos(2 * Math.PI * other)
      return latency.median * Math.exp(latency.sigma * normal)
    }
  }
}

/** `50`, `20-80` or `lognormal:200:0.5`. */
export const parseLatency = (text: string): Latency => {
  const [name, median, sigma] = text.split(":")
  if (name === "lognormal") return { kind: "lognormal", median: Number(median), sigma: Number(sigma ?? 0.5) }
  const [from, to] = text.split("-").map(Number)
  if (from === undefined || Number.isNaN(from))
    throw new Error(`--latency ${text}: expected 50, 20-80 or lognormal:200:0.5`)
  return to === undefined ? { kind: "fixed", millis: from } : { kind: "uniform", from, to }
}
