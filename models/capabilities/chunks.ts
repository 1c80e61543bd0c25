/** A stretch of a text, in UTF-16 code units: `text.slice(start, end)`. */
export interface Chunk {
  readonly start: number
  readonly end: number
}

/** How much of a piece the next one repeats, so that what stands on a border is whole in one of them. */
export const OVERLAP = 1 / 8

/** How many characters a token has at least, for a first guess; the guess is doubled where more fits. */
const CHARACTERS_A_TOKEN = 4

/**
 * Cuts a text into pieces of at most `maxTokens`, in order; one piece, the whole text, where it fits. Each piece is as long as the
 * token counter lets it be (found by bisection), then shortened to white space where there is some in its second half; it never
 * ends inside a surrogate pair. The last `overlap` of a piece (a share, 0 to below 1) is in the next one too, whole words where there are some.
 * Together they cover the text. A single character is never cut, however many tokens it takes.
 *
 * Counts tokens of some 12 stretches a piece, of about its length: linear in the text.
 */
export const chunksOf = (
  text: string,
  tokens: (text: string) => number,
  maxTokens: number,
  overlap: number
): ReadonlyArray<Chunk> => {
  if (tokens(text) <= maxTokens) return [{ start: 0, end: text.length }]
  const chunks: Array<Chunk> = []
  let guess = maxTokens * CHARACTERS_A_TOKEN
  for (let start = 0; start < text.length; ) {
    const longest = longestEnd(text, start, guess, (end) => tokens(text.slice(start, end)) <= maxTokens)
    const end = longest === text.length ? longest : atWhiteSpace(text, start, longest, tokens, maxTokens)
    const before = chunks.at(-1)?.end ?? 0
    if (end <= before) {
      // What the overlap left room for was less than one character, or ended at white space inside the overlap.
      start = before
      continue
    }
    chunks.push({ start, end })
    if (end === text.length) break
    guess = end - start
    start = nextStart(text, start, end, Math.floor((end - start) * overlap))
  }
  return chunks
}

/** The largest end that fits, to the code point; where counts do not grow evenly, one that fits. At least one code point on. */
const longestEnd = (text: string, start: number, guess: number, fits: (end: number) => boolean): number => {
  let low = after(text, start)
  let step = guess
  let high = text.length + 1
  while (low < text.length) {
    const end = Math.min(text.length, whole(text, start + step))
    if (end > low && !fits(end)) {
      high = end
      break
    }
    low = Math.max(low, end)
    step *= 2
  }
  while (high - low > 1) {
    const middle = whole(text, Math.floor((low + high) / 2))
    if (middle <= low) {
      // The pair in the middle begins at `low`: the only end that is left is behind it.
      const next = after(text, low)
      if (next >= high || !fits(next)) break
      low = next
    } else if (fits(middle)) low = middle
    else high = middle
  }
  return Math.min(low, text.length)
}

/** The last end behind white space in the second half of a piece; `end` itself where there is none, or it does not fit. */
const atWhiteSpace = (
  text: string,
  start: number,
  end: number,
  tokens: (text: string) => number,
  maxTokens: number
): number => {
  const earliest = end - Math.floor((end - start) / 2)
  for (let at = end; at > earliest; at--) {
    if (/\s/.test(text[at - 1] as string)) return tokens(text.slice(start, at)) <= maxTokens ? at : end
  }
  return end
}

/** Where the next piece begins: at the word that the overlap begins in, unless that is in the first quarter; always after `start`. */
const nextStart = (text: string, start: number, end: number, overlap: number): number => {
  if (overlap === 0) return end
  const back = whole(text, end - overlap)
  for (let at = back; at > start + (end - start) / 4; at--) {
    if (/\s/.test(text[at - 1] as string)) return at
  }
  return back > start ? back : end
}

/** The border at or before `index` that is not inside a surrogate pair. */
const whole = (text: string, index: number): number => (isInsidePair(text, index) ? index - 1 : index)

/** The end of the character that begins at `index`. */
const after = (text: string, index: number): number => (isInsidePair(text, index + 1) ? index + 2 : index + 1)

const isInsidePair = (text: string, index: number): boolean =>
  index > 0 &&
  index < text.length &&
  (text.charCodeAt(index - 1) & 0xfc00) === 0xd800 &&
  (text.charCodeAt(index) & 0xfc00) === 0xdc00
