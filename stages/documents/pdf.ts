import type { Extraction, Unreadable } from "./extraction.ts"
import { pdfParagraphs } from "./pdf-paragraphs.ts"
import { pdfTextLayer, type TextLayer } from "./pdf-text-layer.ts"

/** `original` is the text layer: positions in a PDF's bytes would say nothing to a person. */
export interface PdfExtraction extends Extraction {
  readonly original: string
}

/**
 * The text of a PDF: lines joined to paragraphs, words mended that were broken at line ends, running heads and page numbers left out. It
 * names no title: what PDFs carry as one is mostly the name of a file.
 */
export const pdfText = async (bytes: Uint8Array): Promise<PdfExtraction | Unreadable> => {
  let layer: TextLayer | null
  try {
    layer = await pdfTextLayer(bytes)
  } catch (cause) {
    return unreadable(cause)
  }
  if (layer === null) {
    return {
      code: "E_TOO_LARGE",
      reason: "its text layer has over 50 million characters. Split it, and give the parts."
    }
  }
  if (layer.missingMaps.length > 0) {
    return {
      code: "E_FORMAT",
      reason: `it is written with character maps that are not shipped (${layer.missingMaps.join(", ")}). Install them with "npm install --no-save pdfjs-dist", or save its text as .txt.`
    }
  }
  return { title: null, text: pdfParagraphs(layer), original: layer.text }
}

const unreadable = (cause: unknown): Unreadable => {
  const name = cause instanceof Error ? cause.name : ""
  if (name === "PasswordException") {
    return { code: "E_FORMAT", reason: "it is locked with a password. Save a copy without one." }
  }
  const why = cause instanceof Error ? cause.message : String(cause)
  return {
    code: "E_FORMAT",
    reason: `it cannot be read as PDF (${why.replace(/\.$/, "")}). Open it in a viewer and save it anew, or save its text as .txt.`
  }
}
