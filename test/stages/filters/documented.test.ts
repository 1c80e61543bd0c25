import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { filters } from "../../../stages/filters/registry.ts"

const PAGE = join(import.meta.dirname, "../../../docs/filters.md")

/** Cells of the tables' rows that begin with a name in backticks. */
const rows = readFileSync(PAGE, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) =>
    line
      .slice(2, -2)
      .split(" | ")
      .map((cell) => cell.trim())
  )

describe("docs/filters.md", () => {
  it("has a row for every filter, which says whom it asks", () => {
    for (const { asks, name } of filters) {
      const row = rows.find(([first, second]) => first === `\`${name}\`` && !/^`[A-Z_]+`/.test(second ?? ""))
      assert.isDefined(row, `${name} stands in no table`)
      if (asks.length === 0) continue
      const asked = asks[0] === "judge" ? "a chat model" : asks.map((role) => `\`${role}\``).join(", ")
      assert.strictEqual(row?.[1], asked, name)
    }
  })

  it("has every code of every filter, with its meaning, in the registry's order, and no other", () => {
    const written = rows.filter(([, second]) => /^`[A-Z_]+`/.test(second ?? ""))
    const wanted = filters.flatMap(({ codes, name }) =>
      Object.entries(codes).map(([code, meaning]) => {
        const goesWithUnsure = meaning.endsWith("; goes with unsure only")
        return [
          `\`${name}\``,
          `\`${code}\`${goesWithUnsure ? " *" : ""}`,
          meaning.replace("; goes with unsure only", "")
        ]
      })
    )
    assert.deepStrictEqual(written, wanted)
  })
})
