import { createReadStream, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { Effect, Stream } from "effect"
import type { Json } from "../../schemas/json.ts"
import { type DatasetError, datasetError, fileError } from "../dataset-error.ts"
import { Duck, readParquet } from "../duck.ts"

/** An evaluation set. */
export interface ReferenceFolder {
  /** All *.jsonl, *.ndjson and *.parquet in it and below it, links to such files included; or one such file. */
  readonly folder: string
  /** The one field to read: a text, a list of texts, or messages with `content`. Absent: every text of a row, however deep. */
  readonly column?: string
}

export interface ReferenceText {
  readonly file: string
  /** From 1: the line of a JSON Lines file, the row of a Parquet file. */
  readonly row: number
  /** Names of fields from the outermost on, without places in lists: `messages.content`. */
  readonly field: string
  readonly text: string
}

/** Files by name, rows in order. Fails with file, row and remedy where something cannot be read, and where there is no text at all. */
export const referenceTexts = (reference: ReferenceFolder): Stream.Stream<ReferenceText, DatasetError, Duck> =>
  Stream.unwrap(
    Effect.map(filesOf(reference.folder), (files) => {
      let found = false
      return Stream.fromIterable(files).pipe(
        Stream.flatMap((file) => rowsOf(file).pipe(Stream.mapEffect((row) => textsOf(row, reference.column)))),
        Stream.flattenIterable,
        Stream.tap(() => Effect.sync(() => (found = true))),
        // Nothing would be found in it, and nobody would ask why.
        Stream.concat(Stream.suspend(() => (found ? Stream.empty : Stream.fail(noText(reference)))))
      )
    })
  )

const noText = ({ column, folder }: ReferenceFolder): DatasetError =>
  datasetError(
    "missing",
    folder,
    `${folder} holds no text${column === undefined ? "" : ` in the field "${column}"`}`,
    "Give the file or folder that holds the evaluation set."
  )

const KINDS = /\.(jsonl|ndjson|parquet)$/

/** The files of an evaluation set, by name: what of a folder is read, or the file itself. Throws where there is nothing to look into. */
export const referenceFiles = (path: string): ReadonlyArray<string> => {
  if (!statSync(path).isDirectory()) return KINDS.test(path) ? [path] : []
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => KINDS.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).isFile())
    .sort()
}

const filesOf = (path: string): Effect.Effect<ReadonlyArray<string>, DatasetError> =>
  Effect.try({
    try: () => referenceFiles(path),
    catch: (cause) => {
      const { message, problem } = fileError("read", path, cause)
      return datasetError(problem, path, message, "Give the file or folder that holds the evaluation set.", cause)
    }
  }).pipe(
    Effect.flatMap((files) => {
      if (files.length > 0) return Effect.succeed(files)
      return Effect.fail(
        datasetError(
          "missing",
          path,
          `${path} is or holds no *.jsonl, *.ndjson or *.parquet`,
          "Give the folder that holds the evaluation set, or write it in one of these formats."
        )
      )
    })
  )

interface ReferenceRow {
  readonly file: string
  readonly row: number
  readonly value: Json
}

const rowsOf = (file: string): Stream.Stream<ReferenceRow, DatasetError, Duck> =>
  (file.endsWith(".parquet") ? parquetLines(file) : jsonLines(file)).pipe(
    Stream.zipWithIndex,
    Stream.filter(([line]) => line.trim() !== ""),
    Stream.mapEffect(([line, index]) => parsed(file, index + 1, line))
  )

const parsed = (file: string, row: number, line: string): Effect.Effect<ReferenceRow, DatasetError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed({ file, row, value: JSON.parse(line) as Json })
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      return Effect.fail(
        badRow(file, row, `no JSON: ${why}`, "Write one JSON value a line, or take the file out of the folder.")
      )
    }
  })

const badRow = (file: string, row: number, what: string, remedy: string): DatasetError =>
  datasetError("invalid_row", file, `${file}, row ${row}: ${what}`, remedy)

const parquetLines = (file: string): Stream.Stream<string, DatasetError, Duck> =>
  Stream.unwrap(
    Effect.map(Duck, (duck) =>
      duck.lines(`read ${file}`, `SELECT to_json(one)::VARCHAR FROM ${readParquet([file])} one`)
    )
  ).pipe(
    Stream.mapError((error) =>
      datasetError(
        "corrupt",
        file,
        `${file} can't be read as Parquet: ${error.message}`,
        "Fetch the file again, or take it out of the folder.",
        error
      )
    )
  )

const jsonLines = (file: string): Stream.Stream<string, DatasetError> =>
  Stream.fromAsyncIterable(linesOf(file), (cause) =>
    cause instanceof TypeError
      ? datasetError("corrupt", file, `${file} is no UTF-8 text`, "Convert it, or take it out of the folder.", cause)
      : fileError("read", file, cause)
  )

async function* linesOf(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true })
  // Of a line without its end. Put together once: a line of many megabytes would be copied again with each piece.
  let pieces: Array<string> = []
  for await (const bytes of createReadStream(file, { highWaterMark: 2 ** 18 })) {
    const [first = "", ...lines] = decoder.decode(bytes as Uint8Array, { stream: true }).split("\n")
    pieces.push(first)
    const rest = lines.pop()
    if (rest === undefined) continue
    yield pieces.join("")
    yield* lines
    pieces = [rest]
  }
  const last = pieces.join("") + decoder.decode()
  if (last !== "") yield last
}

const textsOf = (
  { file, row, value }: ReferenceRow,
  column: string | undefined
): Effect.Effect<ReadonlyArray<ReferenceText>, DatasetError> => {
  const texts: Array<ReferenceText> = []
  if (column === undefined) {
    // No recursion: a file may nest deeper than the stack.
    const left: Array<readonly [value: Json, field: string]> = [[value, ""]]
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [one, field] = next
      if (typeof one === "string") texts.push({ file, row, field, text: one })
      else if (isList(one)) for (const element of one.toReversed()) left.push([element, field])
      else if (isObject(one)) {
        for (const [name, held] of Object.entries(one).reverse())
          left.push([held, field === "" ? name : `${field}.${name}`])
      }
    }
    return Effect.succeed(texts)
  }
  const remedy = "Name a field that holds texts or messages, or none to read all texts."
  if (!isObject(value) || !Object.hasOwn(value, column)) {
    return Effect.fail(badRow(file, row, `there is no field "${column}"`, remedy))
  }
  const held = value[column]
  for (const element of isList(held) ? held : [held]) {
    if (element === null || element === undefined) continue
    const text = isObject(element) && "content" in element ? element.content : element
    if (typeof text === "string") texts.push({ file, row, field: column, text })
    else if (text !== null) return Effect.fail(badRow(file, row, `"${column}" holds no text and no messages`, remedy))
  }
  return Effect.succeed(texts)
}

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isList = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)
