import { AiError } from "effect/ai"
import type { Capability } from "../../schemas/capability.ts"
import { CapabilityError, type CapabilityErrorKind, capabilityError } from "./capability-error.ts"

/*
 * EmbeddingModel and DecisionModel are effect/ai's, and so are their errors. This is the one place where ours become theirs and
 * theirs ours.
 */

/** A CapabilityError as effect/ai's error, of the nearest reason. It is that reason's `cause`, so that nothing is lost. */
export const toAiError = (error: CapabilityError): AiError.AiError =>
  AiError.make({
    module: error.model,
    method: error.capability,
    reason: Object.assign(reasonOf(error.kind, error.message), { cause: error })
  })

const reasonOf = (kind: CapabilityErrorKind, description: string): AiError.AiErrorReason => {
  switch (kind) {
    case "rate_limit":
      return new AiError.RateLimitError({})
    case "auth":
      return new AiError.AuthenticationError({ kind: "Unknown", description })
    case "bad_request":
      return new AiError.InvalidRequestError({ description })
    case "bad_output":
      return new AiError.InvalidOutputError({ description })
    case "unreachable":
    case "server":
    case "timeout":
      return new AiError.InternalProviderError({ description })
    case "missing":
    case "unsupported":
    case "out_of_memory":
    case "mismatch":
    case "store":
      return new AiError.UnknownError({ description })
  }
}

const KINDS: Readonly<Partial<Record<AiError.AiErrorReason["_tag"], CapabilityErrorKind>>> = {
  NetworkError: "unreachable",
  RateLimitError: "rate_limit",
  QuotaExhaustedError: "auth",
  AuthenticationError: "auth",
  ContentPolicyError: "bad_request",
  InvalidRequestError: "bad_request",
  InvalidUserInputError: "bad_request",
  UnsupportedSchemaError: "bad_request",
  InternalProviderError: "server",
  InvalidResponseError: "bad_output",
  InvalidOutputError: "bad_output",
  StructuredOutputError: "bad_output"
}

/**
 * effect/ai's error as ours: the very CapabilityError that it was made from, or, where effect/ai itself (an answer that is no
 * distribution) or another provider raised it, one of the nearest kind that names `model`.
 */
export const fromAiError = (error: AiError.AiError, capability: Capability, model: string): CapabilityError => {
  const { reason } = error
  const cause: unknown = reason.cause
  if (cause instanceof CapabilityError) return cause
  const kind = KINDS[reason._tag] ?? "unsupported"
  return capabilityError(kind, capability, model, `${model}: ${error.message}`, error)
}
