import type { CapabilityErrorKind } from "../capabilities/capability-error.ts"

/** No connection came about: something else than a connection that broke. */
const NOT_REACHED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT"
])

/** What it means that a request got no answer. `check` says what to look at where nothing answers. */
export const networkFailure = (
  cause: unknown,
  check: string
): { readonly kind: CapabilityErrorKind; readonly message: string } => {
  const root = rootOf(cause)
  const code = root instanceof Error && "code" in root ? String(root.code) : ""
  const said = root instanceof Error ? root.message || root.name : String(root)
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE")
    return { kind: "bad_output", message: "gave an answer of more than 64 MB." }
  if (NOT_REACHED.has(code)) {
    return {
      kind: "unreachable",
      message: `cannot be reached (${code}). ${check}`
    }
  }
  return {
    kind: "unreachable",
    message: `broke off before its answer was whole (${said}). Check its log: it may have run out of memory or been stopped.`
  }
}

/** The innermost cause says what happened; a name with several addresses fails with one error for each. */
const rootOf = (cause: unknown): unknown => {
  let inner = cause
  while (inner instanceof Error) {
    if (inner instanceof AggregateError && inner.errors.length > 0) inner = inner.errors[0]
    else if (inner.cause !== undefined) inner = inner.cause
    else break
  }
  return inner
}
