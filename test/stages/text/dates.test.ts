import { assert, describe, it } from "@effect/vitest"
import { bearsOut, type DateFact, dates, times } from "../../../stages/text/dates.ts"

const read = (text: string) => dates(text).map(({ day, month, year }) => [year, month, day])
const one = (text: string) => dates(text)[0] as DateFact

describe("dates", () => {
  it("are read in digits, English and Chinese", () => {
    for (const text of [
      "2024-05-06",
      "2024/5/6",
      "2024.5.6",
      "May 6, 2024",
      "6th of May 2024",
      "6 May 2024",
      "MAY 6th 2024",
      "2024年5月6日",
      "二〇二四年五月六号"
    ]) {
      assert.deepStrictEqual([text, read(text)], [text, [[2024, 5, 6]]])
    }
    assert.deepStrictEqual(read("in March 2021, on Sept. 3, 5月, 1783年"), [
      [2021, 3, undefined],
      [undefined, 9, 3],
      [undefined, 5, undefined],
      [1783, undefined, undefined]
    ])
  })

  it("are not read from verbs, versions and impossible days", () =>
    assert.deepStrictEqual(read("you may 3 times march 5 miles, 2024-13-40, v1.2.3, 40 May"), []))

  it("bear each other out in whatever both name", () => {
    assert.isTrue(bearsOut(one("2024-05-06"), one("May 6")))
    assert.isTrue(bearsOut(one("6 May"), one("May 6, 2024")))
    assert.isTrue(bearsOut(one("6/5/2024"), one("6 May 2024")))
    assert.isFalse(bearsOut(one("2024-05-06"), one("May 7")))
    assert.isFalse(bearsOut(one("2023-05-06"), one("May 6, 2024")))
    assert.isFalse(bearsOut(one("May 2024"), one("May 6, 2024")))
  })

  it("are told from times of day in words and characters", () =>
    assert.deepStrictEqual(
      times("9 in the morning, 3 o'clock in the afternoon, 下午四点, 十点半, 下午6点15分, 一点也不, 有点").map(
        ({ text, minutes }) => [text, minutes]
      ),
      [
        ["9 in the morning", 540],
        ["3 o'clock in the afternoon", 900],
        ["下午四点", 960],
        ["十点半", 630],
        ["下午6点15分", 1095]
      ]
    ))

  it("have times beside them, in minutes after midnight", () =>
    assert.deepStrictEqual(
      times("14:30, 2:30 pm, 9 a.m., 12 am, 下午3点半, 10:05:22, 25:00, 3小时").map(({ text, minutes }) => [
        text,
        minutes
      ]),
      [
        ["14:30", 870],
        ["2:30 pm", 870],
        ["10:05:22", 605],
        ["9 a.m.", 540],
        ["12 am", 0],
        ["下午3点半", 930]
      ]
    ))
})
