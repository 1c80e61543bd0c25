import { wilson } from "../interval.ts"

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
