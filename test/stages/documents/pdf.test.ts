import { assert, describe, it } from "@effect/vitest"
import { cleanText } from "../../../stages/documents/clean-text.ts"
import { isUnreadable } from "../../../stages/documents/extraction.ts"
import { pdfText } from "../../../stages/documents/pdf.ts"
import { numbers } from "../../support/texts.ts"
import { assertCopied } from "./mapped-lab.ts"
import { column, type Placed, SONG, tinyPdf } from "./tiny-pdf.ts"

const extracted = async (pages: ReadonlyArray<ReadonlyArray<Placed>>) => {
  const found = await pdfText(tinyPdf(pages))
  if (isUnreadable(found)) throw new Error(found.reason)
  return { ...found, clean: cleanText(found.text).text }
}

const LINES = [
  "Harrow Weir was built by the miller Ada Brandt in 1783, after the",
  "old dam had been carried away. It feeds three mills, and the bleach-",
  "ery of Harrow, of which only one is still at work. A well-known",
  "fish pass was added in 1956."
]
const JOINED =
  "Harrow Weir was built by the miller Ada Brandt in 1783, after the old dam had been carried away. It feeds three mills, and the bleachery of Harrow, of which only one is still at work. A well-known fish pass was added in 1956."

describe("a PDF", () => {
  it("has its lines joined to paragraphs, and words mended that were broken at line ends", async () => {
    const { clean, original, text, title } = await extracted([
      [{ x: 72, y: 760, text: "Harrow Weir", size: 20 }, ...column(LINES, 720), ...column(LINES, 650)]
    ])
    assert.strictEqual(clean, ["Harrow Weir", JOINED, JOINED].join("\n\n"))
    assert.isNull(title)
    assert.strictEqual(original, ["Harrow Weir", ...LINES, ...LINES].join("\n"))
    assertCopied(text, original)
  })

  it("keeps a hyphen that belongs to its word: the compound stands elsewhere, or a capital or a digit follows", async () => {
    const { clean } = await extracted([
      [
        ...column(["It is a well-known weir. The bed of it and the dam are as well-", "known as the mills."], 700),
        ...column(
          ["They were painted in the style that is now called Anglo-", "Saxon, with the mill of 17-", "83 in it."],
          600
        )
      ]
    ])
    assert.strictEqual(
      clean,
      "It is a well-known weir. The bed of it and the dam are as well-known as the mills.\n\nThey were painted in the style that is now called Anglo-Saxon, with the mill of 17-\n83 in it."
    )
  })

  it("begins a paragraph after a short last line, and at an indent", async () => {
    const { clean } = await extracted([
      [
        ...column(LINES, 700),
        ...column(LINES.slice(0, 3), 700 - 4 * 14.4),
        { x: 90, y: 700 - 7 * 14.4, text: "An indent that begins something new goes on over the whole line," },
        { x: 72, y: 700 - 8 * 14.4, text: "and over a second one." }
      ]
    ])
    assert.deepStrictEqual(clean.split("\n\n"), [
      JOINED,
      `${JOINED.slice(0, JOINED.indexOf(" fish pass"))} An indent that begins something new goes on over the whole line, and over a second one.`
    ])
  })

  it("keeps items of a list and rows of a table as lines", async () => {
    const { clean } = await extracted([
      [
        ...column(LINES, 700),
        ...column(
          ["1. oak mill", "2. stone mill, which is the older one by far and whose wheel is", "under the water"],
          600
        ),
        { x: 72, y: 500, text: "Mill" },
        { x: 200, y: 500, text: "Built" },
        { x: 72, y: 480, text: "oak" },
        { x: 200, y: 480, text: "1783" },
        ...column(["The table ends before this line, which is a paragraph of its own."], 440)
      ]
    ])
    assert.deepStrictEqual(clean.split("\n\n"), [
      JOINED,
      "1. oak mill\n2. stone mill, which is the older one by far and whose wheel is under the water",
      "Mill | Built\noak | 1783",
      "The table ends before this line, which is a paragraph of its own."
    ])
  })

  it("goes on over pages and columns unless a sentence has ended, without running heads and page numbers", async () => {
    const head = (page: number): ReadonlyArray<Placed> => [
      { x: 72, y: 800, text: "The weirs of Harrow" },
      { x: 290, y: 40, text: String(page) }
    ]
    const [first = "", second = "", third = "", fourth = ""] = LINES
    const { clean, original } = await extracted([
      [...head(1), ...column([first, second], 700)],
      [...head(2), ...column([third], 300), ...column([fourth], 700, 320)],
      [...head(3), ...column(["A new one."], 700)]
    ])
    assert.strictEqual(clean, `${JOINED}\n\nA new one.`)
    assert.strictEqual(original.split("\f").length, 3)
  })

  it("keeps the accents of its letters", async () => {
    const { clean } = await extracted([
      column(["Le caf\u00e9 na\u00eff de la fa\u00e7ade, \u00a7 5 \u00b1 2 \u00b5m"], 700)
    ])
    assert.strictEqual(clean, "Le café naïf de la façade, § 5 ± 2 µm")
  })

  it("writes letters for ligatures, and keeps words apart that stand apart", async () => {
    const font =
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding /Differences [1 /fi /fl] >> >>"
    const found = await pdfText(
      tinyPdf(
        [
          [
            { x: 72, y: 700, text: "1911" },
            { x: 400, y: 700, text: "The \u0001sh and the \u0002ood" }
          ]
        ],
        { font }
      )
    )
    if (isUnreadable(found)) throw new Error(found.reason)
    assert.strictEqual(found.text.text, "1911 The fish and the flood")
    assertCopied(found.text, found.original)
  })

  it("of a scan holds no text", async () => assert.strictEqual((await extracted([[]])).clean, ""))

  it("is refused where it is damaged, locked, or written with maps that are not there (R2S bad input: E_FORMAT)", async () => {
    const damaged = await pdfText(new Uint8Array(Buffer.from("%PDF-1.4 and no more")))
    assert.deepStrictEqual(damaged, {
      code: "E_FORMAT",
      reason:
        "it cannot be read as PDF (Invalid PDF structure). Open it in a viewer and save it anew, or save its text as .txt."
    })
    const secret = `<${"ab".repeat(32)}>`
    const locked = tinyPdf([[]], {
      trailer: `/ID [${secret} ${secret}] /Encrypt << /Filter /Standard /V 1 /R 2 /O ${secret} /U ${secret} /P -4 >>`
    })
    assert.deepStrictEqual(await pdfText(locked), {
      code: "E_FORMAT",
      reason: "it is locked with a password. Save a copy without one."
    })
    const song = tinyPdf([[{ x: 72, y: 700, text: "X0" }]], { font: SONG })
    assert.deepStrictEqual(await pdfText(song), {
      code: "E_FORMAT",
      reason:
        'it is written with character maps that are not shipped (UniGB-UCS2-H). Install them with "npm install --no-save pdfjs-dist", or save its text as .txt.'
    })
  })

  it("that is damaged anywhere is read or refused, and never a crash", async () => {
    const whole = tinyPdf([[...column(LINES, 700)], column(LINES, 700)])
    for (let seed = 0; seed < 60; seed++) {
      const next = numbers(seed)
      const bytes = new Uint8Array(whole)
      for (let times = 0; times < 12; times++) bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256)
      const cut = next() < 0.3 ? bytes.subarray(0, Math.floor(next() * bytes.length)) : bytes
      const found = await pdfText(cut)
      if (isUnreadable(found)) assert.include(["E_FORMAT", "E_TOO_LARGE"], found.code)
      else assertCopied(found.text, found.original)
    }
  })
})
