import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { cleanLine, cleanText } from "../../../stages/documents/clean-text.ts"
import { isUnreadable } from "../../../stages/documents/extraction.ts"
import { markdownText } from "../../../stages/documents/markdown.ts"
import { definedNames, markdownSections } from "../../../stages/documents/markdown-sections.ts"
import { assertCopied, assertMap } from "./mapped-lab.ts"

const extracted = (markdown: string) => {
  const read = markdownText(markdown)
  if (isUnreadable(read)) throw new Error(read.reason)
  return read
}
const read = (markdown: string) => cleanText(extracted(markdown).text).text

describe("Markdown", () => {
  it("gives headings, paragraphs and quotes as paragraphs, with their lines joined", () =>
    assert.strictEqual(
      read(
        "# Harrow *Weir*\n\nBuilt by the **miller**\nAda Brandt.\n\nMills\n-----\n> It feeds\n> three mills\nand a bleachery.\n***\nEnd  \nof it\\\nall."
      ),
      "Harrow Weir\n\nBuilt by the miller Ada Brandt.\n\nMills\n\nIt feeds three mills and a bleachery.\n\nEnd\nof it\nall."
    ))

  it("joins lines of Chinese without a space", () =>
    assert.strictEqual(read("堰由磨坊主\n建成，\nAda Brandt\n出资。"), "堰由磨坊主建成，Ada Brandt 出资。"))

  it("gives list items as lines, ordered ones with their number", () =>
    assert.strictEqual(
      read(
        "Mills:\n\n- oak wheel\n  and iron\n- [x] stone\n  1. first\n  2. second\n\n     more\n\n* loose\n\n* list\n\nEnd."
      ),
      "Mills:\n\noak wheel and iron\nstone\n1. first\n2. second\nmore\n\nloose\nlist\n\nEnd."
    ))

  it("gives the cells of a table joined, an empty one too", () =>
    assert.strictEqual(
      read("Before\n\n| Mill | Built |\n|------|:-----:|\n| `oak` | 1783 |\n| a\\|b |  |\n|  | 1911 |\n\nAfter"),
      "Before\n\nMill | Built\noak | 1783\na|b\n1911\n\nAfter"
    ))

  it("keeps an empty cell between others", () =>
    assert.strictEqual(read("|a|b|c|\n|-|-|-|\n|1||3|"), "a | b | c\n1 | | 3"))

  it("leaves out code blocks, and keeps inline code", () =>
    assert.strictEqual(
      read("Use `npm ci` or ``a `b` c``:\n\n```js\nweir()\n```\n\n    indented()\n\n~~~\nmore\n~~~\nEnd."),
      "Use npm ci or a `b` c:\n\nEnd."
    ))

  it("keeps the text of links without their addresses, and drops images and footnote marks", () =>
    assert.strictEqual(
      read(
        'See [the **weir**](http://w "t"), [mill][m], [m], ![a map](m.png), [![badge](b.svg)](x)<http://a.b> and www.c.d, noted[^1].\n\n[m]: http://m "T"\n\n[^1]: A note\n    on it.'
      ),
      "See the weir, mill, m, , http://a.b and www.c.d, noted.\n\nA note on it."
    ))

  it("decodes characters that are written by name or number, and takes marks for themselves that are escaped", () => {
    const markdown = "caf&eacute; &amp; &#x5830; \\*weir\\* &nosuch; 3 * 4"
    assert.strictEqual(read(markdown), "café & 堰 *weir* &nosuch; 3 * 4")
    assertMap(extracted(markdown).text, markdown)
  })

  it("gives the text of HTML within, and none of its comments and scripts", () =>
    assert.strictEqual(
      read(
        '<p align="center"><b>Harrow</b> &amp; mill</p>\n\nOne<br>two <!-- not this --> <kbd>three</kbd>\n\n<!--\nnor this\n\nnor this\n-->\n\n<table>\n<tr><td>a</td><td>b</td></tr>\n</table>\n\n> <div>quoted\n> text</div>\n\n<script>\nnor(this)\n</script>'
      ),
      "Harrow & mill\n\nOne\ntwo three\n\na | b\n\nquoted text"
    ))

  it("takes its title from the front matter, which is no text, else from the first level-1 heading", () => {
    const titles = [
      "---\ntitle: Harrow Weir\nlang: en\n---\n# Other\n",
      '---\ntitle: "A \\"weir\\"" # so\n---\n',
      "---\ntitle: 'It''s a weir'\n---\n",
      "---\ntitle: A weir # by the mill\n---\n",
      '+++\ntitle = "堰"\n+++\n',
      "---\ntitle: >-\n  folded\n---\n# Heading\n",
      "---\nlang: en\n---\n\n## Lower\n\n# A *heading* `one`\n\n# Another",
      "Setext\nheading\n===\n",
      '<h1 align="center">In HTML</h1>\n',
      "## Only lower\n",
      ""
    ].map((markdown) => cleanLine(extracted(markdown).title ?? ""))
    assert.deepStrictEqual(titles, [
      "Harrow Weir",
      'A "weir"',
      "It's a weir",
      "A weir",
      "堰",
      "Heading",
      "A heading one",
      "Setext heading",
      "In HTML",
      null,
      null
    ])
    assert.strictEqual(read("---\ntitle: Harrow Weir\n---\nText."), "Text.")
  })

  it("leads back to the source", () => {
    const part = fc.constantFrom(
      "# ",
      "- ",
      "> ",
      "1. ",
      "*",
      "**",
      "`",
      "[x](y)",
      "![",
      "](z)",
      "|a|b|\n|-|-|\n|c|d|\n",
      "\n",
      "\n\n",
      "\r\n",
      "  ",
      "    ",
      "\t",
      "<b>",
      "</b>",
      "<div>\n",
      "<br>",
      "weir",
      "堰",
      "𝒳",
      "word word",
      "---\n",
      "```\n",
      "[^1]",
      "http://x.y "
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const markdown = parts.join("")
        assertCopied(cleanText(extracted(markdown).text), markdown)
      }),
      { numRuns: 300 }
    )
  })

  it("is never run: code stays text (R2S 7.21)", () =>
    assert.strictEqual(
      read(
        "${globalThis.harm = 1} {{constructor}} `process.exit(1)`\n\n<img src=x onerror=\"globalThis.harm = 1\"> <b onclick='harm()'>click</b>"
      ),
      "${globalThis.harm = 1} {{constructor}} process.exit(1)\n\nclick"
    ))
})

