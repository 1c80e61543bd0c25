/** What is no text for a reader, whatever it holds. */
export const NEVER_TEXT: ReadonlySet<string> = new Set([
  "title",
  "script",
  "style",
  "template",
  "noscript",
  "iframe",
  "object",
  "svg",
  "canvas",
  "audio",
  "video",
  "select",
  "button",
  "textarea",
  "datalist",
  "annotation",
  "annotation-xml",
  // Readings above characters: kept, they would stand between the syllables of a word.
  "rt",
  "rp",
  "nav"
])

const CHROME: ReadonlySet<string> = new Set(["footer", "aside", "form", "dialog", "menu"])
const CHROME_ROLES: ReadonlySet<string> = new Set([
  "navigation",
  "banner",
  "contentinfo",
  "complementary",
  "search",
  "menu",
  "menubar",
  "toolbar"
])

/** What surrounds a page's text. The header of an article holds its heading and stays. */
export const isChrome = (name: string, attributes: Readonly<Record<string, string>>, isInArticle: boolean): boolean =>
  CHROME.has(name) || (name === "header" && !isInArticle) || CHROME_ROLES.has(attributes.role ?? "")

/** Classes by which the usual tools mark blocks of code: highlight.js, Pygments, Sphinx, pandoc, GitHub, Prism. */
const CODE_CLASS = /(?:^|\s)(?:highlight|codehilite|sourceCode|prettyprint|brush:|hljs|language-|lang-|code-block)/i

export const isCodeBlock = (attributes: Readonly<Record<string, string>>): boolean =>
  CODE_CLASS.test(attributes.class ?? "")

const HEADINGS: ReadonlySet<string> = new Set(["h1", "h2", "h3", "h4", "h5", "h6"])
const LINES: ReadonlySet<string> = new Set(["li", "dt", "dd", "tr", "br", "tbody", "thead", "tfoot"])
const BLOCKS: ReadonlySet<string> = new Set(
  "address article aside blockquote body caption center dd details dialog div dl fieldset figcaption figure footer form header hgroup hr html legend main menu nav ol p pre section summary table ul".split(
    " "
  )
)

/** What an element does to the text around it; null: it stands within a line. */
export const blockKind = (name: string): "heading" | "block" | "line" | null => {
  if (HEADINGS.has(name)) return "heading"
  if (LINES.has(name)) return "line"
  return BLOCKS.has(name) ? "block" : null
}
