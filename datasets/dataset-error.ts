import { Data } from "effect"

export type DatasetProblem =
  | "bad_name"
  | "missing"
  | "not_a_folder"
  | "foreign"
  | "unwritable"
  | "disk_full"
  | "corrupt"
  | "duplicate_key"
  | "incomplete"
  | "invalid_row"
  | "sql"
  | "io"

/** A dataset's folder could not be used. `message` says what happened and in which file, `remedy` what to do about it. */
export class DatasetError extends Data.TaggedError("DatasetError")<{
  readonly problem: DatasetProblem
  /** The file or folder. */
  readonly path: string
  readonly message: string
  readonly remedy: string
  readonly cause?: unknown
}> {}

export const datasetError = (
  problem: DatasetProblem,
  path: string,
  message: string,
  remedy: string,
  cause?: unknown
): DatasetError => new DatasetError({ problem, path, message, remedy, ...(cause === undefined ? {} : { cause }) })

export const errorCode = (cause: unknown): string | undefined =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined

/** A failed file operation, by the system's own code or by the text in which DuckDB passes it on. */
export const fileError = (doing: string, path: string, cause: unknown): DatasetError => {
  const text = cause instanceof Error ? cause.message : String(cause)
  const code = errorCode(cause)
  const has = (...codes: ReadonlyArray<string>) => code !== undefined && codes.includes(code)
  const make = (problem: DatasetProblem, why: string, remedy: string) =>
    datasetError(problem, path, `cannot ${doing} ${path}: ${why}`, remedy, cause)
  if (has("ENOSPC", "EDQUOT") || /no space left on device|quota exceeded/i.test(text)) {
    return make("disk_full", "the disk is full", "Free some space and start again: what is committed is kept.")
  }
  if (has("EACCES", "EPERM", "EROFS") || /permission denied|read-only file system/i.test(text)) {
    return make("unwritable", "no permission", "Give this user the right to write there, or choose another folder.")
  }
  if (has("ENOTDIR", "EISDIR", "EEXIST")) {
    return make(
      "not_a_folder",
      "a file stands where a folder should, or the reverse",
      "Move it away, or choose another name."
    )
  }
  if (has("ENOENT") || /no files found that match|no such file/i.test(text)) {
    return make(
      "missing",
      "it is not there",
      "Check the path; if it was removed, `generate` makes it again from the ledger."
    )
  }
  return make("io", text, "Check the disk and the path, then start again: what is committed is kept.")
}
