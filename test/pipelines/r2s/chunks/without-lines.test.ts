import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { keptOf, withoutLines } from "../../../../pipelines/r2s/chunks/without-lines.ts"
import type { MappedText } from "../../../../stages/documents/mapped-text.ts"

const without = (text: string, ...lines: ReadonlyArray<string>) =>
  withoutLines({ text, map: [{ at: 0, from: 10 }] }, new Set(lines))

/** Where a position of the text was in the original. */
const originOf = ({ map }: MappedText, position: number): number => {
  const step = map.filter(({ at }) => at <= position).at(-1)
  return step === undefined ? position : step.from + position - step.at
}

describe("a text without boilerplate lines", () => {
  it("stays as it is, byte for byte, where it has none of them (R2S 7.3)", () => {
    const text = "Łódź  \n\n\n\nˈwʊt͡ʃ · café · Ångström\n"
    const mapped = { text, map: [{ at: 0, from: 10 }] }
    assert.strictEqual(withoutLines(mapped, new Set(["Menu"])), mapped)
  })

  it("keeps its paragraphs apart, and leaves no empty ones", () => {
    assert.strictEqual(
      without("Menu\n\nOne.\nMenu\nTwo.\n\nMenu\n\nThree.\n\nMenu", "Menu").text,
      "One.\nTwo.\n\nThree."
    )
    assert.strictEqual(without("Menu", "Menu").text, "")
    assert.strictEqual(without("One.\n\nMenu\nMore", "Menu", "More").text, "One.")
  })

  it("looks at whole lines without the spaces round them", () => {
    assert.strictEqual(without("\u3000Menu \u00a0\nThe Menu\nMenus", "Menu").text, "The Menu\nMenus")
  })

  it("leads each character back to where it was", () => {
    const text = "Menu\n\nOne.\nMenu\nTwo.\n\nMenu\n\nThree."
    const mapped = {
      text,
      map: [
        { at: 0, from: 10 },
        { at: 8, from: 50 }
      ]
    }
    const left = withoutLines(mapped, new Set(["Menu"]))
    assert.deepStrictEqual(left, {
      text: "One.\nTwo.\n\nThree.",
      map: [
        { at: 0, from: 16 },
        { at: 2, from: 50 },
        { at: 5, from: 58 },
        { at: 11, from: 70 }
      ]
    })
  })
})

describe("kept ranges", () => {
  it("have the characters and the origins of what they are cut from", () => {
    const sorted = (numbers: ReadonlyArray<number>) => [...new Set(numbers)].sort((one, other) => one - other)
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 60 }),
        fc.array(fc.nat(60), { maxLength: 8 }),
        fc.array(fc.nat(60), { maxLength: 12 }),
        (text, steps, borders) => {
          const map = sorted([0, ...steps]).map((at, index) => ({ at, from: 100 * index + at }))
          const cuts = sorted(borders.map((border) => Math.min(border, text.length)))
          const ranges = cuts.flatMap((start, index) =>
            index % 2 === 0 ? [{ start, end: cuts[index + 1] ?? text.length }] : []
          )
          const kept = keptOf({ text, map }, ranges)
          const places = ranges.flatMap(({ end, start }) => Array.from({ length: end - start }, (_, at) => start + at))
          assert.strictEqual(kept.text, places.map((place) => text[place]).join(""))
          assert.deepStrictEqual(
            places.map((_, position) => originOf(kept, position)),
            places.map((place) => originOf({ text, map }, place))
          )
        }
      )
    )
  })
})
