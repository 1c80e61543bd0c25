import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type LocalPackage, loadPackage } from "../../../models/local/load.ts"

describe("a package for local models", () => {
  it.effect("that is not installed says how to install it", () =>
    Effect.gen(function* () {
      const { kind, message, retryable } = yield* Effect.flip(
        loadPackage("@huggingface/no-such-package" as LocalPackage, "embedding", "minilm")
      )
      assert.strictEqual(kind, "missing")
      assert.strictEqual(
        message,
        "minilm: the package @huggingface/no-such-package is not installed: run `npm run install:local-models`."
      )
      assert.isFalse(retryable)
    })
  )
})
