import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { afterAll, assert, describe, it } from "vitest"
import type { CapabilityServer } from "../server/capabilities/serve.ts"
import { type TeiOptions, teiServer } from "../server/capabilities/tei.ts"
import { cli } from "../support/cli.ts"
import { filesHolding, scratchFolder } from "../support/dataset-files.ts"

const MODEL = "org/toxicity"

const scratch = scratchFolder()
afterAll(scratch.remove)

const models = (words: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  cli(["models", ...words], { cwd: scratch.path, env })

/** With a server that lives as long as the test. */
const served =
  (options: Partial<TeiOptions>, test: (server: CapabilityServer) => Promise<void>): (() => Promise<void>) =>
  () =>
    teiServer({ model: MODEL, type: "classifier", sha: "abc", ...options }).pipe(
      Effect.flatMap((server) => Effect.promise(() => test(server))),
      Effect.scoped,
      Effect.runPromise
    )

/** The cells of the row of a role. */
const rowOf = (stdout: string, role: string): ReadonlyArray<string> | undefined =>
  stdout
    .split("\n")
    .find((line) => line.startsWith(`${role} `))
    ?.split(/ {2,}/)

describe("models", () => {
  it("says that filters ask the lexical ones where none is configured, and how to name others", async () => {
    const { code, stdout } = await models([])
    assert.strictEqual(code, 0)
    assert.include(stdout, "No local model is configured, so filters ask the lexical ones")
    assert.include(stdout, "--local toxicity=tei:NAME@http://127.0.0.1:8080")
  })

  it(
    "asks the local models of the settings file and of flags, which come first, and says who answers",
    served({}, async (server) => {
      const localModels = {
        toxicity: { provider: "tei", model: MODEL, baseUrl: "http://127.0.0.1:9" },
        language: { provider: "lexical", model: "lexical" }
      }
      writeFileSync(join(scratch.path, "settings.json"), JSON.stringify({ localModels }))
      const flag = `toxicity=tei:${MODEL}@${server.url}`
      const { code, stderr, stdout } = await models(["--config", "settings.json", "--local", flag])
      assert.strictEqual(code, 0, stderr)
      assert.deepStrictEqual(rowOf(stdout, "toxicity")?.slice(0, 6), [
        ...["toxicity", `tei:${MODEL}`, "yes", "tei", "float16", "abc"]
      ])
      assert.deepStrictEqual(rowOf(stdout, "language")?.slice(0, 4), ["language", "lexical:lexical", "yes", "lexical"])
      assert.deepStrictEqual(
        server.log.map(({ path }) => path),
        ["/info", "/predict"]
      )
    })
  )

  it(
    "ends with 1 where one does not answer, says what is wrong with each, and shows the others",
    served({ key: "right" }, async (server) => {
      const secret = "sk-that-nobody-may-see"
      const flags = [`toxicity=tei:${MODEL}@${server.url}`, "embedding=onnx:./nowhere", "language=lexical"]
      const words = flags.flatMap((flag) => ["--local", flag])
      const { code, stderr, stdout } = await models(words, { DIALOOM_API_KEY: secret })
      assert.strictEqual(code, 1)
      assert.deepStrictEqual(
        ["toxicity", "embedding", "language"].map((role) => rowOf(stdout, role)?.[2]),
        ["no", "no", "yes"]
      )
      assert.match(stderr, /^toxicity \(tei:org\/toxicity\): .* refused the key .*Check the key in DIALOOM_API_KEY/m)
      assert.match(stderr, /^embedding \(onnx:\.\/nowhere\): .*there is no folder .*check the path/m)
      assert.notInclude(stdout + stderr, secret)
      assert.deepStrictEqual(filesHolding(scratch.path, secret), [])
    })
  )

  it("does not wait for a server that is not there", async () => {
    const localModels = {
      toxicity: { provider: "tei", model: MODEL, baseUrl: "http://127.0.0.1:9", patienceMillis: 3_600_000 }
    }
    writeFileSync(join(scratch.path, "impatient.json"), JSON.stringify({ localModels }))
    const { code, stderr } = await models(["--config", "impatient.json"])
    assert.strictEqual(code, 1)
    assert.match(stderr, /127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)/)
  })

  it("refuses a role that there is not", async () => {
    const { code, stderr } = await models(["--local", "toxicty=lexical"])
    assert.strictEqual(code, 2)
    assert.include(stderr, 'did you mean "toxicity"?')
  })
})
