import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import {
  appender,
  concat,
  type Edit,
  EMPTY,
  edited,
  type MappedText,
  originalAt,
  replaced,
  slice,
  verbatim
} from "../../../stages/documents/mapped-text.ts"
import { assertMap } from "./mapped-lab.ts"

/** All of whose characters differ, so that each position can be told by its character. */
const ORIGINAL = Array.from({ length: 400 }, (_, index) => String.fromCharCode(0x4e00 + index)).join("")

/** Edits that ascend and do not overlap. What they write is lower case, and so no character of the original. */
const edits = (length: number) =>
  fc
    .array(fc.tuple(fc.nat(length), fc.nat(6), fc.stringMatching(/^[a-z]{0,5}$/)), { maxLength: 12 })
    .map((drawn): ReadonlyArray<Edit> => {
      const sorted = drawn.toSorted(([left], [right]) => left - right)
      let free = 0
      return sorted.flatMap(([start, room, text]) => {
        if (start < free) return []
        const end = Math.min(length, start + room)
        free = end + 1
        return [{ start, end, with: text }]
      })
    })

const assertVerbatim = ({ map, text }: MappedText) => {
  for (const [position, character] of text.split("").entries()) {
    if (/[a-z]/.test(character)) continue
    assert.strictEqual(ORIGINAL.charAt(originalAt(map, position)), character)
  }
}

describe("a mapped text", () => {
  it("leads each copied character back to its place, through any edits, slices and joins", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(390), fc.integer({ min: 1, max: 10 })), { maxLength: 8 }),
        fc.gen(),
        fc.nat(50),
        fc.nat(100),
        (pieces, gen, start, length) => {
          let free = 0
          const parts = pieces
            .toSorted(([left], [right]) => left - right)
            .flatMap(([from, size]) => {
              if (from < free) return []
              free = from + size
              return [verbatim(ORIGINAL, from, from + size)]
            })
          const joined = concat(parts)
          const once = edited(
            joined,
            gen(() => edits(joined.text.length))
          )
          const twice = edited(
            once,
            gen(() => edits(once.text.length))
          )
          const cut = slice(twice, start, Math.min(twice.text.length, start + length))
          assert.strictEqual(cut.text, twice.text.slice(start, start + length))
          for (const mapped of [joined, once, twice, cut]) {
            assertVerbatim(mapped)
            if (mapped.text !== "") assertMap(mapped, `${ORIGINAL}.`)
          }
        }
      )
    )
  })

  it("makes the edits that it is given", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-c]{0,30}$/), fc.gen(), (text, gen) => {
        const made = gen(() => edits(text.length))
        const expected = made.reduceRight(
          (all, { end, start, with: by }) => all.slice(0, start) + by + all.slice(end),
          text
        )
        assert.strictEqual(edited(verbatim(text), made).text, expected)
      })
    )
  })

  it("needs no entry for a character that stands for one", () => {
    assert.deepStrictEqual(edited(verbatim("a\nb"), [{ start: 1, end: 2, with: " " }]), {
      text: "a b",
      map: [{ at: 0, from: 0 }]
    })
  })

  it("is at the first of the characters that it stands for, and never beyond the last", () => {
    assert.deepStrictEqual(edited(verbatim("caf&eacute;!"), [{ start: 3, end: 11, with: "é" }]), {
      text: "café!",
      map: [
        { at: 0, from: 0 },
        { at: 4, from: 11 }
      ]
    })
    assert.deepStrictEqual(edited(verbatim("a|b"), [{ start: 1, end: 2, with: " | " }]), {
      text: "a | b",
      map: [
        { at: 0, from: 0 },
        { at: 2, from: 1 },
        { at: 3, from: 1 }
      ]
    })
  })

  it("has no entries where it has no characters", () => {
    assert.deepStrictEqual(verbatim("abc", 2, 2), EMPTY)
    assert.deepStrictEqual(edited(verbatim("abc"), [{ start: 0, end: 3, with: "" }]), EMPTY)
    assert.deepStrictEqual(concat([]), EMPTY)
  })

  it("keeps an insertion at the place of what follows it", () =>
    assert.deepStrictEqual(edited(verbatim("ab"), [{ start: 1, end: 1, with: "xy" }]).map, [
      { at: 0, from: 0 },
      { at: 2, from: 1 },
      { at: 3, from: 1 }
    ]))

  it("throws on edits that overlap: they are a mistake of ours", () =>
    assert.throws(
      () =>
        edited(verbatim("abc"), [
          { start: 0, end: 2, with: "" },
          { start: 1, end: 3, with: "" }
        ]),
      "edits overlap or descend at 1 to 3"
    ))

  it("replaces matches of a pattern, but those of which nothing is wanted", () =>
    assert.deepStrictEqual(
      replaced(verbatim("a1b22c"), /\d+/g, (found) => (found === "1" ? null : "")),
      {
        text: "a1bc",
        map: [
          { at: 0, from: 0 },
          { at: 3, from: 5 }
        ]
      }
    ))

  it("is put together in order", () => {
    const whole = appender()
    whole.slice(verbatim("Harrow Weir"), 7)
    whole.standIn("\n\n", 11, 12)
    whole.slice(verbatim("Harrow Weir. Ada"), 13)
    assert.deepStrictEqual(whole.done(), {
      text: "Weir\n\nAda",
      map: [
        { at: 0, from: 7 },
        { at: 5, from: 11 },
        { at: 6, from: 13 }
      ]
    })
  })
})
