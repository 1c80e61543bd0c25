/** `title: A weir`, `title = "A weir"`; quotes may stand round it. */
const TITLE = /^title[ \t]*[:=][ \t]*(.+)$/m

/** Only a mark of YAML for a text that follows on other lines. */
const BLOCK_SCALAR = /^[|>][+-]?\d*$/

/** The title that YAML or TOML front matter names on one line; null where it names none. The rest of it is not read. */
export const frontMatterTitle = (matter: string): string | null => {
  const value = TITLE.exec(matter)?.[1]?.trim()
  if (value === undefined || BLOCK_SCALAR.test(value)) return null
  const quoted = /^(["'])(.*?)\1(?:\s+#.*)?$/.exec(value)
  if (quoted?.[2] === undefined) return value.replace(/\s#.*$/, "").trim() || null
  const inner = quoted[1] === '"' ? quoted[2].replace(/\\(["\\])/g, "$1") : quoted[2].replaceAll("''", "'")
  return inner.trim() || null
}
