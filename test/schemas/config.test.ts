import { assert, describe, it } from "@effect/vitest"
import type { z } from "zod"
import { modelFor, simulatedModel } from "../../models/models-by-role.ts"
import { ModelSpec } from "../../schemas/config.ts"

const hosted = (over: Partial<z.input<typeof ModelSpec>> = {}) =>
  ModelSpec.parse({ provider: "openai", model: "gpt-4o-mini", baseUrls: ["https://api.openai.com/v1"], ...over })

describe("ModelSpec", () => {
  it("has the documented defaults", () => {
    assert.deepStrictEqual(hosted(), {
      provider: "openai",
      model: "gpt-4o-mini",
      baseUrls: ["https://api.openai.com/v1"],
      concurrency: 32,
      timeoutMillis: 600_000,
      patienceMillis: 600_000,
      structured: "auto"
    })
  })

  it("refuses an openai model without a base URL, a URL with credentials or a query, and an unknown field", () => {
    const issue = (input: unknown) =>
      ModelSpec.safeParse(input)
        .error?.issues.map(({ message }) => message)
        .join()
    assert.match(issue({ provider: "openai", model: "m" }) ?? "", /at least one base URL/)
    assert.match(
      issue({ provider: "openai", model: "m", baseUrls: ["https://user:secret@host/v1"] }) ?? "",
      /must not hold a user name/
    )
    for (const url of ["https://host/v1?api-key=secret", "https://host/v1#secret"]) {
      assert.match(issue({ provider: "openai", model: "m", baseUrls: [url] }) ?? "", /without \? or #/)
    }
    assert.match(issue({ provider: "openai", model: "m", baseUrls: ["ftp://host"] }) ?? "", /http or https/)
    assert.match(issue({ provider: "simulated", model: "m", apiKey: "sk" }) ?? "", /apiKey/)
    assert.match(issue({ provider: "llama", model: "m.gguf", baseUrls: ["http://host/v1"] }) ?? "", /takes no URL/)
  })

  it("finds a role's model by its own name, its family's, or the default", () => {
    const own = hosted({ model: "own" })
    const family = hosted({ model: "family" })
    const models = { default: simulatedModel, "reviewer-2": own, reviewer: family }
    assert.deepStrictEqual(
      ["reviewer-2", "reviewer-1", "reviewer", "user", "toString"].map((role) => modelFor(models, role).model),
      ["own", "family", "family", "simulated", "simulated"]
    )
  })
})
