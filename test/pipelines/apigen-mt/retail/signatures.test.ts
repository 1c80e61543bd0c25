import { assert, describe, it } from "@effect/vitest"
import signatures from "../../../fixtures/retail-signatures.json" with { type: "json" }
import { profiles, smallShop } from "./small-shop.ts"

/** The schema without its words. */
const withoutDescriptions = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutDescriptions)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => key !== "description" || typeof inner !== "string")
      .map(([key, inner]) => [key, withoutDescriptions(inner)])
  )
}

describe("retail tools (done-means 2)", () => {
  for (const profile of profiles) {
    it(`have the benchmark's names, parameters, types, enums and required lists in profile ${profile}`, () => {
      const own = [...smallShop(profile).tools.values()].map(({ tool }) => [
        tool.name,
        withoutDescriptions(tool.parameters)
      ])
      assert.deepStrictEqual(
        Object.fromEntries(own),
        Object.fromEntries(Object.entries(signatures).map(([name, rest]) => [name, { type: "object", ...rest }]))
      )
    })
  }

  it("describe themselves and every parameter", () => {
    for (const { tool } of smallShop("strict").tools.values()) {
      const { properties } = tool.parameters as { properties: Record<string, { description?: string }> }
      assert.isAbove(tool.description.length, 20, tool.name)
      for (const [name, { description }] of Object.entries(properties)) {
        assert.isAbove(description?.length ?? 0, 4, `${tool.name}.${name}`)
      }
    }
  })

  it("are six reads, seven writes and three generic ones, of which one ends the episode", () => {
    const tools = [...smallShop("strict").tools.values()]
    const count = (kind: string) => tools.filter((tool) => tool.kind === kind).length
    assert.deepStrictEqual([count("read"), count("write"), count("generic")], [6, 7, 3])
    assert.deepStrictEqual(
      tools.filter((tool) => tool.terminates).map((tool) => tool.tool.name),
      ["transfer_to_human_agents"]
    )
  })
})
