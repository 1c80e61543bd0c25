import { createReadStream } from "node:fs"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Stream } from "effect"
import type { Json } from "../../schemas/json.ts"
import { type DatasetError, datasetError, fileError } from "../dataset-error.ts"
import { Duck, readParquet } from "../duck.ts"

/** A folder with an evaluation set: all *.jsonl, *.ndjson and *.parquet in it and below it. */
export interface ReferenceFolder {
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

/** Files by name, rows in order. Fails with file, row and remedy where something cannot be read. */
export const referenceTexts = (reference: ReferenceFolder): Stream.Stream<ReferenceText, DatasetError, Duck> =>
  Stream.unwrap(
    Effect.map(referenceFiles(reference.folder), (files) =>
      Stream.fromIterable(files).pipe(
        Stream.flatMap((file) => rowsOf(file).pipe(Stream.mapEffect((row) => textsOf(row, reference.column)))),
        Stream.flattenIterable
      )
    )
  )

const referenceFiles = (folder: string): Effect.Effect<ReadonlyArray<string>, DatasetError> =>
  Effect.tryPromise({
    try: () => readdir(folder, { recursive: true, withFileTypes: true }),
    catch: (cause) => {
      const { message, path, problem } = fileError("read", folder, cause)
      return datasetError(problem, path, message, "Give the folder that holds the evaluation set.", cause)
    }
  }).pipe(
    Effect.flatMap((entries) => {
      const files = entries
        .filter((entry) => entry.isFile() && /\.(jsonl|ndjson|parquet)$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
      if (files.length > 0) return Effect.succeed(files)
      return Effect.fail(
        datasetError(
          "missing",
          folder,
          `${folder} holds no *.jsonl, *.ndjson or *.parquet`,
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
  let rest = ""
  for await (const bytes of createReadStream(file, { highWaterMark: 2 ** 18 })) {
    const lines = (rest + decoder.decode(bytes as Uint8Array, { stream: true })).split("\n")
    rest = lines.pop() ?? ""
    yield* lines
  }
  const last = rest + decoder.decode()
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
