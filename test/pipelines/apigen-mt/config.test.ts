import { assert, describe, it } from "@effect/vitest"
import { ApigenMtConfig } from "../../../pipelines/apigen-mt/config.ts"

const issuesOf = (given: Record<string, unknown>) =>
  ApigenMtConfig.safeParse(given).error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ?? []

describe("bad configuration is refused before the start, with one clear message (done-means 30)", () => {
  it("accepts the defaults", () => assert.deepStrictEqual(issuesOf({}), []))

  it("refuses an unknown domain, naming the one there is", () =>
    assert.deepStrictEqual(issuesOf({ domain: "airline" }), [
      'domain: unknown domain "airline": the one there is so far is "retail"'
    ]))

  it("refuses fewer than one item", () =>
    assert.deepStrictEqual(issuesOf({ items: 0 }), ["items: Too small: expected number to be >=1"]))

  it("refuses an even committee without a tie rule, and takes it with one", () => {
    assert.deepStrictEqual(issuesOf({ judges: 4 }), [
      'judges: 4 judges can be split evenly: take an odd number, or set tieRule to "zero"'
    ])
    assert.deepStrictEqual(issuesOf({ judges: 4, tieRule: "zero" }), [])
  })

  it("refuses a threshold outside 0 to 4", () => {
    assert.deepStrictEqual(issuesOf({ meanTotal: 4.5 }), ["meanTotal: Too big: expected number to be <=4"])
    assert.deepStrictEqual(issuesOf({ meanTotal: -1 }), ["meanTotal: Too small: expected number to be >=0"])
  })

  it("refuses a quorum that the committee cannot reach", () =>
    assert.deepStrictEqual(issuesOf({ judges: 1 }), ["quorum: a quorum of 2 is more than the 1 judges"]))

  it("refuses more tasks with an empty diff than the cap", () =>
    assert.deepStrictEqual(
      issuesOf({ taskKinds: { write: 0.5, mixed: 0.3, info: 0.1, refusal: 0.05, transfer: 0.05 } }),
      [
        "taskKinds: info, refusal and transfer take 0.20 of the tasks; at most 0.1 may leave the database unchanged, since doing nothing passes them"
      ]
    ))

  it("refuses shares that do not add up to 1", () =>
    assert.deepStrictEqual(issuesOf({ taskKinds: { write: 0.5 } }), [
      "taskKinds: the shares add up to 0.8500, not to 1"
    ]))

  it("refuses walk lengths without any weight", () =>
    assert.deepStrictEqual(issuesOf({ walkLengths: [0, 0] }), ["walkLengths: at least one weight must be above 0"]))

  it("refuses a reviewer above temperature 0.3", () =>
    assert.deepStrictEqual(issuesOf({ temperatures: { reviewer: 0.7 } }), [
      "temperatures.reviewer: Too big: expected number to be <=0.3"
    ]))

  it("refuses a knob that does not exist", () =>
    assert.deepStrictEqual(issuesOf({ judge: 3 }), [': Unrecognized key: "judge"']))
})
