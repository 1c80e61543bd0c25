import { assert, describe, it } from "@effect/vitest"
import * as values from "../../../stages/defects/personal-values.ts"
import { random } from "../../../stages/random.ts"

const draws = (make: (stream: ReturnType<typeof random>) => string): ReadonlyArray<string> =>
  Array.from({ length: 200 }, (_, seed) => make(random(String(seed))))

/** Luhn's rule over the whole number. */
const passesLuhn = (text: string) =>
  [...text.replaceAll(" ", "")].reverse().reduce((sum, digit, place) => {
    const value = Number(digit) * (place % 2 === 1 ? 2 : 1)
    return sum + (value > 9 ? value - 9 : value)
  }, 0) %
    10 ===
  0

describe("identifiers that are planted", () => {
  it("payment cards pass Luhn's rule and have the length of their kind", () => {
    for (const card of draws(values.paymentCard)) assert.match(card.replaceAll(" ", ""), /^(?:4\d{15}|5[1-5]\d{14})$/)
    for (const card of draws(values.unionPayCard)) assert.match(card.replaceAll(" ", ""), /^6222\d{15}$/)
    assert.isTrue([...draws(values.paymentCard), ...draws(values.unionPayCard)].every(passesLuhn))
  })

  it("German account numbers leave 1 when divided by 97", () => {
    for (const iban of draws(values.iban)) {
      const plain = iban.replaceAll(" ", "")
      assert.match(plain, /^DE\d{20}$/)
      const number = `${plain.slice(4)}1314${plain.slice(2, 4)}`
      assert.strictEqual(BigInt(number) % 97n, 1n, iban)
    }
  })

  it("Chinese identity numbers have the right last character", () => {
    const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1]
    for (const id of draws(values.chineseId)) {
      assert.match(id, /^\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|1\d|2[0-8])\d{3}[\dX]$/)
      const sum = weights.reduce((total, weight, place) => {
        const character = id[place] as string
        return total + weight * (character === "X" ? 10 : Number(character))
      }, 0)
      assert.strictEqual(sum % 11, 1, id)
    }
  })

  it("none is one that is reserved for documentation or films", () => {
    const all = [...draws(values.email), ...draws(values.chineseEmail), ...draws(values.usPhone)]
    assert.deepStrictEqual(
      all.filter((text) => /example|\.test\b|invalid|localhost|\b555\b/.test(text)),
      []
    )
    for (const number of draws(values.socialSecurityNumber))
      assert.match(number, /^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$/)
    for (const number of draws(values.chineseMobile)) assert.match(number.replaceAll(/[ -]/g, ""), /^1[3-9]\d{9}$/)
  })
})
