import { composed } from "./compose-characters.ts"
import { type MappedText, replaced, verbatim } from "./mapped-text.ts"

/** Control characters; line and paragraph separators; the soft hyphen and the byte order mark, which are layout and no text. */
const CONTROLS = /\r\n?|[^\P{Cc}\n\t]|[\u00ad\u2028\u2029\ufeff]/gu

const WHITE = /\s+/g

/**
 * Cleaning of section 2.2, steps 2 and 5: NFC, control characters other than `\n` and `\t` dropped, runs of spaces collapsed to
 * one, lines trimmed, paragraph breaks as `\n\n`. Nothing else changes: accents, IPA, CJK and symbols stay as they are. Applied twice
 * it changes nothing more.
 */
export const cleanText = (source: MappedText): MappedText => spaced(composed(withoutControls(source)))

/** Line ends as `\n`, page and paragraph ends as `\n\n`, other control characters dropped. */
export const withoutControls = (source: MappedText): MappedText =>
  replaced(source, CONTROLS, (found) => {
    if (found === "\r\n" || found === "\r" || found === "\v" || found === "\u0085" || found === "\u2028") return "\n"
    return found === "\f" || found === "\u2029" ? "\n\n" : ""
  })

/** A single space of whatever kind stays as it is, but at the ends of lines. */
const spaced = (source: MappedText): MappedText => {
  const { length } = source.text
  // Each run is matched whole and looked at by code: a pattern for the spaces before a line break would be quadratic.
  return replaced(source, WHITE, (found, start) => {
    if (start === 0 || start + found.length === length) return ""
    const first = found.indexOf("\n")
    if (first >= 0) return found.includes("\n", first + 1) ? "\n\n" : "\n"
    return found.length > 1 ? " " : null
  })
}

/** A title or another short text: cleaned, on one line; null where nothing is left. */
export const cleanLine = (text: string): string | null => {
  const { text: clean } = cleanText(verbatim(text.replace(/[\r\n\f\v\u2028\u2029]+/g, " ")))
  return clean === "" ? null : clean
}
