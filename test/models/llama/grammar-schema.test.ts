import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { z } from "zod"
import { grammarSchema } from "../../../models/llama/grammar-schema.ts"
import { responseSchema } from "../../../models/response-schema.ts"

const converted = (schema: z.ZodType) => grammarSchema(responseSchema(schema).json)

describe("a schema for grammars", () => {
  it("keeps names, kinds, lists of values and short bounds of length", () => {
    const Review = z.strictObject({
      verdict: z.enum(["keep", "reject"]),
      kind: z.literal("review"),
      sure: z.boolean(),
      share: z.number().min(0).max(1),
      note: z.string().min(1).max(40).nullable(),
      words: z.array(z.string()).min(1).max(3)
    })
    assert.deepStrictEqual(converted(Review), {
      type: "object",
      properties: {
        verdict: { enum: ["keep", "reject"] },
        kind: { const: "review" },
        sure: { type: "boolean" },
        share: { type: "number" },
        note: { oneOf: [{ type: "string", minLength: 1, maxLength: 40 }, { type: "null" }] },
        words: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 3 }
      }
    })
  })

  it("says a short range of whole numbers as a list, since grammars know no bounds of numbers", () => {
    assert.deepStrictEqual(converted(z.int().min(1).max(5)), { enum: [1, 2, 3, 4, 5] })
    assert.deepStrictEqual(grammarSchema({ type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 3 }), {
      enum: [1, 2]
    })
    assert.deepStrictEqual(grammarSchema({ type: "integer", minimum: 0.5, maximum: 2.5 }), { enum: [1, 2] })
    assert.deepStrictEqual(grammarSchema({ type: "integer", minimum: 0 }), { type: "integer" })
    assert.deepStrictEqual(grammarSchema({ type: "integer", minimum: 0, maximum: 1_000 }), { type: "integer" })
    assert.deepStrictEqual(grammarSchema({ type: "integer", minimum: 3, maximum: 2 }), { type: "integer" })
  })

  it("leaves out what grammars cannot count or check", () => {
    assert.deepStrictEqual(converted(z.string().max(4_000)), { type: "string" })
    assert.deepStrictEqual(converted(z.string().regex(/^[a-z]+$/)), { type: "string" })
    assert.deepStrictEqual(grammarSchema({ type: "string", format: "email" }), { type: "string" })
    assert.deepStrictEqual(grammarSchema({ type: "string", format: "date" }), { type: "string", format: "date" })
  })

  it("writes optional properties too, but none that could hold itself for ever", () => {
    interface Node {
      readonly name: string
      readonly child?: Node | undefined
      readonly others: ReadonlyArray<Node>
    }
    const Node: z.ZodType<Node> = z.lazy(() =>
      z.strictObject({ name: z.string(), child: Node.optional(), others: z.array(Node) })
    )
    const tree = converted(z.strictObject({ root: Node, comment: z.string().optional() }))
    assert.deepStrictEqual(tree, {
      type: "object",
      properties: { root: { $ref: "#/$defs/__schema0" }, comment: { type: "string" } },
      $defs: {
        __schema0: {
          type: "object",
          properties: {
            name: { type: "string" },
            others: { type: "array", items: { $ref: "#/$defs/__schema0" } }
          }
        }
      }
    })
  })

  it("takes records, tuples, unions and any value", () => {
    assert.deepStrictEqual(converted(z.record(z.string(), z.number())), {
      type: "object",
      properties: {},
      additionalProperties: { type: "number" }
    })
    assert.deepStrictEqual(grammarSchema({ type: "array", prefixItems: [{ type: "string" }, { type: "null" }] }), {
      type: "array",
      prefixItems: [{ type: "string" }, { type: "null" }],
      minItems: 2,
      maxItems: 2
    })
    assert.deepStrictEqual(grammarSchema({ type: ["object", "null"], properties: { a: { type: "null" } } }), {
      oneOf: [{ type: "object", properties: { a: { type: "null" } } }, { type: "null" }]
    })
    assert.deepStrictEqual(Object.keys(converted(z.unknown()) ?? {}), ["oneOf"])
  })

  it("gives up on what the language of grammars cannot say", () => {
    for (const schema of [
      { allOf: [{ type: "object" }, { type: "object" }] },
      { $ref: "#" },
      { const: { a: 1 } },
      { enum: [] },
      { type: "object", properties: {}, required: ["missing"] },
      { type: "array", items: { type: "array", items: { $ref: "elsewhere.json" } } },
      { type: "date" },
      [],
      null
    ]) {
      assert.isUndefined(grammarSchema(schema), JSON.stringify(schema))
    }
  })

  it("never throws, whatever JSON a schema is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (schema) => {
        const result = grammarSchema(schema)
        assert.isTrue(result === undefined || typeof result === "object")
      })
    )
  })
})
