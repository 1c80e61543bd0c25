import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { lineJoint } from "../../../stages/documents/line-joint.ts"
import { plainText } from "../../../stages/documents/plain-text.ts"
import { sentence } from "../../support/texts.ts"
import { assertCopied } from "./mapped-lab.ts"

const read = (text: string) => plainText(text).text.text

/** Wrapped at a width, as a program does it: a word that does not fit goes to the next line. */
const wrapped = (text: string, width: number, indent = ""): string => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line)
      line = word
    } else line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, indent + line].join("\n")
}

const PROSE =
  "Harrow Weir was built by the miller Ada Brandt in 1783, after the old dam had been carried away by ice. " +
  "It feeds three mills and a bleachery, of which only one is still at work. Since the crest was raised in 1911 the lower town has " +
  "flooded only once, and the fish pass that was added in 1956 is used by sea trout and lampreys every spring."

describe("a hard-wrapped text", () => {
  it("has its paragraphs joined, and their breaks kept", () => {
    const text = [PROSE, PROSE.replaceAll("Weir", "Mill")].map((one) => wrapped(one, 72)).join("\n\n")
    assert.strictEqual(read(text), [PROSE, PROSE.replaceAll("Weir", "Mill")].join("\n\n"))
  })

  it("is told by its lines, whatever their width, and keeps its map", () => {
    fc.assert(
      fc.property(
        fc.nat(1_000),
        fc.integer({ min: 40, max: 120 }),
        fc.constantFrom("", "  "),
        (seed, width, indent) => {
          const prose = `${sentence(seed, 120)}.`
          const text = wrapped(prose, width, indent)
          const { text: mapped } = plainText(text)
          assert.strictEqual(mapped.text.trim(), prose)
          assertCopied(mapped, text)
        }
      )
    )
  })

  it("needs no entry of the map for a line break", () =>
    assert.deepStrictEqual(plainText(wrapped(PROSE, 72)).text.map, [{ at: 0, from: 0 }]))

  it("of Chinese has its lines joined without a space", () => {
    const zh =
      "哈罗堰由磨坊主阿达·布兰特于一七八三年建成，位于哈罗镇上游约两公里处。堰顶在一九一一年加高，此后下城区只被淹过一次，鱼道则建于一九五六年。"
    const lines = zh.match(/.{1,24}/gu) ?? []
    assert.isAbove(lines.length, 2)
    assert.strictEqual(read(lines.join("\n")), zh)
  })

  it("keeps the lines of lists, headings, tables, verse and addresses", () => {
    const list = [
      `- ${PROSE.slice(0, 60)}`,
      "- a fish pass",
      "1. first the dam",
      "(2) then the mill",
      "c) last the bleachery"
    ].join("\n")
    const table =
      "mill      built     wheels of oak and iron, with their heads and falls\nweir      1783      none, but a crest of stone that was raised in 1911"
    const address = "Ada Brandt\n3 Mill Lane\nHarrow"
    for (const kept of [list, table, address]) {
      assert.include(read(`${wrapped(PROSE, 72)}\n\n${kept}\n\n${wrapped(PROSE, 72)}`), `\n\n${kept}\n\n`)
    }
  })

  it("is told by its prose, however much code stands in it", () => {
    const code = "    weir()\n    if (mill) {\n      open(gate)\n    }"
    const text = Array.from({ length: 6 }, () => `${wrapped(PROSE, 72)}\n\n${code}\n${code}`).join("\n\n")
    assert.strictEqual(read(text), Array.from({ length: 6 }, () => `${PROSE}\n\n${code}\n${code}`).join("\n\n"))
  })

  it("joins the lines of one list item", () => {
    const item = `- ${wrapped(PROSE, 70).replaceAll("\n", "\n  ")}`
    assert.strictEqual(read(`${item}\n${item}`), `- ${PROSE}\n- ${PROSE}`)
  })

  it("begins a paragraph where a line is indented", () => {
    const one = `    ${wrapped(PROSE, 68)}`
    assert.strictEqual(read(`${one}\n${one}`), `    ${PROSE}\n    ${PROSE}`)
  })

  it("does not take a word for broken that has a hyphen", () => {
    const text = `${wrapped(PROSE, 72)}\n\n${"x".repeat(60)} is well-\nknown ${"y".repeat(60)}`
    assert.include(read(text), "is well-known yyy")
  })
})

describe("a text that is not hard-wrapped", () => {
  it("keeps its lines where they are sentences or paragraphs", () => {
    for (const text of [
      PROSE.replaceAll(". ", ".\n"),
      `${PROSE}\n${PROSE}\n${PROSE}`,
      "堰由磨坊主建成。\n它为三座磨坊供水。\n一九一一年堰顶加高。"
    ]) {
      assert.strictEqual(read(text), text)
    }
  })

  it("keeps its lines where they are verse", () => {
    const verse = [
      "Over the weir the water goes",
      "all day, all night, and no one knows",
      "what it was told by hill and stone",
      "or why it sings to itself alone,",
      "nor who it was, in the year of the flood,",
      "that stood at the sluice till the evening stood."
    ].join("\n")
    assert.strictEqual(read(verse), verse)
  })
})

describe("a plain text", () => {
  it("has rules and underlines for paragraph breaks", () =>
    assert.strictEqual(
      read("Harrow Weir\n===========\nText.\n\n* * * *\n~~~~~\nMore. ---- here\n--"),
      "Harrow Weir\n\nText.\n\n\n\nMore. ---- here\n--"
    ))

  it("names no title, and nothing where it has nothing", () =>
    assert.deepStrictEqual(plainText(""), { title: null, text: { text: "", map: [] } }))
})

describe("the joint of two lines", () => {
  it("is a space, but nothing between Chinese or Japanese characters, beside their marks, and where there is one", () => {
    for (const [before, after, joint] of [
      ["weir", "was", " "],
      ["堰由", "磨坊", ""],
      ["ひらがな", "カタカナ", ""],
      ["한국어", "문장", " "],
      ["堰由", "Ada", " "],
      ["1783", "年", " "],
      ["堰，", "Ada", ""],
      ["Ada", "（堰）", ""],
      ["堰”", "由", ""],
      ["堰", "“由", ""],
      ["weir”", "“was", " "],
      ["𠀀", "𠀁", ""],
      ["weir ", "was", ""],
      ["weir", "\twas", ""],
      ["", "was", ""]
    ] as const) {
      assert.strictEqual(lineJoint(before, after), joint, `${before}/${after}`)
    }
  })
})
