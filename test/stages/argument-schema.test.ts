import { assert, describe, it } from "@effect/vitest"
import type { JsonSchema } from "../../schemas/tool.ts"
import { schemaIssues } from "../../stages/argument-schema.ts"

const object = (properties: Record<string, unknown>, more: JsonSchema = {}): JsonSchema => ({
  type: "object",
  properties,
  ...more
})

describe("schemaIssues", () => {
  it("finds nothing wrong with valid arguments, nor with a schema that says nothing", () => {
    assert.deepStrictEqual(
      schemaIssues(object({ a: { type: "integer", minimum: 1 }, b: { type: "array", items: { type: "string" } } }), {
        a: 1,
        b: ["x"]
      }),
      []
    )
    assert.deepStrictEqual(schemaIssues({}, {}), [])
  })

  it("says what is wrong with names and types before it looks at anything finer", () =>
    assert.deepStrictEqual(
      schemaIssues(object({ "a/b": { type: "integer", minimum: 1 } }, { required: ["c"] }), { "a/b": "0", d: 1 }),
      [
        { pointer: "/c", message: "is required" },
        { pointer: "/a~1b", message: "must be an integer, is a string" },
        { pointer: "/d", message: "is not a parameter of this tool" }
      ]
    ))

  it("checks limits, formats and lengths", () => {
    const schema = object({
      n: { type: "integer", minimum: 1, maximum: 5 },
      on: { type: "string", format: "date" },
      s: { type: "string", maxLength: 2 },
      l: { type: "array", items: { type: "integer" }, minItems: 2 }
    })
    const pointers = schemaIssues(schema, { n: 6, on: "2024-13-01", s: "abc", l: [1] }).map(({ pointer }) => pointer)
    assert.deepStrictEqual(pointers, ["/n", "/on", "/s", "/l"])
    assert.deepStrictEqual(schemaIssues(schema, { n: 5, on: "2024-12-01", s: "ab", l: [1, 2] }), [])
  })

  it("follows references and alternatives", () => {
    const either = object(
      { a: { anyOf: [{ type: "string" }, { $ref: "#/$defs/count" }] } },
      { $defs: { count: { type: "integer", minimum: 3 } } }
    )
    assert.deepStrictEqual(schemaIssues(either, { a: "x" }), [])
    assert.deepStrictEqual(schemaIssues(either, { a: 3 }), [])
    assert.deepStrictEqual(
      schemaIssues(either, { a: 2 }).map(({ pointer }) => pointer),
      ["/a"]
    )
    const merged: JsonSchema = { allOf: [object({ a: { type: "string" } }), object({ b: { type: "string" } })] }
    assert.deepStrictEqual(schemaIssues(merged, { a: "x", b: "y" }), [])
  })

  it("does not run a pattern from the data, which may take for ever", () => {
    const started = performance.now()
    assert.deepStrictEqual(
      schemaIssues(object({ a: { type: "string", pattern: "^(a+)+$" } }), { a: `${"a".repeat(40)}!` }),
      []
    )
    assert.isBelow(performance.now() - started, 5_000)
  })

  it("keeps a parameter that is called pattern", () =>
    assert.deepStrictEqual(
      schemaIssues(object({ pattern: { type: "string", maxLength: 1 } }), { pattern: "ab" }).map(
        ({ pointer }) => pointer
      ),
      ["/pattern"]
    ))

  it("still checks names and types where the schema uses words that nobody can read", () => {
    const strange = object({ a: { type: "string" }, b: { type: "weird" } })
    assert.deepStrictEqual(schemaIssues(strange, { a: 1 }), [
      { pointer: "/a", message: "must be a string, is a number" }
    ])
    assert.deepStrictEqual(schemaIssues(strange, { a: "x" }), [])
  })
})
