import { assert, describe, it } from "@effect/vitest"
import { decodeText } from "../../../stages/documents/decode-text.ts"

const bytes = (...parts: ReadonlyArray<string | ReadonlyArray<number>>) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "utf8") : Buffer.from(part))))

/** "堰坝" in GBK. */
const GBK = [0xd1, 0xdf, 0xb0, 0xd3]

const CONVERT = "Save it as UTF-8, or name its encoding in it: HTML by <meta charset>, UTF-16 by its byte order mark."

describe("decoding", () => {
  it("is UTF-8, and the byte order mark is no part of the text", () => {
    assert.deepStrictEqual(decodeText(bytes("Łódź 堰 👩‍🔬")), { text: "Łódź 堰 👩‍🔬" })
    assert.deepStrictEqual(decodeText(bytes([0xef, 0xbb, 0xbf], "weir")), { text: "weir" })
    assert.deepStrictEqual(decodeText(bytes()), { text: "" })
  })

  it("is UTF-16 where the mark says so", () => {
    const little = Buffer.from("\ufeff堰: weir", "utf16le")
    assert.deepStrictEqual(decodeText(little), { text: "堰: weir" })
    assert.deepStrictEqual(decodeText(Buffer.from(little).swap16()), { text: "堰: weir" })
  })

  it("is what a page declares, where that is no UTF-8", () => {
    const text = (declaration: string) => decodeText(bytes(declaration, "<p>", GBK, "</p>"), true)
    for (const declaration of [
      '<meta charset="gbk">',
      "<META CHARSET=gb2312>",
      `<meta http-equiv="Content-Type" content="text/html; charset=GB18030">`,
      `<?xml version="1.0" encoding="GBK"?>`
    ]) {
      assert.deepStrictEqual(text(declaration), { text: `${declaration}<p>堰坝</p>` })
    }
    assert.deepStrictEqual(decodeText(bytes('<meta charset="windows-1252">caf', [0xe9]), true), {
      text: '<meta charset="windows-1252">café'
    })
  })

  it("is UTF-8 where the bytes are, whatever a page declares", () =>
    assert.deepStrictEqual(decodeText(bytes('<meta charset="gbk">堰'), true), { text: '<meta charset="gbk">堰' }))

  it("refuses bytes of no known encoding, and says what to do (R2S bad input: E_ENCODING)", () => {
    assert.deepStrictEqual(decodeText(bytes("caf", [0xe9])), {
      problem: `its bytes are no UTF-8, and it declares no other encoding. ${CONVERT}`
    })
    // A text that is no page declares nothing.
    assert.deepStrictEqual(decodeText(bytes('<meta charset="gbk">', GBK)), {
      problem: `its bytes are no UTF-8, and it declares no other encoding. ${CONVERT}`
    })
    assert.deepStrictEqual(decodeText(bytes('<meta charset="shift_jis">', [0xff, 0xff]), true), {
      problem: `its bytes are neither UTF-8 nor the shift_jis that it declares. ${CONVERT}`
    })
    assert.deepStrictEqual(decodeText(bytes('<meta charset="klingon">', [0xff]), true), {
      problem: `its bytes are neither UTF-8 nor the klingon that it declares. ${CONVERT}`
    })
    assert.deepStrictEqual(decodeText(bytes([0xff, 0xfe, 0x00])), {
      problem: `its bytes are not the utf-16le that its first ones announce. ${CONVERT}`
    })
  })

  it("refuses UTF-16 without a mark, which is valid UTF-8 full of NULs, and takes a stray one for a control character", () => {
    assert.deepStrictEqual(decodeText(Buffer.from("don\u2019t", "utf16le")), {
      problem: `it is full of NUL characters: a binary file, or UTF-16 without a byte order mark. ${CONVERT}`
    })
    assert.deepStrictEqual(decodeText(bytes("a text with one \0 in it")), { text: "a text with one \0 in it" })
  })
})
