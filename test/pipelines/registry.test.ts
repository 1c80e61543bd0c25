import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { findPipeline } from "../../pipelines/registry.ts"

const messageFor = (name: string) =>
  findPipeline(name).pipe(
    Effect.flip,
    Effect.map((error) => error.message)
  )

describe("the registry", () => {
  it.effect("finds a pipeline by name", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* findPipeline("apigen-mt")).name, "apigen-mt")
    })
  )

  it.effect("says which one was probably meant", () =>
    Effect.gen(function* () {
      for (const typed of ["apigen_mt", "APIGen-MT", "apigen", "apigen-mt2"]) {
        assert.strictEqual(
          yield* messageFor(typed),
          `There is no pipeline "${typed}". Did you mean "apigen-mt"? There are: apigen-mt, r2s.`
        )
      }
    })
  )

  it.effect("lists what there is where nothing is alike", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* messageFor("zzz"), 'There is no pipeline "zzz". There are: apigen-mt, r2s.')
      assert.strictEqual(yield* messageFor("toString"), 'There is no pipeline "toString". There are: apigen-mt, r2s.')
    })
  )
})
