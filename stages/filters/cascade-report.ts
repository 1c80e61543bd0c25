import { canonicalJson } from "../../schemas/json.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import { wilson } from "../interval.ts"
import type { CascadeResult, FilterRun } from "./cascade.ts"

/** What one filter did in a cascade, and what it would have done alone. */
export interface FilterReport {
  readonly filter: string
  /** Subjects that it judged in the course of the cascade. */
  readonly seen: number
  /** Subjects that it was the first to reject. */
  readonly rejectedFirst: number
  readonly unsure: number
  readonly alone: AloneEstimate
  /** Measured milliseconds a subject; null where it judged none. */
  readonly meanMillis: number | null
  /** Extra runs (pilot, audit) that failed; they count for nothing else. */
  readonly failed: number
  /** Every model that gave it a score; none for rules. */
  readonly models: ReadonlyArray<ModelCard>
}

/** What is known of a filter's rejections in a cascade. */
export interface AloneCounts {
  readonly subjects: number
  /** Rejected among those that it judged in the course of the cascade, or in the pilot. */
  readonly known: number
  /** Subjects that an earlier filter kept from it, outside of the pilot. */
  readonly unseen: number
  /** Of these, how many the audit put to it, and how many of those it rejects. */
  readonly audited: number
  readonly auditedRejected: number
}

/** Share of all subjects that the filter would have rejected had it run alone. */
export interface AloneShare {
  /** 0 to 1; null where subjects were kept from it and none of them was audited. */
  readonly share: number | null
  /** The 95 % interval: only the subjects that it never judged are uncertain (Wilson's interval of their rate). */
  readonly low: number
  readonly high: number
}

export interface AloneEstimate extends Omit<AloneCounts, "subjects">, AloneShare {}

export interface CascadeReport {
  readonly subjects: number
  readonly kept: number
  readonly rejected: number
  /** Rejected by nobody, and left over unsure. */
  readonly leftover: number
  readonly pilot: number
  readonly audited: number
  /** In the order given. */
  readonly filters: ReadonlyArray<FilterReport>
}

/** The table of a cascade's results, for filters in this order. */
export const cascadeReport = (filters: ReadonlyArray<string>, results: ReadonlyArray<CascadeResult>): CascadeReport => {
  const rejected = results.filter(({ verdict }) => verdict === "reject")
  return {
    subjects: results.length,
    kept: results.length - rejected.length,
    rejected: rejected.length,
    leftover: rejected.filter(({ rejectedBy }) => rejectedBy === null).length,
    pilot: results.filter(({ pilot }) => pilot).length,
    audited: results.filter(({ audited }) => audited).length,
    filters: filters.map((filter) => filterReport(filter, results))
  }
}

const filterReport = (filter: string, results: ReadonlyArray<CascadeResult>): FilterReport => {
  const runs = results.flatMap((result) => result.runs.filter((run) => run.filter === filter))
  const judged = runs.filter((run) => run.judged !== null)
  const course = judged.filter(({ why }) => why === "course")
  const models = new Map(
    judged.flatMap(({ judged }) =>
      judged?.model == null ? [] : [[canonicalJson(judged.model), judged.model] as const]
    )
  )
  return {
    filter,
    seen: course.length,
    rejectedFirst: results.filter(({ rejectedBy }) => rejectedBy === filter).length,
    unsure: course.filter(({ judged }) => judged?.verdict === "unsure").length,
    alone: aloneEstimate(filter, results),
    meanMillis: judged.length === 0 ? null : judged.reduce((sum, { millis }) => sum + millis, 0) / judged.length,
    failed: runs.length - judged.length,
    models: [...models.values()]
  }
}

const aloneEstimate = (filter: string, results: ReadonlyArray<CascadeResult>): AloneEstimate => {
  const runOf = (result: CascadeResult): FilterRun | undefined => result.runs.find((run) => run.filter === filter)
  const isKnown = (result: CascadeResult) => {
    const run = runOf(result)
    return run !== undefined && run.judged !== null && (result.pilot || run.why === "course")
  }
  const rejects = (result: CascadeResult) => runOf(result)?.judged?.verdict === "reject"
  const unseen = results.filter((result) => !isKnown(result))
  const audited = unseen.filter((result) => runOf(result)?.judged != null)
  const counts = {
    known: results.filter((result) => isKnown(result) && rejects(result)).length,
    unseen: unseen.length,
    audited: audited.length,
    auditedRejected: audited.filter(rejects).length
  }
  return { ...counts, ...aloneShare({ ...counts, subjects: results.length }) }
}

/**
 * Subjects that the filter judged are known; for those that an earlier filter kept from it, the audited ones among them stand: each
 * for `unseen / audited` of them.
 */
export const aloneShare = ({ audited, auditedRejected, known, subjects, unseen }: AloneCounts): AloneShare => {
  if (subjects === 0) return { share: null, low: 0, high: 1 }
  const { high, low, rate } = wilson(auditedRejected, audited)
  const unknown = unseen - audited
  const shareAt = (rate: number) => (known + auditedRejected + unknown * rate) / subjects
  return { share: unknown > 0 && rate === null ? null : shareAt(rate ?? 0), low: shareAt(low), high: shareAt(high) }
}
