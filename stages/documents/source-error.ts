import { Data } from "effect"

/** Where documents come from could not be used. `message` says what is wrong, where, and what to do. */
export class SourceError extends Data.TaggedError("SourceError")<{
  readonly problem: "no_documents" | "metadata" | "missing" | "changed" | "unreadable"
  readonly message: string
}> {}

export const sourceError = (problem: SourceError["problem"], message: string): SourceError =>
  new SourceError({ problem, message })

/** The system's own reason, without its stack: "permission denied". */
export const reasonOf = (cause: unknown): string => {
  const text = cause instanceof Error ? cause.message : String(cause)
  return text.replace(/^E[A-Z]+: /, "").replace(/, [a-z]+(?: '.*')?$/s, "")
}
