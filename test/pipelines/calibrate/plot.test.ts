import { assert, describe, it } from "@effect/vitest"
import type { Figures } from "../../../pipelines/calibrate/figures.ts"
import { plot } from "../../../pipelines/calibrate/plot.ts"
import { colourOf } from "../../../pipelines/calibrate/plot-colours.ts"
import { wilson } from "../../../stages/interval.ts"

const figures = (judge: string): Figures => ({
  judges: [
    { judge, kind: "rule", model: null, falseAlarms: wilson(1, 100), unsure: wilson(0, 100) },
    { judge: "nervous", kind: "model", model: "m", falseAlarms: wilson(80, 100), unsure: wilson(5, 100) }
  ],
  defects: [
    {
      defect: "toxic-turn",
      family: "safety",
      planted: 100,
      byRules: wilson(97, 100),
      byTrusted: wilson(97, 100),
      recall: new Map([
        [judge, wilson(97, 100)],
        ["nervous", wilson(82, 100)]
      ]),
      unsure: new Map()
    },
    {
      defect: "near-copy",
      family: "duplicates",
      planted: 40,
      byRules: wilson(0, 40),
      byTrusted: wilson(0, 40),
      recall: new Map([[judge, wilson(0, 40)]]),
      unsure: new Map()
    }
  ],
  falseAlarms: { byRules: wilson(1, 100), byTrusted: wilson(1, 100) }
})

/** Opened and closed in order, no bare & and no stray <: what an XML reader insists on. */
const wellFormed = (text: string): boolean => {
  const open: Array<string> = []
  for (const [, end, name, self] of text.matchAll(/<(\/?)([a-z]+)(?:\s+[a-zA-Z0-9:-]+="[^"<]*")*\s*(\/?)>/g)) {
    if (self === "/") continue
    if (end === "") open.push(name as string)
    else if (open.pop() !== name) return false
  }
  const rest = text.replaceAll(/<\/?[a-z]+(?:\s+[a-zA-Z0-9:-]+="[^"<]*")*\s*\/?>/g, "")
  return open.length === 0 && !/[<>]|&(?!amp;|lt;|gt;|quot;)/.test(rest)
}

describe("the picture of a calibration", () => {
  it("is well-formed and names every defect and judge", () => {
    const svg = plot(figures("structure"), "Calibration of night")
    assert.isTrue(wellFormed(svg))
    for (const name of [
      "Calibration of night",
      "structure",
      "nervous",
      "toxic-turn (100)",
      "near-copy (40)",
      "safety"
    ]) {
      assert.include(svg, `>${name}</text>`)
    }
  })

  it("escapes what it is given: names are data", () => {
    const svg = plot(figures('<script>alert("1")</script>&\u0000'), "a < b & c")
    assert.isTrue(wellFormed(svg))
    assert.notInclude(svg, "<script")
    assert.include(svg, "a &lt; b &amp; c")
    assert.notInclude(svg, "\u0000")
  })

  it("shows recall as a number on its colour, and in the tint of alarms where clean rows are rejected about as often", () => {
    const svg = plot(figures("structure"), "t")
    assert.match(svg, new RegExp(`fill="${colourOf(0.97)}"/><text [^>]*>0.97</text>`))
    assert.match(svg, /fill="#fbe3d0"\/><text [^>]*>0.82<\/text>/)
    assert.match(svg, new RegExp(`fill="${colourOf(0)}"/><text [^>]*>0</text>`))
  })

  it("makes no 0 and no 1 of what is neither", () => {
    const made = figures("structure")
    const [first] = made.defects
    const recall = new Map([
      ["structure", wilson(999, 1000)],
      ["nervous", wilson(1, 1000)]
    ])
    const svg = plot({ ...made, defects: [{ ...(first as (typeof made.defects)[number]), recall }] }, "t")
    assert.include(svg, ">&gt;.99</text>")
    assert.include(svg, ">&lt;.01</text>")
  })

  it("has a cell without a number where a judge was not asked", () => {
    assert.strictEqual(plot(figures("structure"), "t").match(/fill="#eeeeee"/g)?.length, 1)
  })

  it("can be drawn before anything has been judged", () => {
    const none = { judges: [], defects: [], falseAlarms: { byRules: wilson(0, 0), byTrusted: wilson(0, 0) } }
    assert.isTrue(wellFormed(plot(none, "empty")))
  })

  it("gets darker with each step of recall", () => {
    const lightness = (share: number) =>
      [1, 3, 5].reduce((sum, at) => sum + Number.parseInt(colourOf(share).slice(at, at + 2), 16), 0)
    const steps = Array.from({ length: 21 }, (_, step) => lightness(step / 20))
    assert.deepStrictEqual(
      steps,
      steps.toSorted((left, right) => right - left)
    )
    assert.strictEqual(new Set(steps).size, 21)
  })
})