describe("a large Markdown text", () => {
  const paragraph = (index: number) => `Paragraph ${index} refers to [the weir][w], to [^n] and to [nothing][here].\n\n`
  const large = `# Harrow\n\n${Array.from({ length: 4_000 }, (_, index) => paragraph(index)).join("")}[w]: http://w\n\n[^n]: A note.\n`

  it("is read in sections that make no difference", () => {
    assert.isAbove(markdownSections(large).length, 2)
    assert.strictEqual(
      read(large),
      [
        "Harrow",
        ...Array.from(
          { length: 4_000 },
          (_, index) => `Paragraph ${index} refers to the weir, to and to [nothing][here].`
        ),
        "A note."
      ].join("\n\n")
    )
    assertCopied(extracted(large).text, large)
  })

  it("is cut where nothing goes on: not in code, comments and raw HTML, nor within a paragraph", () => {
    const cuts = (text: string) => markdownSections(text, 4).map(({ end, start }) => text.slice(start, end))
    assert.deepStrictEqual(cuts("aaaa\n\nbbbb\ncccc\n\n# d\n"), ["aaaa\n\n", "bbbb\ncccc\n\n", "# d\n"])
    assert.deepStrictEqual(cuts("aaaa\n\n```\n\nbbbb\n\n~~~\n\n````\n\ncccc"), [
      "aaaa\n\n```\n\nbbbb\n\n~~~\n\n````\n\n",
      "cccc"
    ])
    assert.deepStrictEqual(cuts("<!-- a\n\nbbbb\n\n-->\n\ncccc"), ["<!-- a\n\nbbbb\n\n-->\n\n", "cccc"])
    assert.deepStrictEqual(cuts("<PRE>a\n\nbbbb\n\n</pre>\n\ncccc"), ["<PRE>a\n\nbbbb\n\n</pre>\n\n", "cccc"])
    assert.deepStrictEqual(cuts("- aa\n- bb\n  - cc\n- dd"), ["- aa\n", "- bb\n  - cc\n", "- dd"])
    assert.deepStrictEqual(cuts("1. aa\n\n2. bb\n\n   cc\n\ndddd\n"), ["1. aa\n\n2. bb\n\n   cc\n\n", "dddd\n"])
    assert.deepStrictEqual(cuts(""), [""])
  })

  it("has names that all its sections know", () =>
    assert.deepStrictEqual(definedNames("[The  Weir]: x\n   [ẞ]: y\n[^1]: z\ntext [no]: \n    [code]: x"), {
      links: ["THE WEIR", "SS"],
      footnotes: ["1"]
    }))
})

describe("Markdown that nobody wrote", () => {
  it("is refused where it would take a parser for ever, and said where", () => {
    for (const [markdown, line] of [
      ["[".repeat(100_000), 1],
      [`Text.\n\n${"_a_ b".repeat(30_000)}`, 3],
      [Array.from({ length: 3_000 }, (_, index) => `${" ".repeat(index)}- x`).join("\n"), 1_686],
      ["a\n=\n".repeat(20_000), 13_334],
      [`${Array.from({ length: 9_000 }, (_, index) => `[${index}]: x`).join("\n")}\n\n${"[a] ".repeat(300_000)}`, 9_002]
    ] as const) {
      const refused = markdownText(markdown)
      assert.deepStrictEqual(refused, {
        code: "E_FORMAT",
        reason: `around line ${line} it has more brackets, asterisks, definitions or nested lists than Markdown can be read with in reasonable time. Split that paragraph, or save the file as .txt.`
      })
    }
  })

  it("is refused where it is one table of millions of characters", () =>
    assert.deepStrictEqual(markdownText(`|a|b|\n|-|-|\n${"|a|b|\n".repeat(340_000)}`), {
      code: "E_TOO_LARGE",
      reason: "it has a single table or paragraph of over 2 million characters. Split it, or save the file as .txt."
    }))

  it("is not what a long table or a long list is", () => {
    const table = `|a|b|\n|-|-|\n${"|`a`|[b](c)|\n".repeat(3_000)}`
    assert.strictEqual(read(table).split("\n").length, 3_001)
    assert.strictEqual(read("- `a` [b](c)\n".repeat(3_000)).split("\n").length, 3_000)
  })
})
