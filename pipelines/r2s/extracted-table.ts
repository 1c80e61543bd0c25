import { z } from "zod"
import { table } from "../../schemas/table.ts"
import { DocumentKind } from "../../stages/documents/document-kind.ts"

/** Documents as they were read: text extracted and cleaned, nothing decided yet. What only the whole decides comes after. */
export const Extracted = table(
  "extracted",
  "Documents as read: their text extracted and cleaned, with the way back to the original.",
  z.strictObject({
    /** As the record or `metadata.jsonl` names it; null where nobody named it. */
    given_id: z.string().nullable(),
    /** Below the source's root, with `/` between folders. */
    file: z.string(),
    kind: DocumentKind,
    /** Line of a JSON Lines file, from 1; article of a SQuAD file, from 0; null where the file is the document. */
    record: z.int32().nullable(),
    title: z.string().nullable(),
    /** As given, unchecked. */
    lang: z.string().nullable(),
    domain: z.string().nullable(),
    source_uri: z.string().nullable(),
    /** SPDX name, or `unknown`. */
    licence: z.string(),
    /** Cleaned (section 2.2, steps 1 to 3 and 5). */
    text: z.string(),
    /** From `at` in `text` on, characters come one for one from `from` in the decoded original, up to the next entry. */
    map: z.array(z.strictObject({ at: z.int32(), from: z.int32() })),
    /** UTF-16 code units of the decoded original: the file, the record's text, a PDF's text layer with `\f` between pages. */
    original_characters: z.int32()
  })
)
