import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { retailGraph, retailWriteEdges } from "../../../pipelines/apigen-mt/domains/retail/graph.ts"
import {
  apiEdges,
  isLegalWalk,
  startWrite,
  withReads,
  writeTools,
  writeWalk
} from "../../../pipelines/apigen-mt/graph.ts"
import { random } from "../../../stages/random.ts"

const domain = { graph: retailGraph, writeEdges: retailWriteEdges }

describe("the API graph", () => {
  it("has an edge from a read to a tool that takes what it gives", () => {
    const edge = apiEdges(domain).find(
      (one) => one.from === "get_product_details" && one.to === "modify_pending_order_items"
    )
    assert.deepStrictEqual(edge?.via, ["variant_item_id"])
  })

  it("has no edge between writes that the policy does not list", () => {
    const small = {
      graph: retailGraph,
      writeEdges: [{ from: "cancel_pending_order", to: "modify_user_address", scope: "other_target" as const }]
    }
    const between = apiEdges(small).filter((edge) => writeTools(small).includes(edge.from))
    assert.deepStrictEqual(
      between.map(({ from, to }) => [from, to]),
      [["cancel_pending_order", "modify_user_address"]]
    )
  })

  it("calls a walk with a forbidden step illegal", () => {
    assert.isFalse(isLegalWalk(domain, ["modify_user_address", "modify_user_address"]))
    assert.isFalse(isLegalWalk(domain, ["get_order_details"]))
    assert.isTrue(isLegalWalk(domain, ["modify_pending_order_address", "modify_pending_order_items"]))
  })

  it("gives legal walks only, of the wanted length at most, and the same ones for the same seed", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(500), fc.integer({ min: 1, max: 6 }), (seed, n, length) => {
        const walk = () => {
          const start = startWrite(domain, seed, n)
          return writeWalk(domain, { start, length, random: random(`${seed}/${n}`) })
        }
        assert.isTrue(isLegalWalk(domain, walk()))
        assert.isAtMost(walk().length, length)
        assert.deepStrictEqual(walk(), walk())
      }),
      { seed: 1 }
    )
  })

  it("starts with every write equally often, give or take one", () => {
    const counts = new Map<string, number>()
    for (let n = 0; n < 100; n++) {
      const start = startWrite(domain, "even", n)
      counts.set(start, (counts.get(start) ?? 0) + 1)
    }
    assert.strictEqual(counts.size, 7)
    assert.isAtMost(Math.max(...counts.values()) - Math.min(...counts.values()), 1)
  })

  it("puts the reads on the shortest way before the write that needs them, each once", () => {
    assert.deepStrictEqual(withReads(domain, ["modify_pending_order_items", "cancel_pending_order"]), [
      "find_user_id_by_email",
      "get_user_details",
      "get_order_details",
      "get_product_details",
      "modify_pending_order_items",
      "cancel_pending_order"
    ])
  })
})
