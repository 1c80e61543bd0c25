import { assert, describe, it } from "@effect/vitest"
import type { z } from "zod"
import { simulatedModel } from "../../models/models-by-role.ts"
import { costOf, modelsWithoutPrice, modelUse, priceOf, priceTable } from "../../models/prices.ts"
import { ModelSpec } from "../../schemas/config.ts"

const hosted = (over: Partial<z.input<typeof ModelSpec>> = {}) =>
  ModelSpec.parse({ provider: "openai", model: "gpt-4o-mini", baseUrls: ["https://api.openai.com/v1"], ...over })

describe("prices", () => {
  it("cost what the table says: cached prompt tokens are cheaper", () => {
    const price = priceOf(hosted())
    assert.deepStrictEqual(price, {
      input: 0.15,
      cachedInput: 0.075,
      output: 0.6,
      source: `dialoom/models/prices.json ${priceTable.date}`
    })
    const usage = { prompt: 1_000_000, cached: 400_000, completion: 100_000, reasoning: 0 }
    assert.closeTo(costOf(price ?? assert.fail(), usage), 0.6 * 0.15 + 0.4 * 0.075 + 0.1 * 0.6, 1e-12)
  })

  it("are unknown for the same name at another host, unless the settings give one", () => {
    const elsewhere = { baseUrls: ["http://127.0.0.1:8000/v1"] }
    assert.isNull(priceOf(hosted(elsewhere)))
    const price = { input: 1, cachedInput: 1, output: 2 }
    assert.deepStrictEqual(priceOf(hosted({ ...elsewhere, price })), { ...price, source: "settings" })
  })

  it("are zero for a model in this process, unless the settings give one", () => {
    const local = ModelSpec.parse({ provider: "llama", model: "gpt-4o-mini" })
    assert.deepStrictEqual(priceOf(local), { input: 0, cachedInput: 0, output: 0, source: "in this process" })
    assert.strictEqual(priceOf({ ...local, price: { input: 1, cachedInput: 1, output: 1 } })?.source, "settings")
  })

  it("name the models that a cap in USD must refuse", () => {
    const unknown = hosted({ model: "unknown" })
    const models = { default: simulatedModel, agent: unknown, judge: unknown, user: hosted() }
    assert.deepStrictEqual(modelsWithoutPrice(models, ["agent", "judge", "user", "writer"]), ["unknown"])
  })

  it("stand in run.json beside the model", () => {
    assert.deepStrictEqual(modelUse("agent", simulatedModel), {
      role: "agent",
      provider: "simulated",
      model: "simulated",
      baseUrls: [],
      price: { input: 0, cachedInput: 0, output: 0, source: "simulated" }
    })
  })
})
