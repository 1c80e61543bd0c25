import { assert, describe, it } from "@effect/vitest"
import { quantities } from "../../../stages/facts/quantities.ts"
import { foldWidth } from "../../../stages/text/normalise.ts"

const read = (text: string) =>
  quantities(foldWidth(text)).map(({ text, unit, value }) => [text, value, unit?.dimension ?? null])

describe("quantities", () => {
  it("are numbers with the unit behind them or the currency before", () =>
    assert.deepStrictEqual(read("$1,269.02, 25min, 13-inch, 5 kg, 20 %, 7 business days, 42 items, 3 USD, EUR 5"), [
      ["1,269.02", 1269.02, "USD"],
      ["25min", 25, "time"],
      ["13-inch", 13, "inches"],
      ["5 kg", 5, "mass"],
      ["20 %", 20, "share"],
      ["7 business days", 7, "time"],
      ["42", 42, null],
      ["3 USD", 3, "USD"],
      ["5", 5, "EUR"]
    ]))

  it("are multiplied out: thousands, millions, 万 and 亿", () =>
    assert.deepStrictEqual(read("4K, 1.5 million, 10万, 2亿元, three million, 5 m, 1.234.567,89"), [
      ["4K", 4000, null],
      ["1.5 million", 1_500_000, null],
      ["10万", 100_000, null],
      ["2亿元", 200_000_000, "CNY"],
      ["three million", 3_000_000, null],
      ["5 m", 5, "length"],
      ["1.234.567,89", 1_234_567.89, null]
    ]))

  it("are read in Chinese, wide digits too", () =>
    assert.deepStrictEqual(read("共３件，三天内，二十五公斤，1,234.50元，两个"), [
      ["3", 3, null],
      ["三天", 3, "time"],
      ["二十五公斤", 25, "mass"],
      ["1,234.50元", 1234.5, "CNY"],
      ["两", 2, null]
    ]))

  it("are the digits of identifiers too, since people quote them alone, but no part of a word or a date", () =>
    assert.deepStrictEqual(read("#W3034924, gift_card_4989558, AB12, on 2024-05-06 at 14:30"), [
      ["3034924", 3_034_924, null],
      ["4989558", 4_989_558, null]
    ]))

  it("are rough where a word says so", () =>
    assert.deepStrictEqual(
      quantities("about 40, nearly $300, 大约50米, 1.5 million, 60左右, 12").map(({ isRough }) => isRough),
      [true, true, true, true, true, false]
    ))
})
