import { readFileSync } from "node:fs"
import { z } from "zod"
import { decodeText } from "./decode-text.ts"
import { type SourceError, sourceError } from "./source-error.ts"

/** Name of the file that says of a folder's files what they don't say themselves. */
export const METADATA_FILE = "metadata.jsonl"

/** What somebody said of a document; null: nothing. */
export const GivenMetadata = z.strictObject({
  doc_id: z.string().nullable(),
  title: z.string().nullable(),
  lang: z.string().nullable(),
  domain: z.string().nullable(),
  source_uri: z.string().nullable(),
  licence: z.string().nullable()
})
export type GivenMetadata = z.infer<typeof GivenMetadata>

export const NOTHING_GIVEN: GivenMetadata = {
  doc_id: null,
  title: null,
  lang: null,
  domain: null,
  source_uri: null,
  licence: null
}

const text = z
  .string()
  .refine((value) => value.isWellFormed(), "half of a character, a surrogate without its pair")
  .nullish()
  .transform((value) => (value == null || value.trim() === "" ? null : value.trim()))

/** The fields as they stand in a record or in `metadata.jsonl`; others are not looked at. A number is a name too. */
const GivenFields = z
  .object({
    doc_id: z.preprocess((value) => (typeof value === "number" ? String(value) : value), text),
    title: text,
    lang: text,
    domain: text,
    source_uri: text,
    licence: text,
    license: text
  })
  .transform(({ license, licence, ...rest }): GivenMetadata => ({ ...rest, licence: licence ?? license }))

/** What an object says of a document, or what is wrong with it: "title: expected string, received number". */
export const givenMetadata = (value: unknown): { readonly given: GivenMetadata } | { readonly problem: string } => {
  const parsed = GivenFields.safeParse(value)
  if (parsed.success) return { given: parsed.data }
  const [issue] = parsed.error.issues
  return { problem: `${issue?.path.join(".")}: ${issue?.message}` }
}

/** Where the first says nothing, the second does. */
export const filledIn = (first: GivenMetadata, second: GivenMetadata): GivenMetadata => ({
  doc_id: first.doc_id ?? second.doc_id,
  title: first.title ?? second.title,
  lang: first.lang ?? second.lang,
  domain: first.domain ?? second.domain,
  source_uri: first.source_uri ?? second.source_uri,
  licence: first.licence ?? second.licence
})

/**
 * What `metadata.jsonl` says, by file name. `isThere` tells whether its folder has a file of that name. Throws SourceError with file, line
 * and remedy: metadata that is not understood would end as a licence that nobody gave.
 */
export const readFolderMetadata = (
  path: string,
  isThere: (name: string) => boolean
): ReadonlyMap<string, GivenMetadata> => {
  const wrong = (line: number, what: string): SourceError => sourceError("metadata", `${path}, line ${line}: ${what}`)
  const decoded = decodeText(readFileSync(path))
  if ("problem" in decoded) throw sourceError("metadata", `${path}: ${decoded.problem}`)
  const found = new Map<string, GivenMetadata>()
  for (const [index, line] of decoded.text.split("\n").entries()) {
    if (line.trim() === "") continue
    const value = jsonObject(line)
    if (value === null) {
      throw wrong(index + 1, 'no JSON object. Write one a line, as {"file": "a.txt", "licence": "CC0-1.0"}.')
    }
    const { file } = value
    if (typeof file !== "string")
      throw wrong(index + 1, 'it names no file. Add "file": the name of a file of this folder.')
    if (!isThere(file)) {
      throw wrong(index + 1, `there is no file "${file}" in this folder. Correct the name, or take the line out.`)
    }
    if (found.has(file)) throw wrong(index + 1, `"${file}" has a line already. Keep one a file.`)
    const read = givenMetadata(value)
    if ("problem" in read) throw wrong(index + 1, `${read.problem}. Correct the field, or take it out.`)
    found.set(file, read.given)
  }
  return found
}

/** Null where the text is no JSON or no object. */
export const jsonObject = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
