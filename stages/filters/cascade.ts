import { Effect } from "effect"
import { z } from "zod"
import { random } from "../random.ts"
import type { Filter, FilterFailure, FilterSubject, Finding, Judged } from "./filter.ts"

export const cascadeOptions = z.strictObject({
  leftover: z
    .enum(["keep", "reject"])
    .default("reject")
    .describe("What becomes of a subject that nobody rejects and of which a filter stays unsure; rejected as UNSURE."),
  /** Two filters may be about different things, so that a pass settles nothing unless it says so here. */
  settledBy: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe('Whose pass settles whose doubt: {"toxicity": ["judge"]}.'),
  auditShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.02)
    .describe("Share of the rejected subjects that all other filters see too."),
  seed: z
    .string()
    .default("audit")
    .describe("Draws the audit: equal seeds and ids are drawn alike, in whatever order they come.")
})
export type CascadeOptions = z.output<typeof cascadeOptions>

/** One filter's turn at a subject. */
export interface FilterRun {
  readonly filter: string
  /** `course`: it would have run anyway. `extra`: only because of the pilot or the audit, after the subject was rejected. */
  readonly why: "course" | "extra"
  /** Null where the filter failed; only an extra one may, since the subject's verdict does not hang on it. */
  readonly judged: Judged | null
  readonly failure: string | null
}

export interface CascadeResult {
  readonly subject: string
  readonly verdict: "keep" | "reject"
  /** Those of the filter that rejected it, or the one of `UNSURE`; none where it is kept. */
  readonly findings: ReadonlyArray<Finding>
  /** The first filter that rejected it, in the cascade's order; null where it is kept, or rejected as `UNSURE`. */
  readonly rejectedBy: string | null
  /** In the order in which they ran. */
  readonly runs: ReadonlyArray<FilterRun>
  /** Whether every filter saw it whatever its verdict: one of the pilot. */
  readonly pilot: boolean
  /** Whether it was rejected, and drawn for the audit. */
  readonly audited: boolean
}

/**
 * Puts a subject to filters of different names in their order, until one rejects it. `unsure` goes on to the next filter; what nobody settles is decided
 * by `leftover`. A filter that fails before the subject is decided fails the cascade: it is never a pass. Subjects of the pilot, and
 * the audited share of the rejected, are seen by all filters.
 */
export const runCascade = Effect.fnUntraced(function* <R>(
  filters: ReadonlyArray<Filter<R>>,
  subject: FilterSubject,
  options: CascadeOptions,
  pilot = false
): Effect.fn.Return<CascadeResult, FilterFailure, R> {
  const runs: Array<FilterRun> = []
  let decisive: Judged | undefined
  for (const filter of filters) {
    const judged = yield* filter.judge(subject)
    runs.push({ filter: filter.name, why: "course", judged, failure: null })
    if (judged.verdict !== "reject") continue
    decisive = judged
    break
  }
  const findings = decisive?.findings ?? leftover(runs, options)
  const verdict = decisive !== undefined || findings.length > 0 ? "reject" : "keep"
  const audited = verdict === "reject" && drawn(subject.id, options)
  if (pilot || audited) {
    for (const filter of filters.slice(runs.length)) {
      const extra = (judged: Judged | null, failure: string | null): FilterRun => ({
        filter: filter.name,
        why: "extra",
        judged,
        failure
      })
      runs.push(
        yield* filter.judge(subject).pipe(
          Effect.map((judged) => extra(judged, null)),
          Effect.catch((error) => Effect.succeed(extra(null, error.message)))
        )
      )
    }
  }
  return { subject: subject.id, verdict, findings, rejectedBy: decisive?.filter ?? null, runs, pilot, audited }
})

/** The finding of a subject that nobody rejected, and of which a filter is unsure that no pass settles. */
const leftover = (runs: ReadonlyArray<FilterRun>, options: CascadeOptions): ReadonlyArray<Finding> => {
  if (options.leftover === "keep") return []
  const passed = new Set(runs.filter(({ judged }) => judged?.verdict === "pass").map(({ filter }) => filter))
  const open = runs
    .filter(
      ({ filter, judged }) =>
        judged?.verdict === "unsure" && !settlers(filter, options).some((name) => passed.has(name))
    )
    .map(({ filter }) => filter)
  if (open.length === 0) return []
  return [
    {
      code: "UNSURE",
      reason: `No filter rejects it, and ${open.join(", ")} cannot say that it is good.`,
      evidence: { filters: open }
    }
  ]
}

const settlers = (filter: string, { settledBy }: CascadeOptions): ReadonlyArray<string> =>
  Object.hasOwn(settledBy, filter) ? (settledBy[filter] ?? []) : []

const drawn = (id: string, { auditShare, seed }: CascadeOptions): boolean => random(`${seed}/${id}`).boolean(auditShare)

/**
 * Share of the subjects that a filter rejects on its own, as a pilot counted it, with one rejection and one pass added, so that it is
 * never 0.
 */
export const powerOf = (rejected: number, seen: number): number => (rejected + 1) / (seen + 2)

/**
 * Filters by cost for each rejection, the least first: for independent filters the order of the least expected cost. Declared costs and
 * counted rejections only, never measured time, so that a rerun has the same order. Equals keep their order; a filter without a known
 * power counts as rejecting half.
 */
export const orderFilters = <R>(
  filters: ReadonlyArray<Filter<R>>,
  power: ReadonlyMap<string, number>
): ReadonlyArray<Filter<R>> => {
  const price = ({ cost, name }: Filter<R>) => cost / (power.get(name) ?? 0.5)
  return filters.toSorted((left, right) => price(left) - price(right))
}
