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

  it.effect("after llama: is the path of a file that answers in this process, whatever signs it holds", () =>
    Effect.gen(function* () {
      for (const file of ["models/gemma.gguf", "/data/a@http.gguf", "C:\\models\\a:b.gguf"]) {
        const { keys, spec } = yield* chooseModel(`llama:${file}`, Settings.parse({}))
        assert.deepStrictEqual(
          [spec.provider, spec.model, spec.baseUrls, spec.concurrency, keys],
          ["llama", file, [], 4, []]
        )
      }
      const error = yield* Effect.flip(chooseModel("llama:", Settings.parse({})))
      assert.include(error.message, "names no file")
    })
  )

  it.effect("from the settings file comes before that", () =>
    Effect.gen(function* () {
      const models = { "llama:local": { provider: "llama" as const, model: "a.gguf", device: "cpu" as const } }
      const { spec } = yield* chooseModel("llama:local", Settings.parse({ models }))
      assert.deepStrictEqual([spec.model, spec.device], ["a.gguf", "cpu"])
    })
  )
})
