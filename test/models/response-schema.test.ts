import { assert, describe, it } from "@effect/vitest"
import { z } from "zod"
import { responseSchema } from "../../models/response-schema.ts"

describe("responseSchema", () => {
  it("closes objects at every depth, keeps records open, and shows the side that the model writes", () => {
    const schema = z.object({
      inner: z.array(z.object({ n: z.coerce.number().default(1) })),
      map: z.record(z.string(), z.int())
    })
    const { json } = responseSchema(schema)
    assert.isUndefined(json.$schema)
    assert.strictEqual(json.additionalProperties, false)
    const { inner, map } = json.properties as {
      inner: { items: Record<string, unknown> }
      map: Record<string, unknown>
    }
    assert.strictEqual(inner.items.additionalProperties, false)
    assert.isUndefined(inner.items.required)
    assert.strictEqual((map.additionalProperties as { type: string }).type, "integer")
  })

  it("is made once for each schema", () => {
    const schema = z.object({ a: z.string() })
    assert.strictEqual(responseSchema(schema), responseSchema(schema))
    assert.strictEqual(responseSchema(schema).fingerprint, responseSchema(z.object({ a: z.string() })).fingerprint)
  })
})
