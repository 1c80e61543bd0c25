/** The decoded original, or why there is none. */
export type Decoded = { readonly text: string } | { readonly problem: string }

const CONVERT = "Save it as UTF-8, or name its encoding in it: HTML by <meta charset>, UTF-16 by its byte order mark."

/** How far into a file its declaration may stand. */
const DECLARATION_BYTES = 4_096

/** Share of NUL characters from which bytes that happen to be valid UTF-8 are no text. */
const MOST_NULS = 0.1

/**
 * Strictly, so that no character is lost unseen (section 2.2, step 1): by the byte order mark; else as UTF-8; else, for HTML, by the
 * encoding that the page declares. The byte order mark is no part of the text.
 */
export const decodeText = (bytes: Uint8Array, html = false): Decoded => {
  const marked = markedEncoding(bytes)
  if (marked !== null)
    return orProblem(decodeAs(bytes, marked), `its bytes are not the ${marked} that its first ones announce`)
  const text = decodeAs(bytes, "utf-8")
  if (text !== null) {
    return looksBinary(text)
      ? { problem: `it is full of NUL characters: a binary file, or UTF-16 without a byte order mark. ${CONVERT}` }
      : { text }
  }
  const declared = html ? declaredEncoding(bytes) : null
  if (declared === null) return { problem: `its bytes are no UTF-8, and it declares no other encoding. ${CONVERT}` }
  return orProblem(decodeAs(bytes, declared), `its bytes are neither UTF-8 nor the ${declared} that it declares`)
}

const orProblem = (text: string | null, problem: string): Decoded =>
  text === null ? { problem: `${problem}. ${CONVERT}` } : { text }

/** Null where the bytes are not of that encoding, or nobody knows it. */
const decodeAs = (bytes: Uint8Array, encoding: string): string | null => {
  try {
    // A second mark would shift every position that a parser reports.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes).replace(/^\ufeff+/, "")
  } catch {
    return null
  }
}

const markedEncoding = ([first, second]: Uint8Array): "utf-16le" | "utf-16be" | null => {
  if (first === 0xff && second === 0xfe) return "utf-16le"
  return first === 0xfe && second === 0xff ? "utf-16be" : null
}

const DECLARED =
  /<meta\b[^>]{0,500}?\bcharset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})|<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})/i

const declaredEncoding = (bytes: Uint8Array): string | null => {
  const found = DECLARED.exec(new TextDecoder("latin1").decode(bytes.subarray(0, DECLARATION_BYTES)))
  return found?.[1] ?? found?.[2] ?? null
}

const looksBinary = (text: string): boolean => {
  let nuls = 0
  for (let at = text.indexOf("\0"); at >= 0; at = text.indexOf("\0", at + 1)) nuls++
  return nuls > text.length * MOST_NULS
}
