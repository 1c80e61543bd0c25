import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { R2sConfig } from "../../../../pipelines/r2s/config.ts"
import { coverageOf, coverageOfDialogue, thresholdFor } from "../../../../pipelines/r2s/coverage/coverage.ts"
import { legacyCoverage } from "../../../../pipelines/r2s/coverage/legacy-coverage.ts"
import { embeddingLab } from "../../../support/capability-lab.ts"

// Words are axes, so that equal sentences have cosine 1 and sentences without a common word 0.
const AXES = ["weir", "mill", "flood", "crest", "fish", "bridge", "堰", "坝", "鱼"]
const lab = embeddingLab(AXES)
const config = R2sConfig.parse({})
const close = (actual: number, expected: number) => assert.closeTo(actual, expected, 1e-12)

describe("coverage", () => {
  it.effect("is the characters of covered sentences by all characters", () =>
    Effect.gen(function* () {
      const found = yield* coverageOf(["weir.", "mill mill."], ["weir"], 0.75)
      assert.deepStrictEqual([found.sentences, found.covered], [2, 1])
      close(found.coverage, 5 / 15)
    }).pipe(Effect.provide(lab))
  )

  it.effect("needs more than the threshold, not as much", () =>
    Effect.gen(function* () {
      // cos(weir, weir mill) = 1 / sqrt(2)
      close((yield* coverageOf(["weir"], ["weir mill"], Math.SQRT1_2 + 1e-6)).coverage, 0)
      close((yield* coverageOf(["weir"], ["weir mill"], Math.SQRT1_2 - 1e-6)).coverage, 1)
    }).pipe(Effect.provide(lab))
  )

  it.effect("without answers is 0, and such a dialogue counts (R2S 7.16)", () =>
    Effect.gen(function* () {
      close((yield* coverageOf(["weir"], [], 0.75)).coverage, 0)
    }).pipe(Effect.provide(lab))
  )

  it("has thresholds of its own in English and in Chinese", () => {
    assert.deepStrictEqual(
      [thresholdFor(config, "en"), thresholdFor(config, "zh-CN"), thresholdFor(config, "fr")],
      [0.75, 0.85, 0.75]
    )
  })
})

const ENGLISH = ["The weir", "The mill", "The flood", "The crest", "The fish"]

describe("the paper's arithmetic", () => {
  it.effect(
    "in English uses A and B and drops the last answer sentence; the default uses B, and keeps it (R2S 7.16)",
    () =>
      Effect.gen(function* () {
        const rounds = [
          { a: "weir. ", b: "mill" },
          { a: "nothing. ", b: "flood" }
        ]
        // Sentences of A and B: "weir", "mill nothing" and "flood"; the last one is dropped. Document: 8+8+9+9+8 = 42 characters, "The fish." keeps its point.
        const legacy = yield* legacyCoverage(`${ENGLISH.join(". ")}.`, rounds, "en", 0.75)
        assert.deepStrictEqual([legacy.sentences, legacy.covered], [5, 2])
        close(legacy.coverage, (8 + 8) / (8 + 8 + 9 + 9 + 9))
        const ours = yield* coverageOfDialogue(ENGLISH.map((text) => `${text}.`).join(" "), rounds, 0.75)
        // B alone: "mill" and "flood".
        close(ours.coverage, (9 + 10) / (9 + 9 + 10 + 10 + 9))
      }).pipe(Effect.provide(lab))
  )

  it.effect("in English falls back to slices of 30 characters below five sentences (R2S 7.16)", () =>
    Effect.gen(function* () {
      const document = `${"weir ".repeat(6)}${"mill ".repeat(6)}fish`
      const { coverage, covered, sentences } = yield* legacyCoverage(document, [{ a: "weir", b: "x. y" }], "en", 0.75)
      assert.deepStrictEqual([sentences, covered], [3, 1])
      close(coverage, 30 / 64)
    }).pipe(Effect.provide(lab))
  )

  it.effect("in Chinese splits at 。 and uses B only; the default splits at all marks (R2S 7.16)", () =>
    Effect.gen(function* () {
      const rounds = [{ a: "鱼", b: "堰。坝" }]
      const legacy = yield* legacyCoverage("堰。坝！鱼。", rounds, "zh", 0.85)
      // "坝！鱼" is one sentence to it, with cosine 1 / sqrt(2) to "坝".
      assert.deepStrictEqual([legacy.sentences, legacy.covered], [2, 1])
      close(legacy.coverage, 1 / 4)
      close((yield* coverageOfDialogue("堰。坝！鱼。", rounds, 0.85)).coverage, 2 / 3)
    }).pipe(Effect.provide(lab))
  )
})
