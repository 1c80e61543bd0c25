import { assert, describe, it } from "@effect/vitest"
import { Arithmetic, mentionedIn } from "../../../stages/facts/arithmetic.ts"
import { Evidence } from "../../../stages/facts/evidence.ts"
import { quantities } from "../../../stages/facts/quantities.ts"

const knows = (evidence: string, claim: string) => {
  const known = new Evidence()
  known.add(evidence, { isSpoken: false })
  return quantities(claim).every((quantity) => known.hasQuantity(quantity, []))
}

describe("evidence", () => {
  it("bears out an equal number in its unit, or bare", () => {
    assert.isTrue(knows("It weighs 250 kg.", "250 kg"))
    assert.isTrue(knows('{"weight": 250}', "250 kg"))
    assert.isTrue(knows("It costs $250.", "250"))
    assert.isFalse(knows("It weighs 250 kg.", "250 km"))
    assert.isFalse(knows("It weighs 250 kg.", "$250"))
    assert.isFalse(knows("It weighs 250 kg.", "250"))
  })

  it("bears out other units of the dimension, and shares as per cent", () => {
    assert.isTrue(knows("1.5 hours", "90 minutes"))
    assert.isTrue(knows("2 weeks", "14 days"))
    assert.isTrue(knows("1,500 g", "1.5 kg"))
    assert.isTrue(knows('{"share": 0.25}', "25 %"))
    assert.isFalse(knows("1.5 hours", "100 minutes"))
  })

  it("bears out roundings of money, and of anything after a word that says so", () => {
    assert.isTrue(knows("$1,269.49", "$1,269"))
    assert.isFalse(knows("$1,269.49", "$1,270"))
    assert.isTrue(knows("$1,269.49", "about $1,270"))
    assert.isTrue(knows("1,269 km", "roughly 1,300 km"))
    assert.isFalse(knows("1,269 km", "1,300 km"))
    assert.isFalse(knows("1,269 km", "roughly 1,400 km"))
  })
})

describe("years", () => {
  it("bears out a bare year by a date that has it, in either language", () => {
    assert.isTrue(knows("It opened in May 1783.", "in 1783"))
    assert.isTrue(knows("它建于1783年。", "in 1783"))
    assert.isTrue(knows("It opened in 1783.", "seventeen eighty-three"))
    assert.isFalse(knows("It opened in May 1783.", "in 1785"))
    assert.isFalse(knows("It opened in May 1783.", "1783 km"))
  })
})

describe("acronyms", () => {
  it("are known by the words that they stand for", () => {
    const known = new Evidence()
    known.add("Research and development in the United States of America", { isSpoken: false })
    assert.isTrue(known.hasInitials("R&D"))
    assert.isTrue(known.hasInitials("USA"))
    assert.isFalse(known.hasInitials("R&B"))
    assert.isFalse(known.hasInitials("US"))
  })
})

describe("arithmetic", () => {
  const bill = (...prices: ReadonlyArray<number>) => {
    const arithmetic = new Arithmetic()
    arithmetic.addJson({ order_id: "W12345", items: prices.map((price) => ({ price })) })
    return arithmetic
  }

  it("adds up to four members of a bill, or all of it", () => {
    const arithmetic = bill(1.01, 2.03, 4.07, 8.13, 16.29, 32.51)
    assert.isTrue(arithmetic.isDerived(1.01 + 2.03))
    assert.isTrue(arithmetic.isDerived(1.01 + 4.07 + 8.13 + 32.51))
    assert.isTrue(arithmetic.isDerived(64.04))
    assert.isFalse(arithmetic.isDerived(1.01 + 2.03 + 4.07 + 8.13 + 16.29))
    assert.isFalse(arithmetic.isDerived(3.05))
  })

  it("knows the difference of two numbers of one object, members' shares of a bill, and shares of amounts", () => {
    const arithmetic = new Arithmetic()
    arithmetic.addJson({ price: 189.37, previous_close: 187.12 })
    assert.isTrue(arithmetic.isDerived(2.25))
    assert.isFalse(arithmetic.isDerived(2.35))
    arithmetic.addJson([{ n: 18_234 }, { n: 4_411 }, { n: 902 }])
    assert.isTrue(arithmetic.isShare(77, 0))
    assert.isTrue(arithmetic.isShare(3.8, 1))
    assert.isFalse(arithmetic.isShare(78, 0))
    assert.isTrue(arithmetic.isWhole(23_547))
    assert.isFalse(arithmetic.isWhole(23_548))
    arithmetic.addText(quantities("8 % of 6,326元"))
    assert.isTrue(arithmetic.isDerived(506.08))
    assert.isFalse(arithmetic.isDerived(506.18))
  })

  it("does not add up a choice from a catalogue", () => {
    const prices = Array.from({ length: 13 }, (_, place) => 100 + place * place * 1.37)
    assert.isFalse(bill(...prices).isDerived((prices[2] as number) + (prices[5] as number)))
  })

  it("counts members, those that are alike, and those beside one, of the owner that is named", () => {
    const arithmetic = new Arithmetic()
    arithmetic.addJson({ order_id: "W12345", items: [{ color: "red" }, { color: "red" }, { color: "blue" }] })
    arithmetic.addJson({ order_id: "W67890", items: [1, 2, 3, 4, 5].map((id) => ({ id })) })
    const count = (value: number, sentence: string, others = false) =>
      arithmetic.isCount(value, mentionedIn(sentence), others)
    assert.isTrue(count(3, "Order W12345 has 3 items."))
    assert.isTrue(count(2, "Order W12345 has 2 red items."))
    assert.isTrue(count(4, "Order W67890 has this and 4 other items.", true))
    assert.isFalse(count(5, "Order W12345 has 5 items."))
    assert.isFalse(count(4, "Order W12345 has this and 4 other items.", true))
  })
})
