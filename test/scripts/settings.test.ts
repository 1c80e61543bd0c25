import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Settings } from "../../schemas/config.ts"
import { chooseModel } from "../../scripts/settings.ts"

describe("a model's name", () => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    it.effect(`is looked up among the settings' own: ${name} is a model like any other`, () =>
      Effect.gen(function* () {
        const { spec } = yield* chooseModel(`${name}@http://127.0.0.1:9/v1`, Settings.parse({}))
        assert.deepStrictEqual([spec.provider, spec.model, spec.baseUrls], ["openai", name, ["http://127.0.0.1:9/v1"]])
        const bare = yield* Effect.exit(chooseModel(name, Settings.parse({})))
        assert.isTrue(bare._tag === "Failure" || bare.value.spec.provider === "openai")
      })
    )
  }
})
