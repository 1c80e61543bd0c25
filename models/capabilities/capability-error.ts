import { Data } from "effect"
import type { Capability } from "../../schemas/capability.ts"

export type CapabilityErrorKind =
  /** No such file or folder, or the package that runs it is not installed. */
  | "missing"
  /** The model is of another kind: an architecture, a tokenizer or a file that cannot be read. */
  | "unsupported"
  | "out_of_memory"
  /** NaN, another number of answers than questions, labels that nobody knows, a body that is not the protocol's. */
  | "bad_output"
  /** The model or revision that answers is not the one that was asked for. */
  | "mismatch"
  | "unreachable"
  | "server"
  | "timeout"
  | "rate_limit"
  | "bad_request"
  | "auth"
  /** The file of kept answers cannot be read or written; an answer that is not kept is not used. */
  | "store"

/**
 * A local model did not give a usable answer. An item that needs it fails or is parked with this reason; it is never kept as
 * if it had passed. `retryable` is decided once, where the answer came in.
 */
export class CapabilityError extends Data.TaggedError("CapabilityError")<{
  readonly kind: CapabilityErrorKind
  readonly retryable: boolean
  readonly capability: Capability
  readonly model: string
  /** What happened, where, and what to do. Never holds a key. */
  readonly message: string
  readonly cause?: unknown
}> {}

const RETRYABLE: ReadonlySet<CapabilityErrorKind> = new Set(["unreachable", "server", "timeout", "rate_limit"])

export const capabilityError = (
  kind: CapabilityErrorKind,
  capability: Capability,
  model: string,
  message: string,
  cause?: unknown
): CapabilityError =>
  new CapabilityError({
    kind,
    retryable: RETRYABLE.has(kind),
    capability,
    model,
    message,
    ...(cause === undefined ? {} : { cause })
  })
