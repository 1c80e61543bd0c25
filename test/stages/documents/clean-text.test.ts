import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { cleanLine, cleanText } from "../../../stages/documents/clean-text.ts"
import { verbatim } from "../../../stages/documents/mapped-text.ts"
import { assertMap } from "./mapped-lab.ts"

const clean = (text: string) => cleanText(verbatim(text)).text

const ACCENTS =
  "Łódź (Polish: [wut͡ɕ], ˈwʊtʃ) lies on the Łódka. Ångström was born in Lögdö. The café’s façade is “naïve”… Dvořák met Čapek in Plzeň. " +
  "Ĳssel and œuvre keep their ligatures; Ħal Għaxaq its bars; Straße its ß. θ in ˈθɪŋ is a fricative. 5 µm ± 2 %, 3 × 4 ≠ 13, E = mc², ½, №, ™, 👩‍🔬. " +
  "堰由磨坊主建成，高约２.５米。ひらがな、カタカナ。한국어. Ελληνικά. Русский. العربية. हिन्दी."

/** Pieces that cleaning has to do with. */
const piece = fc.oneof(
  fc.constantFrom(
    " ",
    "  ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\u00a0",
    "\u3000",
    "\0",
    "\u0007",
    "\u0085",
    "\f",
    "\v",
    "\u00ad",
    "\ufeff",
    "\u2028",
    "\u2029",
    "e\u0301",
    "\u0301",
    "\u1100\u1161\u11a8",
    "\u212b",
    "a\u0323\u0307",
    "\u{11131}\u{11127}",
    "好",
    "𝒳"
  ),
  fc.stringMatching(/^[a-zA-Z.]{1,5}$/)
)
const messy = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(""))

describe("cleaning", () => {
  it("keeps accents, IPA, CJK and symbols byte for byte (R2S 7.3)", () => {
    const cleaned = cleanText(verbatim(ACCENTS))
    assert.deepStrictEqual([...Buffer.from(cleaned.text)], [...Buffer.from(ACCENTS)])
    assert.deepStrictEqual(cleaned.map, [{ at: 0, from: 0 }])
  })

  it("composes characters, and knows where they were apart", () => {
    const cleaned = cleanText(verbatim("cafe\u0301 \u1112\u1161\u11ab \u212b!"))
    assert.strictEqual(cleaned.text, "caf\u00e9 \ud55c \u00c5!")
    assert.deepStrictEqual(cleaned.map, [
      { at: 0, from: 0 },
      { at: 4, from: 5 },
      { at: 6, from: 9 }
    ])
  })

  it("composes what no mark tells: vowels of a script that are letters", () =>
    assert.strictEqual(clean("\u{16d63}\u{16d67}x"), "\u{16d63}\u{16d67}x".normalize("NFC")))

  it("drops control characters, soft hyphens and byte order marks, and nothing else", () =>
    assert.strictEqual(
      clean("a\0b\u0007c\u007f\u009bd ex\u00adample \ufeffe f\u200dg\u200b"),
      "abcd example e f\u200dg\u200b"
    ))

  it("makes line breaks of all their kinds, and paragraph breaks of pages", () => {
    assert.strictEqual(clean("a\r\nb\rc\vd\u0085e\u2028f"), "a\nb\nc\nd\ne\nf")
    assert.strictEqual(clean("a\fb\u2029c\r\n\r\nd\n \t\n\n\ne"), "a\n\nb\n\nc\n\nd\n\ne")
  })

  it("collapses runs of spaces, trims lines, and leaves a single space of any kind as it is", () =>
    assert.strictEqual(
      clean("  a  b \t c\td\u00a0e \u00a0f  \n\u3000\u3000g\u3000h \n\n  i  "),
      "a b c\td\u00a0e f\ng\u3000h\n\ni"
    ))

  it("leaves nothing of nothing", () => {
    assert.deepStrictEqual(cleanText(verbatim("")), { text: "", map: [] })
    assert.deepStrictEqual(cleanText(verbatim(" \n\0\f\t ")), { text: "", map: [] })
  })

  it("applied twice changes nothing more, gives NFC, and leaves no control character", () => {
    fc.assert(
      fc.property(messy, (text) => {
        const cleaned = cleanText(verbatim(text))
        assert.strictEqual(clean(cleaned.text), cleaned.text)
        assert.strictEqual(cleaned.text.normalize("NFC"), cleaned.text)
        assert.notMatch(cleaned.text, /[^\P{Cc}\n\t]| {2}|\n{3}|^\s|\s$/u)
        assertMap(cleaned, text)
      })
    )
  })

  it("loses no letter: those of the whole text in NFC are there, in their order", () => {
    const letters = (text: string) => text.replace(/[\s\p{Cc}\u00ad\ufeff]/gu, "").normalize("NFC")
    fc.assert(fc.property(messy, (text) => assert.strictEqual(letters(clean(text)), letters(text))))
  })

  it("takes time in proportion to a long run of spaces", () => {
    const before = performance.now()
    assert.strictEqual(clean(`a${" ".repeat(2_000_000)}b`), "a b")
    assert.isBelow(performance.now() - before, 2_000)
  })

  it("makes one line of a title, and null of none", () => {
    assert.strictEqual(cleanLine("  Harrow\n Weir\u0000 "), "Harrow Weir")
    assert.isNull(cleanLine(" \n "))
  })
})
