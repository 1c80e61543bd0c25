import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { isChineseId, isIban, passesLuhn, paymentCards } from "../../../stages/personal-data/identity.ts"

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(""))

/** The same text with another digit at a place. */
const withMistake = (text: string, place: number, by: number) =>
  text.slice(0, place) + String((Number(text[place]) + by) % 10) + text.slice(place + 1)

describe("check digits", () => {
  it("are right in the standards' own examples", () => {
    assert.isTrue(isIban("GB82 WEST 1234 5698 7654 32"))
    assert.isTrue(isIban("MT84MALT011000012345MTLCAST001S"))
    assert.isTrue(passesLuhn("49927398716"))
    assert.isTrue(isChineseId("11010519491231002X"))
  })

  it("show every wrong digit of a card, and one Luhn digit in ten is right", () =>
    fc.assert(
      fc.property(digits(15), fc.nat(15), fc.integer({ min: 1, max: 9 }), (first, place, by) => {
        const right = [..."0123456789"].map((digit) => first + digit).filter(passesLuhn)
        assert.strictEqual(right.length, 1)
        assert.isFalse(passesLuhn(withMistake(right[0] as string, place, by)))
      })
    ))

  it("show every wrong digit of a bank account and of a Chinese id", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 21 }), fc.integer({ min: 1, max: 9 }), (place, by) => {
        assert.isFalse(isIban(withMistake("DE89370400440532013000", place, by)))
      })
    )
    fc.assert(
      fc.property(fc.nat(16), fc.integer({ min: 1, max: 9 }), (place, by) => {
        assert.isFalse(isChineseId(withMistake("11010519491231002X", place, by)))
      })
    )
  })

  it("make a card only with an issuer's first digits, a right length, and as one number", () => {
    const found = (text: string) => paymentCards(text).map(({ value }) => value)
    assert.deepStrictEqual(found("pay with 4539-1488-0343-6467 now"), ["4539-1488-0343-6467"])
    assert.deepStrictEqual(found("1111111111111117 and x4539148803436467 and 45391488034364670000000000"), [])
  })
})
