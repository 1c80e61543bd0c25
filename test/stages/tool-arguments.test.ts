import { assert, describe, it } from "@effect/vitest"
import { argumentIssues } from "../../stages/tool-arguments.ts"

const parameters = {
  type: "object",
  properties: {
    id: { type: "string" },
    kind: { type: "string", enum: ["a", "b"] },
    count: { type: "integer" },
    lines: { type: "array", items: { type: "object", properties: { "a/b": { type: "number" } }, required: ["a/b"] } }
  },
  required: ["id", "kind"]
}

describe("argumentIssues", () => {
  it("finds nothing wrong with valid arguments", () =>
    assert.deepStrictEqual(argumentIssues(parameters, { id: "x", kind: "a", count: 3, lines: [{ "a/b": 0.5 }] }), []))

  it("names what is missing, what is unknown and what has the wrong type or value, each by a JSON pointer", () =>
    assert.deepStrictEqual(argumentIssues(parameters, { kind: "c", count: 1.5, colour: "red" }), [
      { pointer: "/id", message: "is required" },
      { pointer: "/kind", message: 'must be one of "a", "b"' },
      { pointer: "/count", message: "must be an integer, is a number" },
      { pointer: "/colour", message: "is not a parameter of this tool" }
    ]))

  it("looks into lists and objects, and escapes the pointer's own signs", () =>
    assert.deepStrictEqual(
      argumentIssues(parameters, { id: "x", kind: "a", lines: [{ "a/b": 1 }, { "a/b": "1" }, {}, 4] }),
      [
        { pointer: "/lines/1/a~1b", message: "must be a number, is a string" },
        { pointer: "/lines/2/a~1b", message: "is required" },
        { pointer: "/lines/3", message: "must be an object, is a number" }
      ]
    ))

  it("refuses arguments that are no object at all", () => {
    for (const [value, kind] of [
      [null, "a null"],
      [[], "an array"],
      ["{}", "a string"]
    ]) {
      assert.deepStrictEqual(argumentIssues(parameters, value), [
        { pointer: "", message: `must be an object, is ${kind}` }
      ])
    }
  })

  it("takes no inherited property for a parameter", () =>
    assert.deepStrictEqual(argumentIssues({ type: "object", properties: {}, required: ["toString"] }, {}), [
      { pointer: "/toString", message: "is required" }
    ]))

  it("takes unknown arguments where the schema allows them", () =>
    assert.deepStrictEqual(argumentIssues({ type: "object", additionalProperties: true }, { any: 1 }), []))
})
