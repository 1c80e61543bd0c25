import { accessSync, constants, readFileSync, statSync } from "node:fs"
import { basename, dirname, extname, join, posix, resolve } from "node:path"
import { type DocumentKind, kindOfName, READ_KINDS } from "./document-kind.ts"
import { type GivenMetadata, METADATA_FILE, NOTHING_GIVEN, readFolderMetadata } from "./folder-metadata.ts"
import { reasonOf, SourceError, sourceError } from "./source-error.ts"
import { type ByteRange, squadArticles } from "./squad-articles.ts"
import { type FoundFile, walkFolder } from "./walk-folder.ts"

/** A file with one document or many. */
export interface DocumentFile extends FoundFile {
  readonly kind: DocumentKind
  readonly bytes: number
  /** What the `metadata.jsonl` beside it says. */
  readonly given: GivenMetadata
  /** Of a SQuAD file; null for others. */
  readonly articles: ReadonlyArray<ByteRange> | null
}

export interface DocumentFiles {
  /** By path. Never empty, and not all of them empty. */
  readonly files: ReadonlyArray<DocumentFile>
  /** Absolute paths of the `metadata.jsonl` that were read. */
  readonly metadata: ReadonlyArray<string>
  /** Files that are no documents, by extension. */
  readonly ignored: ReadonlyMap<string, number>
  readonly strayLinks: number
}

/** A larger `.json` is not looked into: it would have to be held in memory whole. */
const MOST_JSON_BYTES = 400_000_000

/** The folder that the paths of documents begin at. */
export const documentsRoot = (documents: string): string => {
  const path = resolve(documents)
  return statSync(path).isDirectory() ? path : dirname(path)
}

/**
 * The documents of a file or a folder. Reads names, `metadata.jsonl` and `.json` files, and no documents. Throws SourceError: nothing is
 * there, something cannot be read, metadata is wrong.
 */
export const listDocuments = (documents: string): DocumentFiles => {
  const root = resolve(documents)
  try {
    const isFolder = statSync(root).isDirectory()
    const { files, strayLinks } = isFolder ? walkFolder(root) : { files: [oneFile(root)], strayLinks: 0 }
    const { givenOf, paths } = metadataOf(isFolder ? files : [...files, ...besides(root)])
    const ignored = new Map<string, number>()
    const found = files.flatMap((one): ReadonlyArray<DocumentFile> => {
      if (basename(one.file) === METADATA_FILE) return []
      const document = documentFile(one, givenOf(one.file))
      if (document !== null) return [document]
      const extension = extname(one.file).toLowerCase() || "no extension"
      ignored.set(extension, (ignored.get(extension) ?? 0) + 1)
      return []
    })
    if (found.length === 0) throw noDocuments(root, isFolder, ignored)
    if (found.every(({ bytes }) => bytes === 0)) throw onlyEmptyFiles(root, isFolder)
    return { files: found, metadata: paths, ignored, strayLinks }
  } catch (cause) {
    // What is no refusal of the system is a mistake of ours.
    if (cause instanceof SourceError || !(cause instanceof Error && "code" in cause)) throw cause
    throw sourceError(
      "no_documents",
      `${root} cannot be read: ${reasonOf(cause)}. Give a file or a folder that is there and that this user may read.`
    )
  }
}

const oneFile = (path: string): FoundFile => ({ file: basename(path), path })

/** The metadata that lies beside a document which was named by itself. */
const besides = (path: string): ReadonlyArray<FoundFile> => {
  const beside = join(dirname(path), METADATA_FILE)
  return isReadable(beside) ? [oneFile(beside)] : []
}

const documentFile = ({ file, path }: FoundFile, given: GivenMetadata): DocumentFile | null => {
  const named = kindOfName(basename(file))
  if (named === null) return null
  const bytes = statSync(path).size
  const articles = named === "json" && bytes <= MOST_JSON_BYTES ? squadArticles(readFileSync(path)) : null
  const kind = named === "json" ? "squad" : named
  if (kind === "squad" && articles === null) return null
  if (given.doc_id !== null && (kind === "squad" || kind === "jsonl")) {
    throw sourceError(
      "metadata",
      `${join(dirname(path), METADATA_FILE)}: "${basename(file)}" holds many documents, and one doc_id cannot name them all. Put doc_id into its records.`
    )
  }
  return { file, path, kind, bytes, given, articles }
}

const metadataOf = (files: ReadonlyArray<FoundFile>) => {
  const byFolder = new Map<string, ReadonlyMap<string, GivenMetadata>>()
  const lists = files.filter(({ file }) => basename(file) === METADATA_FILE)
  for (const { file, path } of lists) {
    const folder = posix.dirname(file)
    const isThere = (name: string) => basename(name) === name && isReadable(join(dirname(path), name))
    byFolder.set(folder, readFolderMetadata(path, isThere))
  }
  return {
    paths: lists.map(({ path }) => path),
    givenOf: (file: string) => byFolder.get(posix.dirname(file))?.get(posix.basename(file)) ?? NOTHING_GIVEN
  }
}

export const isReadable = (path: string): boolean => {
  try {
    accessSync(path, constants.R_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const noDocuments = (root: string, isFolder: boolean, ignored: ReadonlyMap<string, number>): SourceError => {
  const found = ignoredWords(ignored)
  const what = isFolder
    ? `${root} holds no documents${found === "" ? "" : ` (${found})`}`
    : `${root} is no document of a kind that is read`
  return sourceError("no_documents", `${what}. Give a file or a folder with ${READ_KINDS}.`)
}

const onlyEmptyFiles = (root: string, isFolder: boolean): SourceError =>
  sourceError(
    "no_documents",
    `${root} ${isFolder ? "holds only files of 0 bytes" : "is empty"}. Give a file or a folder with text in it.`
  )

/** ".docx: 10, .csv: 2". */
export const ignoredWords = (ignored: ReadonlyMap<string, number>): string =>
  [...ignored]
    .sort(([left, many], [right, few]) => few - many || (left < right ? -1 : 1))
    .map(([extension, count]) => `${extension}: ${count}`)
    .join(", ")
