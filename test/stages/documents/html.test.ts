import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { cleanText } from "../../../stages/documents/clean-text.ts"
import { isUnreadable } from "../../../stages/documents/extraction.ts"
import { htmlText } from "../../../stages/documents/html.ts"
import { originalAt } from "../../../stages/documents/mapped-text.ts"
import { assertCopied, assertMap } from "./mapped-lab.ts"

const extracted = (html: string, isXml = false) => {
  const found = htmlText(html, isXml)
  if (isUnreadable(found)) throw new Error(found.reason)
  return found
}
const read = (html: string, isXml = false) => cleanText(extracted(html, isXml).text).text

describe("HTML", () => {
  it("gives headings, paragraphs and list items, and drops navigation, scripts, asides, forms and what surrounds the text", () =>
    assert.strictEqual(
      read(`<!doctype html><html lang=en><head><title>Harrow</title><style>p{}</style><script>var a = "<p>no</p>"</script></head>
<body><header><a href=/>Home</a></header><nav><ul><li>Menu</ul></nav>
<main><article><header><h1>Harrow <em>Weir</em></h1></header>
<p>Built by the miller
   Ada&nbsp;Brandt.<br>In 1783.
<p>It feeds:<ul><li>mills<li><p>a bleachery</p></ul>
<aside>Advertisement</aside><form><label>Search</label><input><button>Go</button></form>
<dl><dt>Weir<dd>A low dam.</dl>
<blockquote>Quoted.</blockquote><!-- no --></article></main>
<footer>© 2026</footer><div role="contentinfo">Imprint</div><p hidden>no<p style="display: none">no<p aria-hidden=true>no</p>
<noscript>Turn it on.</noscript><template><p>no</template><svg><title>no</title><text>no</text></svg></body></html>`),
      "Harrow Weir\n\nBuilt by the miller Ada\u00a0Brandt.\nIn 1783.\n\nIt feeds:\n\nmills\na bleachery\n\nWeir\nA low dam.\n\nQuoted."
    ))

  it("gives rows of tables as lines, their cells joined", () =>
    assert.strictEqual(
      read(
        "<p>Before<table><caption>Mills</caption><thead><tr><th>Mill<th>Built</thead>\n<tr>\n<td>oak<br>and iron</td>\n<td><p>1783</p></td></tr><tr><td></td><td>1911<td></td><td>yes</td></table>After"
      ),
      "Before\n\nMills\n\nMill | Built\noak and iron | 1783\n1911 | | yes\n\nAfter"
    ))

  it("takes the cells of a table for paragraphs that only lays out a page", () =>
    assert.strictEqual(
      read(
        "<table><tr><td><p>One.</p><p>Two.</p></td><td>Three.</td></tr><tr><td><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table></td><td>Four.</td></tr></table>"
      ),
      "One.\n\nTwo.\n\nThree.\n\na | b\nc | d\n\nFour."
    ))

  it("leaves out code blocks, and keeps verse and inline code", () =>
    assert.strictEqual(
      read(
        '<p>Use <code>npm ci</code>:</p><pre><code>weir()\n</code></pre><div class="highlight"><pre>more()</pre></div><pre>Over the weir\n  the water goes\n</pre><p>End.'
      ),
      "Use npm ci:\n\nOver the weir\nthe water goes\n\nEnd."
    ))

  it("decodes entities, each at its place", () => {
    const html = "<p>caf&eacute; &amp; &#x5830;&hellip; &nosuch; a<b>&lt;b&gt;</b> &NotEqualTilde;"
    const { text } = extracted(html)
    assert.strictEqual(text.text, "café & 堰… &nosuch; a<b> ≂̸")
    assertMap(text, html)
    assert.deepStrictEqual(
      ["é", "&", "堰", "…", "n", "<"].map((character) => originalAt(text.map, text.text.indexOf(character))),
      ["&eacute;", "&amp;", "&#x", "&hell", "nosuch", "&lt;"].map((entity) => html.indexOf(entity))
    )
  })

  it("joins lines of Chinese without a space, also over tags", () =>
    assert.strictEqual(
      read("<p>堰由磨坊主\n  建成，<b>\nAda</b>\nBrandt\n<i>出资</i>\n。</p>"),
      "堰由磨坊主建成，Ada Brandt 出资。"
    ))

  it("keeps words apart and together as a browser shows them", () =>
    assert.strictEqual(
      read("<b>a</b><i>b</i> <b>c</b>\n<i>d</i><div>e</div>f<span> </span>g<wbr>h <ruby>堰<rt>せき</rt></ruby>"),
      "ab c d\n\ne\n\nf gh 堰"
    ))

  it("needs no closed head, and no tags at all", () => {
    assert.strictEqual(read("<head><title>T</title><p>Text.<div>More."), "Text.\n\nMore.")
    assert.strictEqual(read("Only text & more"), "Only text & more")
  })

  it("has the page's title, else its first level-1 heading", () => {
    const titles = [
      "<title>A &amp; B</title><h1>C</h1>",
      "<h2>A</h2><h1>B <i>C</i></h1><h1>D</h1>",
      "<title> </title><p>A",
      "<nav><h1>A</h1></nav>"
    ]
    assert.deepStrictEqual(
      titles.map((html) => extracted(html).title),
      ["A & B", "B C", null, null]
    )
  })

  it("keeps what is left where a page is one form", () =>
    assert.strictEqual(
      read("<body><form><nav>no</nav><h1>Weir</h1><p>Text.<button>no</button></p><aside>Aside.</aside></form>"),
      "Weir\n\nText.\n\nAside."
    ))

  it("of XHTML closes what closes itself, and takes CDATA for text", () => {
    const xhtml =
      '<?xml version="1.0"?><html><head><script src="a.js"/><title>T</title></head><body><p>Text.</p><p><![CDATA[a < b]]></p></body></html>'
    assert.strictEqual(read(xhtml, true), "Text.\n\na < b")
    assert.strictEqual(extracted(xhtml, true).title, "T")
  })

  it("leads back to the source", () => {
    const part = fc.constantFrom(
      "<p>",
      "</p>",
      "<ul><li>",
      "</ul>",
      "<table><tr><td>",
      "<td>",
      "</table>",
      "<pre>\n",
      "</pre>",
      "<code>",
      "</code>",
      "<b>",
      "</b>",
      "<br>",
      "<nav>",
      "</nav>",
      "<form>",
      "</form>",
      "<!-- c -->",
      "<!",
      "< ",
      "weir",
      "堰",
      "𝒳",
      " ",
      "\n",
      " \r\n ",
      "<h1>",
      "</h1>",
      "</x>",
      "<a href='"
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const html = parts.join("")
        assertCopied(cleanText(extracted(html).text), html)
      }),
      { numRuns: 500 }
    )
  })

  it("is refused where it is nested beyond reason", () =>
    assert.deepStrictEqual(htmlText("<div>".repeat(6_000)), {
      code: "E_FORMAT",
      reason: "it nests more than 5000 elements. Is it HTML? Save it as text, or take it out."
    }))
})
