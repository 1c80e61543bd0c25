import { DatasetError, datasetError, fileError } from "./dataset-error.ts"
import { DuckError } from "./duck.ts"
import { REMEDY_OF_A_PART } from "./parts.ts"

const PART_IN_MESSAGE = /["']([^"']*[\\/]tables[\\/][a-z0-9_]+[\\/][^"'\\/]+\.parquet)["']/

const DAMAGE =
  /magic bytes|too small to be a parquet file|tprotocol|decompress|corrupt|no parquet bytes|parquet file|out of (range|buffer)/i

/** A part or a commit of this dataset that was there when it was listed. A file of a statement's own is none of these. */
export const hasVanished = (cause: unknown): cause is DuckError | DatasetError =>
  (cause instanceof DatasetError && cause.problem === "missing") ||
  (cause instanceof DuckError &&
    /no files found that match|no such file|could not open|cannot open file/i.test(cause.message) &&
    PART_IN_MESSAGE.test(cause.message))

/** Which part is gone or damaged, from DuckDB's words, and how to get it back; null where they are about something else. */
export const partError = (cause: unknown): DatasetError | null => {
  const message = cause instanceof Error ? cause.message : String(cause)
  const part = PART_IN_MESSAGE.exec(message)?.[1]
  if (part === undefined) return null
  if (hasVanished(cause)) {
    return datasetError("missing", part, `${part} is gone, but a commit names it`, REMEDY_OF_A_PART, cause)
  }
  return DAMAGE.test(message)
    ? datasetError("corrupt", part, message.split("\n")[0] ?? message, REMEDY_OF_A_PART, cause)
    : null
}

/** A failed reading of parts: the part's own error where one is to blame, else that of the file operation. */
export const readingError = (doing: string, path: string, cause: unknown): DatasetError =>
  partError(cause) ?? fileError(doing, path, cause)
