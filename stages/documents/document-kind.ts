import { extname } from "node:path"
import { z } from "zod"

/** What a document is read as. `jsonl` and `squad` files hold many. */
export const DocumentKind = z.enum(["text", "markdown", "html", "pdf", "jsonl", "squad"])
export type DocumentKind = z.infer<typeof DocumentKind>

const BY_EXTENSION: Readonly<Record<string, DocumentKind>> = {
  ".txt": "text",
  ".text": "text",
  ".rst": "text",
  ".md": "markdown",
  ".markdown": "markdown",
  ".htm": "html",
  ".html": "html",
  ".xhtml": "html",
  ".pdf": "pdf",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl"
}

/** Texts that go without an extension by custom: README, LICENSE-MIT... */
const BARE =
  /^(?:README|LICEN[CS]ES?|COPYING|COPYRIGHT|NOTICE|AUTHORS|CONTRIBUTORS|CONTRIBUTING|CHANGELOG|CHANGES|HISTORY|NEWS|INSTALL|TODO|THANKS|CREDITS|FAQ|ABOUT)(?:[-_].*)?$/i

/** What is read, for messages. */
export const READ_KINDS = `${Object.keys(BY_EXTENSION).join(", ")}, SQuAD .json, and README or LICENSE without extension`

/** By the name alone. Of `.json` only SQuAD files are documents, which only a look into them tells: `json`. Null: no document. */
export const kindOfName = (name: string): DocumentKind | "json" | null => {
  const extension = extname(name).toLowerCase()
  if (extension === ".json") return "json"
  if (extension === "") return BARE.test(name) ? "text" : null
  return BY_EXTENSION[extension] ?? null
}
