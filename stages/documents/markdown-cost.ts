/** A parser of Markdown looks at the marks of a paragraph in pairs, and at all open lists for each line. */
const MARK = /[*_[\]!~`<]/g

/** A line that begins something new: an empty one, a list item, a heading. */
const NEW = /^[ \t]*(?:$|[-+*][ \t]|#|\d{1,9}[.)][ \t])/

/** Under the head of a table. Each line after it is by itself, up to an empty one. */
const DELIMITER_ROW = /^\|?[ \t]*:?-+:?[ \t]*\|[-:| \t]*$/

/** Of a heading, where the line before it is not empty. One costs as much as a few marks. */
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/
const UNDERLINE_MARKS = 3

/** What links may refer to. Each bracket is looked up among all of them, at a tenth of the cost of a pair. */
const DEFINITION = /^ {0,3}\[([^\]]{1,999})\]:/
const LOOK_UP = 0.1

/** What a line is nested in: spaces, and marks of lists and quotes. */
const NESTING = /^(?:[ \t]|[-+*>][ \t]?|\d{1,9}[.)][ \t])*/
const NESTING_SEEN = 100_000

/** Some 25 ns each: ten seconds for a document. */
const MOST_PAIRS = 400_000_000

/**
 * Why Markdown would take a parser minutes or more, and where; null where it would not. Such texts are no prose: they are tens of thousands of
 * brackets in one paragraph, or lists within hundreds of lists.
 */
export const tooCostly = (markdown: string): string | null => {
  let pairs = 0
  let marks = 0
  let number = 0
  let all = 0
  const definitions = new Set<string>()
  let isTable = false
  for (const line of lines(markdown)) {
    number++
    if (NEW.test(line)) isTable = false
    if (isTable || NEW.test(line)) marks = 0
    isTable ||= DELIMITER_ROW.test(line.trim())
    const nesting = line.trim() === "" ? 0 : (NESTING.exec(line.slice(0, NESTING_SEEN))?.[0].length ?? 0) / 2
    const own = (line.match(MARK)?.length ?? 0) + (UNDERLINE.test(line) ? UNDERLINE_MARKS : 0)
    pairs += nesting ** 2 + (marks + own) ** 2 - marks ** 2
    marks += own
    all += own
    const defined = DEFINITION.exec(line)?.[1]
    if (defined !== undefined) definitions.add(defined.toLowerCase())
    if (pairs + all * definitions.size * LOOK_UP > MOST_PAIRS) {
      return `around line ${number} it has more brackets, asterisks, definitions or nested lists than Markdown can be read with in reasonable time. Split that paragraph, or save the file as .txt.`
    }
  }
  return null
}

function* lines(text: string): Generator<string> {
  let from = 0
  for (let to = text.indexOf("\n"); to >= 0; to = text.indexOf("\n", from)) {
    yield text.slice(from, to)
    from = to + 1
  }
  yield text.slice(from)
}
