import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { resolveConfig } from "../../engine/pipeline-config.ts"
import { tinyPipeline } from "../support/tiny-pipeline.ts"

const resolved = (set: Record<string, string>, items?: number) =>
  resolveConfig(tinyPipeline, { file: { style: "grand" }, set, items })

describe("a pipeline's config", () => {
  it.effect("takes --items before --set before the settings file before defaults", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* resolved({ items: "7", failing: "false" }, 9), {
        items: 9,
        style: "grand",
        failing: false,
        defectAt: -1
      })
      assert.strictEqual((yield* resolved({ style: "1e3 and more" })).style, "1e3 and more")
    })
  )

  it.effect("says all that is wrong at once, and which knob was probably meant", () =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(resolved({ stile: "x", items: "0" }))
      assert.include(message, '"stile" is not a knob of this pipeline (did you mean "style"?)')
      assert.include(message, "items: Too small")
    })
  )

  for (const path of [
    "__proto__.polluted",
    "__proto__",
    "constructor.prototype.polluted",
    "style.__proto__.polluted"
  ]) {
    it.effect(`does not reach what all objects share by --set ${path}`, () =>
      Effect.gen(function* () {
        const { message } = yield* Effect.flip(resolved({ [path]: "1" }))
        assert.include(message, "tiny does not accept this config")
        assert.isUndefined(({} as Record<string, unknown>).polluted)
      })
    )
  }
})
