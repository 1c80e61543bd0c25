import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, type Scope } from "effect"
import type { CapabilityError } from "../../../models/capabilities/capability-error.ts"
import { llamaBackend } from "../../../models/llama/backends.ts"
import { ggufFile } from "../../../models/llama/gguf-file.ts"
import { LocalModelSpec } from "../../../schemas/capability.ts"
import { sha256 } from "../../../schemas/json.ts"

const inFolder = <A, E>(use: (folder: string) => Effect.Effect<A, E>) =>
  FileSystem.FileSystem.use((files) => files.makeTempDirectoryScoped()).pipe(
    Effect.flatMap(use),
    Effect.scoped,
    Effect.provide(NodeServices.layer)
  )

describe("a GGUF file", () => {
  it.effect("is known by the hash of its bytes, read anew when they change", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const path = join(folder, "model.gguf")
        writeFileSync(path, "GGUF and so on")
        const first = yield* ggufFile("sequence", path)
        assert.deepStrictEqual(first, { path, name: "model.gguf", sha256: sha256("GGUF and so on") })
        writeFileSync(path, "GGUF and other things")
        const second = yield* ggufFile("sequence", path)
        assert.strictEqual(second.sha256, sha256("GGUF and other things"))
      })
    )
  )

  it.effect("is missing where there is no file, and unsupported where there is another", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        writeFileSync(join(folder, "text.gguf"), "hello")
        writeFileSync(join(folder, "empty.gguf"), "")
        const kinds: Array<readonly [string, string]> = []
        for (const name of ["none.gguf", "text.gguf", "empty.gguf", "."]) {
          const error = yield* Effect.flip(ggufFile("embedding", join(folder, name)))
          assert.isFalse(error.retryable)
          assert.include(error.message, join(folder, name))
          kinds.push([name, error.kind])
        }
        assert.deepStrictEqual(kinds, [
          ["none.gguf", "missing"],
          ["text.gguf", "unsupported"],
          ["empty.gguf", "unsupported"],
          [".", "unsupported"]
        ])
      })
    )
  )
})

describe("a GGUF behind a capability", () => {
  const specOf = (options: object) => LocalModelSpec.parse({ provider: "llama", model: "none.gguf", ...options })

  it.effect("is refused before it is loaded where it could not answer", () =>
    Effect.gen(function* () {
      const refused: ReadonlyArray<Effect.Effect<unknown, CapabilityError, Scope.Scope>> = [
        llamaBackend("classifier", "toxicity", specOf({})),
        llamaBackend("spans", "personal-data", specOf({})),
        llamaBackend("pairs", "entailment", specOf({})),
        llamaBackend("embedding", "embedding", specOf({ device: "webgpu" })),
        llamaBackend("embedding", "embedding", specOf({ pooling: "mean" })),
        llamaBackend("sequence", "perplexity", specOf({ dtype: "q8" }))
      ]
      for (const backend of refused) {
        const error = yield* Effect.flip(Effect.scoped(backend))
        assert.strictEqual(error.kind, "unsupported", error.message)
      }
      const error = yield* Effect.flip(Effect.scoped(llamaBackend("sequence", "perplexity", specOf({}))))
      assert.deepStrictEqual([error.kind, error.capability, error.model], ["missing", "sequence", "none.gguf"])
    })
  )
})
