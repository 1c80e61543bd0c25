import { assert, describe, it } from "@effect/vitest"
import { Evidence } from "../../../stages/facts/evidence.ts"
import { measuresIn } from "../../../stages/facts/measures.ts"
import { quantities } from "../../../stages/facts/quantities.ts"

describe("measures", () => {
  it("are numbers whose key ends in a unit, in snake and camel case", () =>
    assert.deepStrictEqual(
      measuresIn({
        route: { distance_km: 1.8, durationSeconds: 1320 },
        legs: [{ low_c: -3 }],
        min: 5,
        seats_left: 7
      }).map(({ unit, value }) => [value, unit.dimension]),
      [
        [1.8, "length"],
        [1320, "time"],
        [3, "temperature"]
      ]
    ))

  it("bear out what is told in another unit, of either system, rounded as it is told", () => {
    const known = new Evidence()
    known.add('{"duration_seconds": 1320, "length_miles": 9.6, "low_f": 67, "distance_meters": 5600}', {
      isSpoken: false
    })
    const has = (claim: string) => quantities(claim).every((quantity) => known.hasQuantity(quantity, []))
    for (const claim of ["22 minutes", "15.4 km", "19.4 °C", "5.6公里", "22分钟"]) assert.isTrue(has(claim), claim)
    for (const claim of ["23 minutes", "15.5 km", "20.1 °C", "5.7公里"]) assert.isFalse(has(claim), claim)
  })
})
