import { z } from "zod"

/** A SQuAD article, of which only the text is read: questions and answers are not (section 2.1). */
export const SquadArticle = z.object({
  title: z.string().nullish(),
  paragraphs: z.array(z.object({ context: z.string() }))
})

/** Bytes of a record within its file. */
export interface ByteRange {
  readonly offset: number
  readonly length: number
}

/**
 * Where the articles of a SQuAD file are, so that each can be read by itself; null where the file is none. SQuAD-shaped is an object whose
 * `data` is a list with `paragraphs` in one of its members at least, or an empty list.
 */
export const squadArticles = (bytes: Uint8Array): ReadonlyArray<ByteRange> | null => {
  const shape = Shape.safeParse(parsed(bytes))
  if (!shape.success) return null
  const { data } = shape.data
  if (data.length > 0 && !data.some((article) => Article.safeParse(article).success)) return null
  return membersOf(bytes, "data")
}

const Shape = z.object({ data: z.array(z.unknown()) })
const Article = z.object({ paragraphs: z.array(z.unknown()) })

const parsed = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    // No JSON, or more of it than a string can hold.
    return null
  }
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

/** Byte ranges of the members of the list that the outermost object has under `key`: the last, if it is there twice. The bytes are valid JSON. */
const membersOf = (bytes: Uint8Array, key: string): ReadonlyArray<ByteRange> => {
  let members: Array<ByteRange> = []
  let depth = 0
  let lastString = ""
  let isWanted = false
  let start = 0
  const close = (end: number) => {
    const range = trimmed(bytes, start, end)
    if (range.length > 0) members.push(range)
  }
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      const end = stringEnd(bytes, at)
      if (depth === 1) lastString = keyOf(bytes, at, end)
      at = end
    } else if (byte === COLON && depth === 1) {
      isWanted = lastString === key
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth++
      if (depth === 2 && isWanted && byte === OPEN_LIST) {
        members = []
        start = at + 1
      }
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      if (depth === 2 && isWanted && byte === CLOSE_LIST) close(at)
      depth--
    } else if (byte === COMMA && depth === 2 && isWanted) {
      close(at)
      start = at + 1
    }
  }
  return members
}

/** Position of the quote that ends the string whose first quote is at `start`. */
const stringEnd = (bytes: Uint8Array, start: number): number => {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++
    else if (bytes[at] === QUOTE) return at
  }
  return bytes.length
}

const keyOf = (bytes: Uint8Array, start: number, end: number): string => {
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(start, end + 1)))
  return typeof value === "string" ? value : ""
}

const trimmed = (bytes: Uint8Array, from: number, to: number): ByteRange => {
  let [start, end] = [from, to]
  while (start < end && isBlank(bytes[start])) start++
  while (end > start && isBlank(bytes[end - 1])) end--
  return { offset: start, length: end - start }
}

/** White space of JSON. */
export const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
