import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { aloneShare } from "../../../stages/filters/alone-share.ts"
import { wilson } from "../../../stages/interval.ts"

const certain = { unseen: 0, audited: 0, auditedRejected: 0 }

describe("aloneShare", () => {
  it("is certain for a filter that saw every subject", () => {
    assert.deepStrictEqual(aloneShare({ ...certain, subjects: 10, known: 7 }), { share: 0.7, low: 0.7, high: 0.7 })
  })

  it("has each audited subject stand for those that nobody looked at", () => {
    // 2 known, 1 of 2 audited stands for the 4 others: (2 + 1 + 4 / 2) / 10.
    const rate = wilson(1, 2)
    assert.deepStrictEqual(aloneShare({ subjects: 10, known: 2, unseen: 6, audited: 2, auditedRejected: 1 }), {
      share: 0.5,
      low: (3 + 4 * rate.low) / 10,
      high: (3 + 4 * rate.high) / 10
    })
  })

  it("is no share where nobody was audited, only how far it can reach", () => {
    assert.deepStrictEqual(aloneShare({ subjects: 4, known: 1, unseen: 2, audited: 0, auditedRejected: 0 }), {
      share: null,
      low: 0.25,
      high: 0.75
    })
    assert.deepStrictEqual(aloneShare({ ...certain, subjects: 0, known: 0 }), { share: null, low: 0, high: 1 })
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
