import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import type { CascadeResult, FilterRun } from "../../../stages/filters/cascade.ts"
import { aloneShare, cascadeReport } from "../../../stages/filters/cascade-report.ts"
import type { Judged } from "../../../stages/filters/filter.ts"
import { wilson } from "../../../stages/interval.ts"
import { labCard } from "../../support/capability-lab.ts"

const ran = (filter: string, verdict: Judged["verdict"] | "failed", why: FilterRun["why"] = "course"): FilterRun => ({
  filter,
  why,
  judged:
    verdict === "failed"
      ? null
      : { filter, verdict, findings: [], score: null, model: filter === "b" ? labCard : null },
  failure: verdict === "failed" ? "gone" : null,
  millis: filter === "a" ? 2 : 10
})

const result = (
  verdict: "keep" | "reject",
  rejectedBy: string | null,
  runs: ReadonlyArray<FilterRun>,
  more = {}
): CascadeResult => ({
  subject: "s",
  verdict,
  findings: [],
  rejectedBy,
  runs,
  pilot: false,
  audited: false,
  ...more
})

const kept = result("keep", null, [ran("a", "pass"), ran("b", "pass")])
const byA = result("reject", "a", [ran("a", "reject")])
const byB = result("reject", "b", [ran("a", "pass"), ran("b", "reject")])
const audited = (verdict: Judged["verdict"] | "failed") =>
  result("reject", "a", [ran("a", "reject"), ran("b", verdict, "extra")], { audited: true })
const pilot = result("reject", "a", [ran("a", "reject"), ran("b", "reject", "extra")], { pilot: true })
const left = result("reject", null, [ran("a", "unsure"), ran("b", "pass")])

describe("cascadeReport", () => {
  it("counts what each filter saw, rejected first and was unsure of, with its models and mean time", () => {
    const report = cascadeReport(["a", "b"], [kept, byA, byB, left, pilot, audited("failed")])
    const { filters, ...totals } = report
    assert.deepStrictEqual(totals, { subjects: 6, kept: 1, rejected: 5, leftover: 1, pilot: 1, audited: 1 })
    assert.deepStrictEqual(
      filters.map(({ alone: _, ...filter }) => filter),
      [
        { filter: "a", seen: 6, rejectedFirst: 3, unsure: 1, meanMillis: 2, failed: 0, models: [] },
        { filter: "b", seen: 3, rejectedFirst: 1, unsure: 0, meanMillis: 10, failed: 1, models: [labCard] }
      ]
    )
  })

  it("knows the first filter's share for certain, and weighs the audited for the second", () => {
    const results = [kept, kept, byB, pilot, byA, byA, byA, byA, audited("reject"), audited("pass")]
    const [a, b] = cascadeReport(["a", "b"], results).filters
    assert.deepStrictEqual(a?.alone, {
      share: 0.7,
      low: 0.7,
      high: 0.7,
      known: 7,
      unseen: 0,
      audited: 0,
      auditedRejected: 0
    })
    // 2 known (byB, pilot), 1 of 2 audited stands for the 4 that nobody looked at: (2 + 1 + 4 / 2) / 10.
    const rate = wilson(1, 2)
    assert.deepStrictEqual(b?.alone, {
      share: 0.5,
      low: (3 + 4 * rate.low) / 10,
      high: (3 + 4 * rate.high) / 10,
      known: 2,
      unseen: 6,
      audited: 2,
      auditedRejected: 1
    })
  })

  it("gives no share where nobody was audited, only how far it can reach", () => {
    const [, b] = cascadeReport(["a", "b"], [kept, byB, byA, byA]).filters
    assert.deepStrictEqual([b?.alone.share, b?.alone.low, b?.alone.high], [null, 0.25, 0.75])
    assert.deepStrictEqual(aloneShare({ subjects: 0, known: 0, unseen: 0, audited: 0, auditedRejected: 0 }), {
      share: null,
      low: 0,
      high: 1
    })
  })

  it("is certain where the audit saw everything, and its interval holds the share", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(50), (known, rejectedAudit, passedAudit, unknown) => {
        const audited = rejectedAudit + passedAudit
        const counts = {
          subjects: known + audited + unknown + 1,
          known,
          unseen: audited + unknown,
          audited,
          auditedRejected: rejectedAudit
        }
        const { high, low, share } = aloneShare(counts)
        if (share !== null) assert.isTrue(low <= share + 1e-12 && share <= high + 1e-12)
        if (unknown === 0) assert.deepStrictEqual([low, high], [share, share])
        assert.isTrue(low >= known / counts.subjects - 1e-12 && high <= 1)
      })
    )
  })
})
