import { assert, describe, it } from "@effect/vitest"
import { chineseNumerals, englishNumerals } from "../../../stages/text/numerals.ts"

describe("numerals", () => {
  it("reads English words, and takes words apart that cannot be one number", () =>
    assert.deepStrictEqual(
      englishNumerals(
        "Twenty-three, two thousand five hundred; one hundred and five, five six, fifteen hundred and a million: someone often."
      ).map(({ text, value }) => [text, value]),
      [
        ["Twenty-three", 23],
        ["two thousand five hundred", 2500],
        ["one hundred and five", 105],
        ["five", 5],
        ["six", 6],
        ["fifteen hundred", 1500],
        ["million", 1_000_000]
      ]
    ))

  it("reads years in two halves, and no others", () =>
    assert.deepStrictEqual(
      englishNumerals(
        "seventeen eighty-three, Nineteen eleven, twenty twenty-four; seventeen, eighty; thirty forty; twenty-ten"
      ).map(({ text, value }) => [text, value]),
      [
        ["seventeen eighty-three", 1783],
        ["Nineteen eleven", 1911],
        ["twenty twenty-four", 2024],
        ["seventeen", 17],
        ["eighty", 80],
        ["thirty", 30],
        ["forty", 40],
        ["twenty", 20],
        ["ten", 10]
      ]
    ))

  it("reads Chinese characters, as units and as digits", () => {
    const cases = {
      三百零五: 305,
      一千二: 1200,
      一千零二: 1002,
      二〇二四: 2024,
      十万: 100_000,
      两千五百: 2500,
      三万五: 35_000,
      一亿两千万: 120_000_000,
      十二: 12,
      二十: 20,
      一百一十: 110
    }
    for (const [text, value] of Object.entries(cases)) {
      assert.deepStrictEqual(
        chineseNumerals(`共${text}个`).map((numeral) => [numeral.text, numeral.value]),
        [[text, value]]
      )
    }
  })

  it("takes no number from words that only look like one", () =>
    assert.deepStrictEqual(chineseNumerals("万一，千万，百亿"), []))
})
