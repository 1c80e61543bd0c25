import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { contextDrift, drops } from "../../../stages/filters/context-drift.ts"
import { embeddingLab, labCard } from "../../support/capability-lab.ts"
import { failsWithItsModel, judgeWith, subjectOf, summary, talk } from "../../support/filter-lab.ts"

const model = embeddingLab(["weir", "miller", "river", "pasta", "sauce", "坝", "河", "面", "酱"])
const run = (lines: ReadonlyArray<string>, options = {}) =>
  judgeWith(contextDrift, subjectOf(talk(...lines)), options).pipe(Effect.provide(model))

const START = ["Who built the weir on the river?", "A miller built the weir on this river."]
const STAY = ["Does the river flood the weir today?", "The weir holds the river very well."]
const LEAVE = ["How do I cook pasta with a sauce?", "Boil the pasta and then stir the sauce."]

describe("context-drift", () => {
  it.effect("passes a dialogue that stays with its subject", () =>
    Effect.gen(function* () {
      const judged = yield* run([...START, ...STAY])
      assert.deepStrictEqual([judged.verdict, judged.findings, judged.model], ["pass", [], labCard])
      assert.isBelow(judged.score ?? 1, 0.2)
    })
  )

  it.effect("rejects a sudden change over two turns and says which, in English and Chinese", () =>
    Effect.gen(function* () {
      const judged = yield* run([...START, ...STAY, ...LEAVE])
      assert.strictEqual(summary(judged), "reject DRIFT")
      const evidence = judged.findings[0]?.evidence as { messages: Array<number>; similarity: number; usual: number }
      assert.deepStrictEqual([evidence.messages, evidence.similarity], [[4, 5], 0])
      assert.isAbove(evidence.usual, 0.9)
      const chinese = yield* run([
        "这条河上的坝是谁建的？",
        "河上的坝是一个磨坊主建的。",
        "坝还在河上吗？现在怎样？",
        "是的，坝还在河上，很好。",
        "请问面和酱怎么做才好吃？",
        "先煮面，然后慢慢炒酱。"
      ])
      assert.strictEqual(summary(chinese), "reject DRIFT")
    })
  )

  it.effect("takes one aside for no drift, nor a slow change, nor thanks", () =>
    Effect.gen(function* () {
      assert.strictEqual(summary(yield* run([...START, LEAVE[0] as string, ...STAY])), "pass")
      const bridge = [
        "Did the miller eat pasta with sauce by the weir?",
        "By the weir the miller had pasta with sauce."
      ]
      const slow = yield* run([...START, ...bridge, ...bridge, ...LEAVE])
      assert.strictEqual(slow.verdict, "unsure")
      assert.strictEqual(summary(yield* run([...START, ...STAY, "Thank you!", "Bye now!"])), "pass")
    })
  )

  it.effect("is unsure between the thresholds", () =>
    Effect.gen(function* () {
      const judged = yield* run([...START, ...STAY, ...LEAVE], { rejectAbove: 1, passBelow: 0.5 })
      assert.strictEqual(summary(judged), "unsure DRIFT")
    })
  )

  it.effect("needs something to compare with", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* run([START[0] as string, ...LEAVE])).score, null)
    })
  )

  it("compares a stretch with what was before it, not with itself", () => {
    assert.deepStrictEqual(
      drops(
        [
          [1, 0],
          [1, 0],
          [0, 1],
          [0, 1]
        ],
        2
      ),
      [{ start: 2, similarity: 0, usual: 1 }]
    )
    assert.deepStrictEqual(
      drops(
        [
          [1, 0],
          [1, 0]
        ],
        1
      ),
      []
    )
  })

  it.effect("fails with its model", () => failsWithItsModel(contextDrift, subjectOf(talk(...START, ...STAY))))
})
