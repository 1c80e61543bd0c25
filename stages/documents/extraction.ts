import type { MappedText } from "./mapped-text.ts"

/** The text of a document before it is cleaned, paragraphs apart by empty lines. */
export interface Extraction {
  /** As it stands there, uncleaned; null where the document names none. */
  readonly title: string | null
  readonly text: MappedText
}

/** Why a document gives no text, and what to do: the rest of a sentence that begins with its name. */
export interface Unreadable {
  readonly code: "E_ENCODING" | "E_FORMAT" | "E_TOO_LARGE"
  readonly reason: string
}

export const isUnreadable = <A extends object>(value: A | Unreadable): value is Unreadable => "code" in value
