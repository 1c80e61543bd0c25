import { z } from "zod"
import type { LocalModelSpec } from "../../schemas/capability.ts"
import type { CapabilityErrorKind } from "../capabilities/capability-error.ts"
import { jsonIn } from "./json-in.ts"

export interface Refused {
  readonly method: string
  readonly route: string
  readonly status: number
  readonly text: string
  readonly retryAfter: string | Array<string> | undefined
  readonly spec: LocalModelSpec
}

/** How servers word their errors: OpenAI's shape, text-embeddings-inference's, older vLLM's, FastAPI's. */
const ErrorBody = z.object({
  error: z
    .union([z.string(), z.object({ message: z.string() })])
    .nullish()
    .catch(null),
  error_type: z.string().nullish().catch(null),
  message: z.string().nullish().catch(null),
  detail: z.unknown().optional()
})

/** text-embeddings-inference's own words for what happened; they say more than its statuses. */
const BY_ERROR_TYPE: Readonly<Record<string, CapabilityErrorKind>> = {
  overloaded: "rate_limit",
  validation: "bad_request",
  tokenizer: "bad_request",
  empty: "bad_request",
  backend: "server",
  unhealthy: "server"
}

const BY_STATUS: Readonly<Record<number, CapabilityErrorKind>> = {
  400: "bad_request",
  401: "auth",
  403: "auth",
  404: "unsupported",
  405: "unsupported",
  408: "timeout",
  413: "bad_request",
  422: "bad_request",
  429: "rate_limit",
  501: "unsupported"
}

/** Decides, once, what an answer outside 200 to 299 means. `message` follows the server's name and address. */
export const statusFailure = (refused: Refused): { readonly kind: CapabilityErrorKind; readonly message: string } => {
  const { method, route, spec, status, text } = refused
  const body = ErrorBody.safeParse(jsonIn(text))
  const said = (body.success ? wordsIn(body.data) : undefined) ?? text.slice(0, 300)
  const errorType = body.success ? (body.data.error_type ?? "") : ""
  const kind = status < 400 ? "bad_request" : (BY_ERROR_TYPE[errorType.toLowerCase()] ?? BY_STATUS[status] ?? "server")
  const tail = said.trim() === "" ? "." : `. It said: ${said.trim().replace(/\.+$/, "")}.`
  return {
    kind,
    message: `${happened(kind, refused)} (${method} ${route}: ${status})${remedy(kind, status, spec)}${tail}`
  }
}

const happened = (kind: CapabilityErrorKind, { retryAfter, status }: Refused): string => {
  if (status < 400) return "redirects: give the URL that it redirects to"
  switch (kind) {
    case "rate_limit": {
      const wait = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter
      return `asks for fewer requests${wait === undefined ? "" : `, and to wait (Retry-After: ${wait})`}`
    }
    case "auth":
      return "refused the key"
    case "unsupported":
      return "has no such route for this model, or no such model"
    case "bad_request":
      return "takes the request for wrong"
    case "timeout":
      return "gave up waiting"
    default:
      return "failed"
  }
}

const remedy = (kind: CapabilityErrorKind, status: number, spec: LocalModelSpec): string => {
  if (kind === "auth") {
    return spec.apiKeyEnv === undefined
      ? ". Set apiKeyEnv of this model to the variable that holds its key"
      : `. Check the key in ${spec.apiKeyEnv}`
  }
  if (kind === "unsupported")
    return ". Check the provider's name, the address, and which kind of model the server was started with"
  return kind === "bad_request" && status === 413 ? ". An input may be longer than the model takes" : ""
}

const wordsIn = ({ detail, error, message }: z.output<typeof ErrorBody>): string | undefined => {
  if (typeof error === "string") return error
  if (error !== null && error !== undefined) return error.message
  if (message !== null && message !== undefined) return message
  if (detail === undefined || detail === null) return undefined
  return typeof detail === "string" ? detail : JSON.stringify(detail)
}
