import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Redacted } from "effect"
import { type Health, probe, probeInProcess } from "../../models/health.ts"
import { ModelSpec } from "../../schemas/config.ts"
import { type ServerOptions, startServer } from "../server/server.ts"

const probing = (options: ServerOptions, model = "m") =>
  Effect.gen(function* () {
    const server = yield* Effect.acquireRelease(
      Effect.promise(() => startServer({ models: ["m"], toolCallRate: 1, ...options })),
      (running) => Effect.promise(running.close)
    )
    const spec = ModelSpec.parse({
      provider: "openai",
      model,
      baseUrls: [server.url],
      apiKeyEnv: "DEMO_KEY",
      timeoutMillis: 2_000
    })
    const row = yield* probe(spec, server.url, Redacted.make("good"))
    return { ...row, baseUrl: "", latencyMillis: row.latencyMillis === null ? null : row.latencyMillis >= 0 }
  }).pipe(Effect.provide(Logger.layer([])))

const well: Omit<Health, "latencyMillis"> & { readonly latencyMillis: boolean | null } = {
  model: "m",
  baseUrl: "",
  listed: true,
  answers: true,
  structured: "native",
  tools: true,
  usage: true,
  latencyMillis: true,
  problem: null
}

describe("probe", () => {
  it.live("finds that all is well", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* probing({}), well)
    })
  )

  it.live("finds how far structured output, tools and usage go", () =>
    Effect.gen(function* () {
      const colour = (content: string) => () => ({ content })
      const row = yield* probing({
        structured: "json_object",
        fault: () => "no-usage",
        reply: colour('{"colour":"blue"}')
      })
      assert.deepStrictEqual(row, { ...well, structured: "json_object", tools: false, usage: false })
      assert.strictEqual((yield* probing({ reply: colour("blue") })).structured, "no")
    })
  )

  it.live("says what to do where the key is refused, the model unknown or nobody there", () =>
    Effect.gen(function* () {
      const refused = yield* probing({ keys: ["other"] })
      assert.strictEqual(refused.answers, false)
      assert.match(refused.problem ?? "", /Check the key in DEMO_KEY/)
      const unknown = yield* probing({}, "n")
      assert.deepStrictEqual([unknown.answers, unknown.listed], [false, false])
      assert.match(unknown.problem ?? "", /Check that the model is called "n"/)
      const spec = ModelSpec.parse({ provider: "openai", model: "m", baseUrls: ["http://127.0.0.1:9/v1"] })
      const nobody = yield* probe(spec, "http://127.0.0.1:9/v1", undefined)
      assert.deepStrictEqual([nobody.answers, nobody.listed], [false, null])
      assert.match(nobody.problem ?? "", /could not be reached/)
    })
  )

  it.effect("says that the file of a model in this process is not there", () =>
    Effect.gen(function* () {
      const row = yield* probeInProcess(ModelSpec.parse({ provider: "llama", model: "none.gguf" }))
      assert.deepStrictEqual([row.answers, row.baseUrl, row.latencyMillis], [false, "this process", null])
      assert.match(row.problem ?? "", /There is no file .*none\.gguf/)
    })
  )
})
