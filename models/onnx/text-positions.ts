/** What is known of a tokenizer beside its tokens. */
export interface Surface {
  /** How text is changed before it is tokenized; null where it is not. */
  readonly normalizer: ((text: string) => string) | null
  /** What a token that continues a word starts with, such as "##"; empty where none does. */
  readonly continuation: string
  /** Whether tokens are written in the byte alphabet of GPT-2. */
  readonly byteLevel: boolean
  readonly unknown: string | null
}

/** Where a token stands in the text: `text.slice(start, end)`, without white space at its ends. Empty where it is not there. */
export interface Position {
  readonly start: number
  readonly end: number
}

/** The characters that Bert's tokenizers take for words of their own. */
const PUNCTUATION = /[\p{P}!-/:-@[-`{-~]/u
/** How far ahead a token is looked for that does not stand where the one before ended, in bytes. */
const WINDOW = 64

/**
 * Positions of a text's tokens (without special ones), in UTF-16 code units, since the tokenizer gives none. The text is
 * normalised as the tokenizer does it, with each byte's origin kept, and the tokens' own bytes are found in it in turn. An
 * unknown token takes a whole word or punctuation mark, as in WordPiece. Never fails: a token that is not found is empty, and
 * the next one is looked for from the same place.
 */
export const textPositions = (
  text: string,
  tokens: ReadonlyArray<string>,
  surface: Surface
): ReadonlyArray<Position> => {
  const source = sourceOf(text, surface.normalizer)
  let cursor = 0
  const skipSpace = () => {
    while (cursor < source.bytes.length && source.space[cursor] === 1) cursor++
  }
  return tokens.map((token) => {
    skipSpace()
    const at = cursor
    if (token === surface.unknown) cursor = endOfWord(source, cursor)
    else {
      const bytes = bytesOf(token, surface)
      const found = bytes.length === 0 ? -1 : source.bytes.subarray(at, at + WINDOW + bytes.length).indexOf(bytes)
      if (found < 0) return { start: source.starts[at] ?? text.length, end: source.starts[at] ?? text.length }
      cursor = at + found + bytes.length
      return { start: source.starts[at + found] as number, end: source.ends[cursor - 1] as number }
    }
    if (cursor === at) return { start: text.length, end: text.length }
    return { start: source.starts[at] as number, end: source.ends[cursor - 1] as number }
  })
}

/** Normalised text in UTF-8, and for each byte the stretch of the original that it comes from. */
interface Source {
  readonly bytes: Buffer
  readonly starts: ReadonlyArray<number>
  readonly ends: ReadonlyArray<number>
  readonly space: ReadonlyArray<0 | 1>
}

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" })

const sourceOf = (text: string, normalizer: Surface["normalizer"]): Source => {
  const graphemes = [...GRAPHEMES.segment(text)].map(({ index, segment }) => ({ index, segment }))
  const whole = normalizer === null ? text : normalizer(text)
  const parts =
    normalizer === null ? graphemes.map(({ segment }) => segment) : graphemes.map(({ segment }) => normalizer(segment))
  const lengths =
    parts.join("") === whole ? parts.map((part) => part.length) : prefixLengths(text, graphemes, normalizer)
  const characters: Array<string> = []
  const starts: Array<number> = []
  const ends: Array<number> = []
  const space: Array<0 | 1> = []
  let position = 0
  graphemes.forEach(({ index, segment }, grapheme) => {
    const end = grapheme === graphemes.length - 1 ? Number.POSITIVE_INFINITY : position + (lengths[grapheme] as number)
    for (const character of whole.slice(position, end)) {
      characters.push(character)
      const isSpace = /\s/.test(character) ? 1 : 0
      for (let byte = Buffer.byteLength(character); byte > 0; byte--) {
        starts.push(index)
        ends.push(index + segment.length)
        space.push(isSpace)
      }
    }
    position = Math.max(position, end)
  })
  return { bytes: Buffer.from(characters.join("")), starts, ends, space }
}

/**
 * How much each grapheme adds to the normalised text, where they cannot be normalised one by one (a prefix is added, ends are
 * trimmed, spaces are merged): the growth of the normalised beginnings. Takes the square of the text's length.
 */
const prefixLengths = (
  text: string,
  graphemes: ReadonlyArray<{ readonly index: number; readonly segment: string }>,
  normalizer: Surface["normalizer"]
): ReadonlyArray<number> => {
  let longest = 0
  return graphemes.map(({ index, segment }) => {
    const length = normalizer === null ? 0 : normalizer(text.slice(0, index + segment.length)).length
    const added = Math.max(0, length - longest)
    longest = Math.max(longest, length)
    return added
  })
}

/** The end, in bytes, of the word or the punctuation mark that starts here. */
const endOfWord = ({ bytes }: Source, start: number): number => {
  let end = start
  for (const character of bytes.subarray(start).toString()) {
    const punctuation = PUNCTUATION.test(character)
    if (/\s/.test(character) || (punctuation && end > start)) return end
    end += Buffer.byteLength(character)
    if (punctuation) return end
  }
  return end
}

/** The bytes that a token stands for, without white space before and after. */
const bytesOf = (token: string, { byteLevel, continuation }: Surface): Buffer => {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)
  if (byte !== null) return Buffer.from(byte[1] as string, "hex")
  if (byteLevel) return trimmed(Buffer.from([...token].map((character) => BYTES.get(character) ?? 0x20)))
  const own = continuation !== "" && token.startsWith(continuation) ? token.slice(continuation.length) : token
  return Buffer.from(own.replaceAll("\u2581", " ").trim())
}

const trimmed = (bytes: Buffer): Buffer => {
  const isSpace = (byte: number | undefined) => byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d)
  let start = 0
  let end = bytes.length
  while (start < end && isSpace(bytes[start])) start++
  while (end > start && isSpace(bytes[end - 1])) end--
  return bytes.subarray(start, end)
}

/** GPT-2's alphabet: printable bytes stand for themselves, the others for characters from U+0100 on, in order. */
const BYTES: ReadonlyMap<string, number> = (() => {
  const printable = (byte: number) => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad)
  const characters = new Map<string, number>()
  let next = 0x100
  for (let byte = 0; byte < 0x100; byte++) characters.set(String.fromCodePoint(printable(byte) ? byte : next++), byte)
  return characters
})()
