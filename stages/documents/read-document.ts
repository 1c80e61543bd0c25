import { open } from "node:fs/promises"
import { basename } from "node:path"
import { Effect } from "effect"
import { Rejected } from "../stage.ts"
import { decodeText } from "./decode-text.ts"
import type { DocumentKind } from "./document-kind.ts"
import { type CleanDocument, extractFile, extractPlain } from "./extract-text.ts"
import { isUnreadable } from "./extraction.ts"
import { type GivenMetadata, givenMetadata, jsonObject, NOTHING_GIVEN } from "./folder-metadata.ts"
import { reasonOf, SourceError, sourceError } from "./source-error.ts"
import { SquadArticle } from "./squad-articles.ts"

/** Longer documents are not read: section 7 of the method. */
export const MOST_BYTES = 50_000_000

/** Where a document is. */
export interface DocumentSource {
  /** For messages: below the source's root. */
  readonly file: string
  readonly path: string
  readonly kind: DocumentKind
  /** Size of the file when the run was planned. */
  readonly bytes: number
  /** Line of a JSON Lines file, from 1; article of a SQuAD file, from 0; null where the file is the document. */
  readonly record: number | null
  /** Its bytes within the file. */
  readonly offset: number
  readonly length: number
}

export interface FoundDocument extends CleanDocument {
  /** What the record says of its document; nothing where the file is the document. */
  readonly given: GivenMetadata
}

/**
 * Reads, decodes, extracts and cleans one document. Only its own bytes are read. Rejected: E_TOO_LARGE, E_ENCODING, E_FORMAT,
 * E_MISSING_FIELD, E_EMPTY; each reason names the file and says what to do. Fails with SourceError where the file is gone or another than
 * when the run was planned. No model calls.
 */
export const readDocument = (
  source: DocumentSource,
  options: { readonly textField: string }
): Effect.Effect<FoundDocument, Rejected | SourceError> =>
  Effect.gen(function* () {
    if (source.length > MOST_BYTES) {
      return yield* rejected(
        source,
        "E_TOO_LARGE",
        `it has ${megabytes(source.length)} MB, over 50. Split it, and give the parts.`
      )
    }
    const bytes = yield* Effect.tryPromise({
      try: () => bytesOf(source),
      catch: (cause) => unreadableFile(source, cause)
    })
    const found = yield* kindsOf(source, bytes, options)
    if (found.text.text === "") {
      const remedy =
        source.kind === "pdf"
          ? "A scan has no text layer: run it through OCR, or take it out."
          : "Take it out, or give the text itself: code blocks, navigation and forms are not counted as text."
      return yield* rejected(source, "E_EMPTY", `it holds no text. ${remedy}`)
    }
    return found
  })

const kindsOf = (
  source: DocumentSource,
  bytes: Uint8Array,
  { textField }: { readonly textField: string }
): Effect.Effect<FoundDocument, Rejected> => {
  const { kind } = source
  if (kind === "jsonl") return recordOf(source, bytes, textField)
  if (kind === "squad") return articleOf(source, bytes)
  return Effect.flatMap(
    Effect.promise(() => extractFile(bytes, kind, basename(source.file))),
    (read) =>
      isUnreadable(read) ? rejected(source, read.code, read.reason) : Effect.succeed({ ...read, given: NOTHING_GIVEN })
  )
}

/** A line of a JSON Lines file: its text, and the fields that say something of it. */
const recordOf = Effect.fnUntraced(function* (
  source: DocumentSource,
  bytes: Uint8Array,
  textField: string
): Effect.fn.Return<FoundDocument, Rejected> {
  const value = jsonObject(yield* decoded(source, bytes))
  if (value === null) {
    return yield* rejected(source, "E_FORMAT", "it is no JSON object. Write one object a line, or take the line out.")
  }
  const text = Object.hasOwn(value, textField) ? value[textField] : undefined
  if (typeof text !== "string") {
    const fields = Object.keys(value).slice(0, 12).join(", ")
    const what = text === undefined ? `it has no field "${textField}"` : `its field "${textField}" is no text`
    return yield* rejected(
      source,
      "E_MISSING_FIELD",
      `${what}. Name the field that holds the text with textField; there are: ${fields || "none"}.`
    )
  }
  const read = givenMetadata(value)
  if ("problem" in read) {
    return yield* rejected(source, "E_FORMAT", `${read.problem}. Correct the field, or take it out.`)
  }
  const found = yield* plainOf(source, text)
  return { ...found, given: read.given }
})

/** Paragraphs of a SQuAD article, apart by empty lines. Its title is Wikipedia's, in which underscores stand for spaces. */
const articleOf = Effect.fnUntraced(function* (
  source: DocumentSource,
  bytes: Uint8Array
): Effect.fn.Return<FoundDocument, Rejected> {
  const parsed = SquadArticle.safeParse(jsonObject(yield* decoded(source, bytes)))
  if (!parsed.success) {
    return yield* rejected(
      source,
      "E_FORMAT",
      'it is no SQuAD article. Each needs "paragraphs", and each of them a "context".'
    )
  }
  const { paragraphs, title } = parsed.data
  const found = yield* plainOf(source, paragraphs.map(({ context }) => context).join("\n\n"))
  const own = title == null ? null : title.replaceAll("_", " ").trim() || null
  return { ...found, given: { ...NOTHING_GIVEN, title: own } }
})

const plainOf = (source: DocumentSource, text: string): Effect.Effect<CleanDocument, Rejected> =>
  text.isWellFormed()
    ? Effect.promise(() => extractPlain(text))
    : rejected(
        source,
        "E_ENCODING",
        "its text holds half of a character, a surrogate without its pair. Write the character whole."
      )

const decoded = (source: DocumentSource, bytes: Uint8Array): Effect.Effect<string, Rejected> => {
  const read = decodeText(bytes)
  return "problem" in read ? rejected(source, "E_ENCODING", read.problem) : Effect.succeed(read.text)
}

const rejected = (source: DocumentSource, code: string, reason: string): Effect.Effect<never, Rejected> => {
  const { file, kind, record } = source
  return Effect.fail(
    new Rejected({ stage: "read", code, reasons: [`${placeOf(source)}: ${reason}`], evidence: { file, kind, record } })
  )
}

/** "a.jsonl, line 3", "squad.json, article 0". */
export const placeOf = ({ file, kind, record }: Pick<DocumentSource, "file" | "kind" | "record">): string =>
  record === null ? file : `${file}, ${kind === "jsonl" ? "line" : "article"} ${record}`

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1)

/** Only the document's own bytes, so that a file of many records is read once in all. */
const bytesOf = async ({ bytes, file, length, offset, path }: DocumentSource): Promise<Uint8Array> => {
  await using handle = await open(path, "r")
  const { size } = await handle.stat()
  if (size !== bytes) {
    throw sourceError(
      "changed",
      `${file} had ${bytes} bytes when the run was planned and has ${size} now. Put the old file back and retry, or start the run anew.`
    )
  }
  const buffer = new Uint8Array(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await handle.read(buffer, read, length - read, offset + read)
    if (bytesRead === 0) throw new Error(`it ended after ${offset + read} bytes`)
    read += bytesRead
  }
  return buffer
}

const unreadableFile = ({ file }: DocumentSource, cause: unknown): SourceError => {
  if (cause instanceof SourceError) return cause
  return sourceError(
    "unreadable",
    `${file} cannot be read: ${reasonOf(cause)}. It was there when the run was planned: put it back and retry.`
  )
}
