import { assert, describe, it } from "@effect/vitest"
import { missedQuotas } from "../../../../pipelines/r2s/checks/missed-quotas.ts"
import type { LogicType } from "../../../../pipelines/r2s/turn-logic.ts"
import { r2sConfig } from "../../../support/r2s-chunk.ts"
import { draft, withRound, withTypes } from "../../../support/r2s-draft.ts"

const qa = "question_answer"
const missed = (types: ReadonlyArray<LogicType>) => missedQuotas(withTypes(draft(), types), r2sConfig())

describe("quotas that a dialogue misses", () => {
  it("are none in a good one, and none in the baselines, which have no types", () => {
    assert.deepStrictEqual(missedQuotas(draft(), r2sConfig()), [])
    for (const mode of ["base", "cot"] as const) {
      assert.deepStrictEqual(
        missedQuotas(withTypes(draft({ mode }), [qa, qa, qa, qa, qa, qa, qa, qa]), r2sConfig()),
        []
      )
    }
  })

  it("are more than 70 % questions and answers: 7 of 10 pass, 6 of 8 do not", () => {
    const mixed = [qa, qa, qa, "opinion_rebuttal", qa, qa, "statement_explanation"] as const
    assert.deepStrictEqual(missed([...mixed, qa, qa, "opinion_agreement"]), [])
    assert.deepStrictEqual(missed([qa, qa, qa, "opinion_rebuttal", qa, qa, qa, "opinion_agreement"]), [
      "75 % of the rounds are question_answer; at most 70 % may be."
    ])
  })

  it("are more than three of one kind in a row", () => {
    assert.deepStrictEqual(
      missed([
        "opinion_rebuttal",
        "opinion_rebuttal",
        "opinion_rebuttal",
        "opinion_rebuttal",
        qa,
        qa,
        "statement_inquiry",
        "opinion_agreement"
      ]),
      ["Round 4 is the 4th opinion_rebuttal in a row; at most 3 may be."]
    )
  })

  it("are a question back that nobody answers", () => {
    assert.deepStrictEqual(
      missed([qa, "question_question", "opinion_rebuttal", qa, "statement_explanation", qa, qa, "opinion_agreement"]),
      ["B asks back in round 2, and the next is opinion_rebuttal, not question_answer."]
    )
  })

  it("are a leave taken at the beginning, twice, or never", () => {
    assert.deepStrictEqual(
      missedQuotas(withRound(draft(), 1, { logic_type: "opinion_agreement", progress: "end" }), r2sConfig()),
      ["The first round takes its leave.", "Rounds of progress end: 1, 8; only the last, 8, should be."]
    )
    assert.deepStrictEqual(missedQuotas(withRound(draft(), 8, { progress: "continue" }), r2sConfig()), [
      "Rounds of progress end: none; only the last, 8, should be."
    ])
  })

  it("are a sentence that is the ground of three rounds", () => {
    const twice = withRound(draft(), 2, { found_sids: [1] })
    assert.deepStrictEqual(missedQuotas(twice, r2sConfig()), [])
    assert.deepStrictEqual(missedQuotas(withRound(twice, 3, { found_sids: [1, 1, 4] }), r2sConfig()), [
      "Sentence 1 is the ground of 3 rounds; at most 2 may rest on it."
    ])
  })
})
