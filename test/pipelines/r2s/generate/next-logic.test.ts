import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { nextLogic, progressOf, type Standing } from "../../../../pipelines/r2s/generate/next-logic.ts"
import { LogicType, NEEDS_FOUND } from "../../../../pipelines/r2s/turn-logic.ts"

const quotas = { logicTypes: 3, questionAnswer: 0.7, inARow: 3 }
const standing = (types: ReadonlyArray<LogicType>, over: Partial<Standing> = {}): Standing => ({
  types,
  target: 8,
  closing: false,
  closesNext: false,
  hasFree: true,
  ...over
})
const qa = "question_answer"

describe("the logic of the next round", () => {
  it("is the one that was decided where nothing speaks against it", () => {
    assert.deepStrictEqual(nextLogic("opinion_rebuttal", standing([qa]), quotas), {
      type: "opinion_rebuttal",
      overridden: false
    })
  })

  it("is not a fourth of one kind in a row: the rarest other kind takes its place", () => {
    assert.deepStrictEqual(nextLogic(qa, standing([qa, qa, qa]), quotas), {
      type: "statement_explanation",
      overridden: true
    })
  })

  it("is an answer after B has asked back", () => {
    assert.deepStrictEqual(nextLogic("opinion_rebuttal", standing([qa, "question_question"]), quotas), {
      type: qa,
      overridden: true
    })
  })

  it("takes its leave in the last round, and asks nothing back in the one before", () => {
    assert.strictEqual(nextLogic(qa, standing([qa, qa], { closing: true }), quotas).type, "opinion_agreement")
    assert.strictEqual(
      nextLogic("question_question", standing([qa], { closesNext: true }), quotas).type,
      "statement_explanation"
    )
    assert.strictEqual(
      nextLogic("opinion_agreement", standing([qa], { closesNext: true }), quotas).type,
      "statement_explanation"
    )
  })

  it("does not begin with agreement", () => {
    assert.strictEqual(nextLogic("opinion_agreement", standing([]), quotas).type, qa)
  })

  it("keeps questions and answers at 70 % of the wanted rounds: five of eight, not six", () => {
    const four = [qa, qa, "opinion_rebuttal", qa, qa, "statement_explanation"] as const
    assert.strictEqual(nextLogic(qa, standing(four), quotas).type, qa)
    assert.strictEqual(nextLogic(qa, standing([...four.slice(0, 5), qa]), quotas).type, "statement_explanation")
  })

  it("brings a new kind when the rounds left are as many as the kinds missing", () => {
    assert.strictEqual(nextLogic(qa, standing([qa, "opinion_rebuttal", qa]), quotas).type, qa)
    const six = [qa, qa, "question_question", qa, qa, "question_question"] as const
    assert.strictEqual(nextLogic("statement_inquiry", standing(six.slice(0, 5)), quotas).type, "statement_inquiry")
    assert.strictEqual(
      nextLogic(qa, standing([qa, qa, qa, qa, qa, qa]), { ...quotas, inARow: 16 }).type,
      "statement_explanation"
    )
  })

  it("rests on nothing where no sentence is free", () => {
    const { overridden, type } = nextLogic(qa, standing([qa], { hasFree: false }), quotas)
    assert.strictEqual(overridden, true)
    assert.isFalse(NEEDS_FOUND.has(type))
  })

  it("meets all quotas of a whole dialogue, whatever a planner decides", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 16 }),
        fc.array(fc.constantFrom(...LogicType.options), { minLength: 16, maxLength: 16 }),
        (target, decided) => {
          const types: Array<LogicType> = []
          for (let round = 1; round <= target; round++) {
            const { type } = nextLogic(
              decided[round - 1] as LogicType,
              standing(types, { target, closing: round >= target, closesNext: round + 1 >= target }),
              quotas
            )
            types.push(type)
          }
          const runs = types.join(" ").match(/(\S+)(?: \1){3}/)
          assert.isNull(runs, types.join(" "))
          assert.isAtLeast(new Set(types).size, 3)
          assert.isAtMost(types.filter((type) => type === qa).length / target, 0.7)
          assert.strictEqual(types.at(-1), "opinion_agreement")
          for (const [index, type] of types.entries()) {
            if (type === "question_question") assert.strictEqual(types[index + 1], qa)
          }
        }
      )
    )
  })
})

describe("progress", () => {
  it("starts once, ends once, and does neither in between", () => {
    assert.deepStrictEqual(
      [
        progressOf("end", 1, false),
        progressOf("start", 4, false),
        progressOf("end", 4, false),
        progressOf("deepen", 4, false),
        progressOf("deepen", 8, true)
      ],
      ["start", "continue", "continue", "deepen", "end"]
    )
  })
})
