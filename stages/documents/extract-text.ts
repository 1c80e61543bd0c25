import { extname } from "node:path"
import { cleanLine, cleanText } from "./clean-text.ts"
import { decodeText } from "./decode-text.ts"
import type { DocumentKind } from "./document-kind.ts"
import { type Extraction, isUnreadable, type Unreadable } from "./extraction.ts"
import type { MappedText } from "./mapped-text.ts"

export interface CleanDocument {
  readonly title: string | null
  /** Cleaned; empty where the document holds no text. */
  readonly text: MappedText
  /** What the map leads to: the decoded file, or a PDF's text layer. */
  readonly original: string
}

/**
 * The cleaned text of a file's bytes. `name` tells XHTML from HTML. Parsers are loaded when they are first needed. No model calls.
 */
export const extractFile = async (
  bytes: Uint8Array,
  kind: Exclude<DocumentKind, "jsonl" | "squad">,
  name: string
): Promise<CleanDocument | Unreadable> => {
  if (kind === "pdf") {
    const { pdfText } = await import("./pdf.ts")
    const read = await pdfText(bytes)
    return isUnreadable(read) ? read : cleaned(read, read.original)
  }
  const decoded = decodeText(bytes, kind === "html")
  if ("problem" in decoded) return { code: "E_ENCODING", reason: decoded.problem }
  const original = decoded.text
  if (kind === "text") return extractPlain(original)
  const read = kind === "html" ? await html(original, name) : (await import("./markdown.ts")).markdownText(original)
  return isUnreadable(read) ? read : cleaned(read, original)
}

/** The cleaned text of a plain text, such as a record's. */
export const extractPlain = async (original: string): Promise<CleanDocument> => {
  const { plainText } = await import("./plain-text.ts")
  return cleaned(plainText(original), original)
}

const html = async (original: string, name: string): Promise<Extraction | Unreadable> => {
  const { htmlText } = await import("./html.ts")
  return htmlText(original, extname(name).toLowerCase() === ".xhtml" || original.startsWith("<?xml"))
}

const cleaned = ({ text, title }: Extraction, original: string): CleanDocument => ({
  title: title === null ? null : cleanLine(title),
  text: cleanText(text),
  original
})
