import { join, resolve, sep } from "node:path"
import { Effect, Stream } from "effect"
import { z } from "zod"
import { row } from "../../schemas/table.ts"
import { DocumentKind } from "../../stages/documents/document-kind.ts"
import { filledIn, GivenMetadata } from "../../stages/documents/folder-metadata.ts"
import { lineRanges } from "../../stages/documents/json-lines.ts"
import {
  type DocumentFile,
  type DocumentFiles,
  documentsRoot,
  ignoredWords,
  isReadable,
  listDocuments
} from "../../stages/documents/list-documents.ts"
import { type FoundDocument, placeOf, readDocument } from "../../stages/documents/read-document.ts"
import { reasonOf, SourceError, sourceError } from "../../stages/documents/source-error.ts"
import { Rejected } from "../../stages/stage.ts"
import { ItemFailed, type Phase, PlanError, phase } from "../pipeline.ts"
import { Extracted } from "./extracted-table.ts"

const DOCUMENTS = "documents"

/** What the phase needs of the config. */
export interface DocumentsConfig {
  /** A file or a folder. */
  readonly documents: string
  /** Field of JSON Lines records that holds the text. */
  readonly textField: string
  /** SPDX name for documents that name none; null: there is none. */
  readonly licence: string | null
  readonly domain: string | null
  readonly allowUnknownLicence: boolean
  /** Most documents. */
  readonly items: number
}

const Item = z.strictObject({
  /** Below the source's root, with `/` between folders. */
  file: z.string(),
  kind: DocumentKind,
  /** Line of a JSON Lines file, from 1; article of a SQuAD file, from 0; null where the file is the document. */
  record: z.int32().nullable(),
  /** Size of the file, by which a changed one is known, and the document's bytes in it. */
  bytes: z.int(),
  offset: z.int(),
  length: z.int(),
  /** What `metadata.jsonl` says of the file. */
  metadata: GivenMetadata
})
type Item = z.infer<typeof Item>

/**
 * Reads documents of every kind into rows of `extracted`: their text extracted and cleaned, with its way back (sections 2.1 and 2.2). One item
 * a document, in the order of paths and records. No model calls.
 *
 * The plan fails with PlanError where there are no documents (E_NO_DOCUMENTS), something cannot be read, or a `metadata.jsonl` is wrong. A
 * document is turned down with E_LICENSE, E_TOO_LARGE, E_ENCODING, E_FORMAT, E_MISSING_FIELD or E_EMPTY; its item fails where the file is
 * another than when it was planned.
 */
export const documentsPhase = (config: DocumentsConfig): Phase =>
  phase({
    name: DOCUMENTS,
    item: Item,
    plan: Stream.unwrap(Effect.map(listed(config), (found) => planOf(config, found))),
    synthesize: Effect.fnUntraced(function* (item) {
      const found = yield* readDocument({ ...item, path: yield* pathOf(config, item) }, config).pipe(
        Effect.catchTag("SourceError", (error) => Effect.fail(itemFailed(error)))
      )
      return [row(Extracted, yield* extractedRow(config, item, found))]
    })
  })

/**
 * Absolute paths of the files that rows are made from, for the run record: documents up to `items`, and the metadata beside them. Empty where
 * nothing can be listed: the plan says why.
 */
export const sourceFiles = (config: DocumentsConfig): ReadonlyArray<string> => {
  try {
    const { files, metadata } = listDocuments(config.documents)
    let left = config.items
    const used = files.filter(({ articles, kind }) => {
      if (left <= 0) return false
      // How many lines a JSON Lines file has is not known before it is read.
      left -= kind === "jsonl" ? 0 : (articles?.length ?? 1)
      return true
    })
    return [...used.map(({ path }) => path), ...metadata].filter(isReadable)
  } catch {
    return []
  }
}

const listed = (config: DocumentsConfig): Effect.Effect<DocumentFiles, PlanError> =>
  Effect.try({ try: () => listDocuments(config.documents), catch: planError })

