/** A stretch of a text, in UTF-16 code units: `text` is the source's `slice(start, end)`. */
export interface TextSpan {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** After these a full stop ends no sentence; after a single capital ("J. Smith") it does not either. */
const ABBREVIATIONS = new Set(
  "mr mrs ms dr prof st jr sr vs etc e.g i.e eg ie no nos fig inc ltd co corp dept approx est ave blvd rd apt vol pp p cf al u.s u.k a.m p.m jan feb mar apr jun jul aug sep sept oct nov dec".split(
    " "
  )
)

/**
 * An end: CJK marks with whatever closes after them; Latin marks only before white space, a CJK character or the end. A run of Latin
 * marks is tried from its beginning only: from within it could end nowhere else, and a long one would be read again and again.
 */
const END =
  /[。！？；｡…]+["'”’」』）)\]]*|(?<![.!?])[.!?]+["'”’»)\]]*(?=\s|$|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])|\n+/gu

const isAbbreviation = (before: string): boolean => {
  const word = /(?:^|[\s("'[])([\p{L}.]{1,12})$/u.exec(before)?.[1]
  if (word === undefined) return false
  return (word.length === 1 && word !== "I" && /\p{Lu}/u.test(word)) || ABBREVIATIONS.has(word.toLowerCase())
}

/**
 * The sentences of a text, in order, trimmed, none empty. Ends are `. ! ?`, `。！？；…` and line breaks, so that each line
 * of a list is one. A full stop inside a number, an address or after a common English abbreviation ends nothing. Own rules
 * and not Intl.Segmenter: its answers change with the ICU that a Node brings along.
 */
export const sentences = (text: string): ReadonlyArray<TextSpan> => {
  const found: Array<TextSpan> = []
  let from = 0
  const take = (to: number) => {
    const raw = text.slice(from, to)
    const trimmed = raw.trim()
    const start = from + raw.length - raw.trimStart().length
    if (trimmed !== "") found.push({ text: trimmed, start, end: start + trimmed.length })
    from = to
  }
  for (const match of text.matchAll(END)) {
    const to = match.index + match[0].length
    const isList = /^\s*\d{1,3}$/.test(text.slice(from, match.index))
    if (match[0] === "." && (isList || isAbbreviation(text.slice(Math.max(from, match.index - 16), match.index)))) {
      continue
    }
    take(to)
  }
  take(text.length)
  return found
}

/** The sentence that holds a position, or the nearest before it; null where there is none. */
export const sentenceAt = (all: ReadonlyArray<TextSpan>, position: number): TextSpan | null => {
  let [low, high] = [0, all.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((all[middle] as TextSpan).start <= position) low = middle + 1
    else high = middle
  }
  return all[low - 1] ?? null
}
