import { chance } from "./chance.ts"

/**
 * What may go wrong with an answer:
 * - `429`, `429-after` (with Retry-After in seconds), `429-after-ms` (with retry-after-ms), `quota` (429, credit used up)
 * - `500`, `503`, `400`
 * - `reset` (connection closed before any byte), `reset-body` (in the middle of the body), `hang` (no answer at all)
 * - `slow-body` (in pieces over `slowBodyMillis`), `malformed` (200 with half a JSON text), `html` (200 with a web page)
 * - `truncated` (finish_reason length), `refusal`, `content-filter`, `empty-choices`, `no-usage`
 */
export const FAULTS = [
  "429",
  "429-after",
  "429-after-ms",
  "quota",
  "500",
  "503",
  "400",
  "reset",
  "reset-body",
  "hang",
  "slow-body",
  "malformed",
  "html",
  "truncated",
  "refusal",
  "content-filter",
  "empty-choices",
  "no-usage"
] as const
export type Fault = (typeof FAULTS)[number]

/** Probability of each fault, for each attempt anew. They must not sum to more than 1. */
export type Faults = Partial<Record<Fault, number>>

/** The same request and attempt number fail in the same way, in every process with the same seed. */
export const drawFault = (faults: Faults, seed: string, hash: string, attempt: number): Fault | undefined => {
  let left = chance(`${seed}/fault/${hash}/${attempt}`)
  for (const fault of FAULTS) {
    left -= faults[fault] ?? 0
    if (left < 0) return fault
  }
  return undefined
}

/** `429=0.3,500=0.05`. */
export const parseFaults = (text: string): Faults => {
  const faults: Faults = {}
  for (const part of text.split(",").filter((part) => part !== "")) {
    const [name, share] = part.split("=")
    const fault = FAULTS.find((known) => known === name)
    if (fault === undefined || !(Number(share) >= 0)) {
      throw new Error(`--faults ${part}: expected NAME=PROBABILITY with a name among ${FAULTS.join(", ")}`)
    }
    faults[fault] = Number(share)
  }
  return faults
}
