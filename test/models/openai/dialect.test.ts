import { assert, describe, it } from "@effect/vitest"
import { adjusted, type Dialect, initialDialect, structuredFor } from "../../../models/openai/dialect.ts"
import { nativeSchema } from "../../../models/openai/strict-schema.ts"
import type { ProviderRequest } from "../../../models/provider.ts"
import type { JsonObject } from "../../../schemas/json.ts"
import { user } from "../../../schemas/message.ts"

const schema = { type: "object" }
const request: ProviderRequest = {
  model: "m",
  messages: [user("hello")],
  response: { name: "r", schema },
  sampling: { temperature: 0.5, maxTokens: 10, topP: 0.9, stop: ["x"], seed: 1 }
}
const auto = initialDialect("auto")
const refused = (message: string, over: { used?: Dialect; status?: number; param?: string } = {}) =>
  adjusted(over.used ?? auto, request, { status: over.status ?? 400, message, param: over.param })?.dialect

describe("adjusted", () => {
  it("changes what the server names as unsupported", () => {
    assert.strictEqual(
      refused("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")?.maxTokens,
      "max_completion_tokens"
    )
    const omitted = [
      refused(
        "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) is supported."
      ),
      refused('[{"type":"extra_forbidden","loc":["body","seed"]}]', { status: 422 }),
      refused("stop is not supported by this model"),
      refused("Unknown parameter", { param: "top_p" })
    ].map((dialect) => [...(dialect?.omit ?? [])])
    assert.deepStrictEqual(omitted, [["temperature"], ["seed"], ["stop"], ["top_p"]])
  })

  it("leaves a value alone that is only out of range, and errors that are no refusals", () => {
    assert.isUndefined(refused("temperature must be between 0 and 2"))
    assert.isUndefined(refused("maximum context length is 8192 tokens"))
    assert.isUndefined(refused("response_format is not supported", { status: 500 }))
  })

  it("does not give up the same parameter twice", () => {
    const used: Dialect = { ...auto, omit: new Set(["seed"]) }
    assert.isUndefined(refused("'seed' is not supported", { used }))
  })

  it("keeps native output for other schemas when one schema is refused", () => {
    const dialect = refused("Invalid schema for response_format 'r': 'allOf' is not permitted.") ?? assert.fail()
    assert.strictEqual(structuredFor(dialect, request), "json_object")
    assert.strictEqual(
      structuredFor(dialect, { ...request, response: { name: "s", schema: { type: "object" } } }),
      "native"
    )
  })
})

describe("nativeSchema", () => {
  const closed = (properties: JsonObject, required = Object.keys(properties)): JsonObject => ({
    type: "object",
    properties,
    required,
    additionalProperties: false
  })

  it("is strict where every object is closed and every property required", () => {
    assert.isTrue(nativeSchema(closed({ a: { type: "array", items: closed({ b: { type: "string" } }) } })).strict)
    assert.isTrue(nativeSchema(closed({ a: { anyOf: [{ type: "string" }, { type: "null" }] } })).strict)
  })

  it("is not strict with optional properties, records, tuples or anything goes", () => {
    for (const loose of [
      closed({ a: { type: "string" } }, []),
      closed({ a: { type: "object", additionalProperties: { type: "string" } } }),
      closed({ a: { type: "array", prefixItems: [{ type: "string" }] } }),
      closed({ a: {} }),
      closed({ a: { type: "array", items: closed({ b: { type: "string" } }, []) } }),
      { type: "string" }
    ]) {
      assert.isFalse(nativeSchema(loose).strict)
    }
  })

  it("takes out only keywords, not properties or values that are called like one", () => {
    const schema = closed({ minLength: { type: "string", minLength: 3 }, kind: { type: "string", enum: ["default"] } })
    assert.deepStrictEqual(
      nativeSchema(schema).schema,
      closed({ minLength: { type: "string" }, kind: { type: "string", enum: ["default"] } })
    )
  })
})
