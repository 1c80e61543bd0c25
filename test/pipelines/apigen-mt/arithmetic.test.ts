import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { evaluate } from "../../../pipelines/apigen-mt/domains/arithmetic.ts"

type Tree = number | { readonly sign: "+" | "-" | "*"; readonly left: Tree; readonly right: Tree }

const tree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.integer({ min: 0, max: 999 }),
    fc.record({
      sign: fc.constantFrom("+" as const, "-" as const, "*" as const),
      left: tie("tree"),
      right: tie("tree")
    })
  )
})).tree

const written = (node: Tree): string =>
  typeof node === "number" ? String(node) : `(${written(node.left)} ${node.sign}${written(node.right)})`

const worth = (node: Tree): number => {
  if (typeof node === "number") return node
  const [left, right] = [worth(node.left), worth(node.right)]
  return node.sign === "+" ? left + right : node.sign === "-" ? left - right : left * right
}

describe("evaluate", () => {
  it("follows the usual precedence, from the left", () => {
    assert.strictEqual(evaluate("2 + 3 * 4"), 14)
    assert.strictEqual(evaluate("10 - 4 - 3"), 3)
    assert.strictEqual(evaluate("12 / 4 / 3"), 1)
    assert.strictEqual(evaluate("-(2 + 3) * -.5"), 2.5)
    assert.strictEqual(evaluate("1.50+2."), 3.5)
  })

  it("agrees with the value of any bracketed expression", () => {
    fc.assert(
      fc.property(tree, (node) => assert.strictEqual(evaluate(written(node)), worth(node))),
      { seed: 13, numRuns: 200 }
    )
  })

  it("refuses whatever is not arithmetic, and says why", () => {
    const refusals: ReadonlyArray<readonly [expression: string, reason: string]> = [
      ["process.exit()", "holds characters"],
      ["1e3", "holds characters"],
      ["1,000", "holds characters"],
      ["", "ends too early"],
      ["1 +", "ends too early"],
      ["(1", "a bracket is not closed"],
      ["1)", "should end"],
      ["1 2", "should end"],
      ["2 ** 3", '"*" stands where a number should'],
      ["1..2", "should end"],
      ["4 / (2 - 2)", "division by zero"],
      ["1".repeat(1001), "longer than 1000 characters"],
      [`${"9".repeat(400)}`, "not a finite number"]
    ]
    for (const [expression, reason] of refusals) {
      assert.throws(() => evaluate(expression), reason, undefined, expression.slice(0, 20))
    }
  })
})
