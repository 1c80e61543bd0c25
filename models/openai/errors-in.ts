import { APIConnectionError, APIConnectionTimeoutError, APIError } from "openai"
import { saneRetryAfter } from "../backoff.ts"
import { type ModelError, modelError } from "../model-error.ts"

/** What an error message may name: never the key itself. */
export interface Place {
  readonly model: string
  readonly baseUrl: string
  /** The variable that holds the key. */
  readonly apiKeyEnv: string | undefined
  readonly timeoutMillis: number
  readonly redact: (text: string) => string
}

/** Used up credit comes back when somebody pays: asked for again now and then, not every half second. */
const QUOTA_RETRY_MILLIS = 60_000
const QUOTA =
  /insufficient_quota|exceeded your current quota|quota (?:is |has been )?(?:exhausted|exceeded)|insufficient (?:balance|credits?|funds)|out of credits?|billing hard limit|billing_hard_limit/i
const FILTERED = /content_filter|content management policy|ResponsibleAIPolicyViolation|content_policy_violation/i

/** Decides, once, what a failed request was. `now` is milliseconds since 1970. */
export const errorIn = (cause: unknown, place: Place, now: number): ModelError => {
  const { baseUrl, model, redact } = place
  if (cause instanceof APIConnectionTimeoutError) {
    return modelError("timeout", model, `${baseUrl} gave no whole answer within ${place.timeoutMillis / 1000} s.`)
  }
  if (cause instanceof APIConnectionError) {
    return modelError("server", model, `${baseUrl} could not be reached or broke off: ${redact(rootOf(cause))}.`)
  }
  if (cause instanceof APIError && typeof cause.status === "number") return statusError(cause, cause.status, place, now)
  return modelError("server", model, `${baseUrl} failed: ${redact(rootOf(cause))}.`)
}

const statusError = (cause: APIError, status: number, place: Place, now: number): ModelError => {
  const { apiKeyEnv, baseUrl, model, redact } = place
  const said = redact(cause.message).replace(/\.+$/, "")
  const codes = `${cause.code ?? ""} ${cause.type ?? ""} ${cause.message}`
  const fail = (kind: ModelError["kind"], message: string, retryAfterMillis?: number) =>
    modelError(kind, model, message, { status, ...(retryAfterMillis === undefined ? {} : { retryAfterMillis }) })

  const asked = retryAfterMillis(cause.headers, now)
  if (status === 402 || ((status === 429 || status === 400) && QUOTA.test(codes))) {
    const remedy = "The credit of this key is used up: add credit or another key. The run waits meanwhile."
    return fail("rate_limit", `${remedy} ${baseUrl} said: ${said}.`, Math.max(asked ?? 0, QUOTA_RETRY_MILLIS))
  }
  if (status === 429) return fail("rate_limit", `${baseUrl} asks for fewer requests: ${said}.`, asked)
  if (status === 401 || status === 403) {
    const remedy =
      apiKeyEnv === undefined
        ? "No key was sent: set apiKeyEnv of this model to the variable that holds one."
        : `Check the key in ${apiKeyEnv} and that it may use the model "${model}".`
    return fail("auth", `${baseUrl} refused the key (${status}). ${remedy} It said: ${said}.`)
  }
  if (status === 404) {
    const remedy = `Check that the model is called "${model}" there and that the base URL ends before /chat/completions.`
    return fail("auth", `${baseUrl} has no such model or path (404). ${remedy} It said: ${said}.`)
  }
  if (FILTERED.test(codes)) return fail("refused", `The server's content filter refused the request: ${said}.`)
  if (status === 408) return fail("timeout", `${baseUrl} gave up waiting (408): ${said}.`, asked)
  if (status === 409 || status === 425 || (status >= 500 && status !== 501)) {
    return fail("server", `${baseUrl} failed: ${said}.`, asked)
  }
  if (status < 400) return fail("bad_request", `${baseUrl} redirects (${status}): give the URL it redirects to.`)
  return fail("bad_request", `${baseUrl} takes the request for wrong: ${said}.`)
}

/** `retry-after-ms`, else `Retry-After` in seconds or as a date; undefined where neither says anything. */
export const retryAfterMillis = (headers: Headers | undefined, now: number): number | undefined => {
  const millis = Number(headers?.get("retry-after-ms") ?? Number.NaN)
  if (Number.isFinite(millis)) return saneRetryAfter(millis)
  const text = headers?.get("retry-after")
  if (text === null || text === undefined || text.trim() === "") return undefined
  const seconds = Number(text)
  if (Number.isFinite(seconds)) return saneRetryAfter(seconds * 1000)
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : saneRetryAfter(date - now)
}

/** The SDK wraps what really happened ("Connection error."): the innermost cause says it. */
const rootOf = (cause: unknown): string => {
  let inner: unknown = cause
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause
  // A name that resolves to several addresses fails with one error for each.
  if (inner instanceof AggregateError && inner.errors.length > 0) inner = inner.errors[0]
  return inner instanceof Error ? inner.message || inner.name : String(inner)
}
