import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { simulatedModel } from "../../models/models-by-role.ts"
import { ModelSpec } from "../../schemas/config.ts"
import { checkEndpoints } from "../../scripts/check-endpoints.ts"

describe("before a run", () => {
  it.effect("the file of a model in this process must be there", () =>
    Effect.gen(function* () {
      const check = (model: string) =>
        checkEndpoints({ default: simulatedModel, agent: ModelSpec.parse({ provider: "llama", model }) }, () => [])
      const error = yield* Effect.flip(check("none.gguf"))
      assert.match(error.message, /^There is no file .*none\.gguf/)
      // What is in it is found out when it is loaded.
      yield* check(import.meta.filename)
    })
  )
})
