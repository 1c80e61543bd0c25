import { Data } from "effect"

export type ModelErrorKind =
  | "rate_limit"
  | "timeout"
  | "server"
  | "refused"
  | "truncated"
  | "bad_request"
  | "auth"
  | "parse"

/**
 * A model did not give a usable answer. `kind` and `retryable` are decided once, where the answer came in:
 * - rate_limit (429): waits, never fails an item
 * - timeout, server (5xx, reset or refused connection), parse (a body that is not the protocol's JSON): retried with patience
 * - refused (content filter or a refusal), truncated (the reply hit its token limit), bad_request (400, 413, 422): not retried
 * - auth (401, 403, 404): stops the run, since no other call can succeed
 */
export class ModelError extends Data.TaggedError("ModelError")<{
  readonly kind: ModelErrorKind
  readonly retryable: boolean
  readonly model: string
  /** What happened and, where known, what to do. Never holds a key. */
  readonly message: string
  readonly status?: number
  /** Asked for by the server. */
  readonly retryAfterMillis?: number
}> {}

const RETRYABLE: ReadonlySet<ModelErrorKind> = new Set(["rate_limit", "timeout", "server", "parse"])

export const modelError = (
  kind: ModelErrorKind,
  model: string,
  message: string,
  details: { readonly status?: number; readonly retryAfterMillis?: number } = {}
): ModelError => new ModelError({ kind, retryable: RETRYABLE.has(kind), model, message, ...details })