const planOf = (
  config: DocumentsConfig,
  { files, ignored, strayLinks }: DocumentFiles
): Stream.Stream<{ readonly key: string; readonly item: Item }, PlanError> => {
  let count = 0
  const end = Effect.suspend(() => {
    if (count === 0) {
      return Effect.fail(
        planError(
          sourceError(
            "no_documents",
            `${resolve(config.documents)} holds no documents: its files have no records. Give files with text in them.`
          )
        )
      )
    }
    const notes = [
      ...(ignored.size === 0 ? [] : [`files of other kinds are left aside (${ignoredWords(ignored)})`]),
      ...(strayLinks === 0 ? [] : [`links out of the folder are not followed (${strayLinks})`])
    ]
    return notes.length === 0 ? Effect.void : Effect.log(`documents: ${notes.join("; ")}`)
  })
  return Stream.fromIterable(files).pipe(
    Stream.flatMap(itemsOf),
    Stream.take(config.items),
    Stream.tap(() => Effect.sync(() => count++)),
    Stream.map((item) => ({ key: item.record === null ? item.file : `${item.file}#${item.record}`, item })),
    // After the last: who takes the first items only has not seen the whole.
    Stream.concat(Stream.fromEffectDrain(end))
  )
}

const itemsOf = ({ articles, bytes, file, given, kind, path }: DocumentFile): Stream.Stream<Item, PlanError> => {
  const whole: Item = { file, kind, record: null, bytes, offset: 0, length: bytes, metadata: given }
  if (articles !== null) return Stream.fromIterable(articles.map((range, record) => ({ ...whole, record, ...range })))
  if (kind !== "jsonl") return Stream.make(whole)
  return Stream.fromAsyncIterable(lineRanges(path), (cause) =>
    planError(
      sourceError(
        "unreadable",
        `${path} cannot be read: ${reasonOf(cause)}. Give this user the right to read it, or take it out.`
      )
    )
  ).pipe(Stream.map(({ length, line, offset }) => ({ ...whole, record: line, offset, length })))
}

const planError = (cause: unknown): PlanError => {
  // What is neither is a mistake of ours.
  if (!(cause instanceof SourceError)) throw cause
  const code = cause.problem === "no_documents" ? "E_NO_DOCUMENTS: " : ""
  return new PlanError({ phase: DOCUMENTS, message: code + cause.message })
}

const itemFailed = ({ message, problem }: SourceError): ItemFailed =>
  new ItemFailed({ stage: "read", code: problem === "changed" ? "SOURCE_CHANGED" : "SOURCE_UNREADABLE", message })

/** A plan lies in the dataset's folder, where others may write: its paths stay below the root. */
const pathOf = ({ documents }: DocumentsConfig, { file }: Item): Effect.Effect<string, ItemFailed> =>
  Effect.suspend(() => {
    let root: string
    try {
      root = documentsRoot(documents)
    } catch (cause) {
      return Effect.fail(
        itemFailed(sourceError("missing", `${documents} is gone: ${reasonOf(cause)}. Put it back and retry.`))
      )
    }
    const path = join(root, file)
    return path.startsWith(root.endsWith(sep) ? root : root + sep)
      ? Effect.succeed(path)
      : Effect.fail(itemFailed(sourceError("missing", `${file} is not below ${root}. Start the run anew.`)))
  })

const UNKNOWN = "unknown"

const extractedRow = (
  config: DocumentsConfig,
  item: Item,
  { given, original, text, title }: FoundDocument
): Effect.Effect<z.input<typeof Extracted.schema>, Rejected> => {
  const { file, kind, record } = item
  const { doc_id, domain, lang, licence, source_uri, ...named } = filledIn(given, item.metadata)
  const usable = [licence, config.licence].find((one) => one !== null && one.toLowerCase() !== UNKNOWN) ?? null
  if (usable === null && !config.allowUnknownLicence) {
    return Effect.fail(
      new Rejected({
        stage: "read",
        code: "E_LICENSE",
        reasons: [
          `${placeOf(item)}: it names no licence. Name one in its record or in a metadata.jsonl beside it, or for all documents with licence=SPDX-NAME; or use it all the same with allowUnknownLicence=true.`
        ],
        evidence: { file, kind, record }
      })
    )
  }
  return Effect.succeed({
    given_id: doc_id,
    file,
    kind,
    record,
    title: named.title ?? title,
    lang,
    domain: domain ?? config.domain,
    source_uri,
    licence: usable ?? UNKNOWN,
    text: text.text,
    map: [...text.map],
    original_characters: original.length
  })
}
