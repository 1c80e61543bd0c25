import type { StructuredMode } from "../../schemas/config.ts"
import type { JsonObject } from "../../schemas/json.ts"
import type { ProviderRequest } from "../provider.ts"

type Structured = Exclude<StructuredMode, "auto">
type Optional = "seed" | "stop" | "temperature" | "top_p"

/** How one model wants to be spoken to: what OpenAI-compatible servers differ in. */
export interface Dialect {
  readonly structured: Structured
  /** False where the user chose the mode: then nothing falls back. */
  readonly structuredMayFallBack: boolean
  readonly maxTokens: "max_tokens" | "max_completion_tokens"
  /** Parameters that the server refuses. */
  readonly omit: ReadonlySet<Optional>
  /** Schemas that native mode refuses although it is there: these go by `json_object`. */
  readonly refusedSchemas: WeakSet<JsonObject>
}

export const initialDialect = (structured: StructuredMode): Dialect => ({
  structured: structured === "auto" ? "native" : structured,
  structuredMayFallBack: structured === "auto",
  maxTokens: "max_tokens",
  omit: new Set(),
  refusedSchemas: new WeakSet()
})

/** How this request's structured output is asked for. */
export const structuredFor = (dialect: Dialect, request: ProviderRequest): Structured | undefined => {
  if (request.response === undefined) return undefined
  if (dialect.structured === "native" && dialect.refusedSchemas.has(request.response.schema)) return "json_object"
  return dialect.structured
}

export interface Refusal {
  readonly status: number
  readonly message: string
  readonly param: string | undefined
}

/** 501 is how some servers say that they never implemented a response format. */
const STATUSES: ReadonlySet<number> = new Set([400, 422, 501])
/** llama-cpp-python's server answers its own validation errors with 500: the request's fault, whatever the number says. */
const VALIDATION = /validation error|input should be/i
const UNSUPPORTED =
  /unsupported|not (?:yet )?(?:support|implement|permit|allow|available)|unrecogni[sz]ed|unknown|unexpected|extra (?:inputs|fields)|extra_forbidden|forbidden|does(?:n't| not) support|only the default/i
const FORMAT = /response_?format|json_?schema|json_?object|structured[ _]output|guided|grammar|json mode/i

/**
 * What to say differently after a server refused a request, or undefined where the request itself is wrong. `used` is the
 * dialect that the refused request was written in.
 */
export const adjusted = (
  used: Dialect,
  request: ProviderRequest,
  refusal: Refusal
): { readonly dialect: Dialect; readonly change: string } | undefined => {
  const { message } = refusal
  if (!STATUSES.has(refusal.status) && !(refusal.status === 500 && VALIDATION.test(message))) return undefined
  if (used.maxTokens === "max_tokens" && /max_completion_tokens/.test(message)) {
    return { dialect: { ...used, maxTokens: "max_completion_tokens" }, change: "sends max_completion_tokens" }
  }
  const about = `${refusal.param ?? ""} ${message}`
  const structured = structuredFor(used, request)
  if (structured !== undefined && used.structuredMayFallBack && FORMAT.test(about)) {
    if (structured === "native" && request.response !== undefined && /invalid schema/i.test(message)) {
      used.refusedSchemas.add(request.response.schema)
      return { dialect: used, change: `sends the schema "${request.response.name}" in the prompt` }
    }
    if (structured === "native") {
      return {
        dialect: { ...used, structured: "json_object" },
        change: "asks for a JSON object, the schema in the prompt"
      }
    }
    if (structured === "json_object") {
      return { dialect: { ...used, structured: "prompt" }, change: "asks for JSON in the prompt alone" }
    }
  }
  if (!UNSUPPORTED.test(message)) return undefined
  const parameter = (["temperature", "top_p", "seed", "stop"] as const).find(
    (name) =>
      !used.omit.has(name) && (refusal.param === name || new RegExp(`['"\`]${name}['"\`]|\\b${name}\\b`).test(message))
  )
  if (parameter === undefined || !sends(request, parameter)) return undefined
  return { dialect: { ...used, omit: new Set([...used.omit, parameter]) }, change: `leaves out ${parameter}` }
}

const sends = ({ sampling }: ProviderRequest, parameter: Optional): boolean => {
  if (parameter === "temperature") return true
  return (parameter === "top_p" ? sampling.topP : sampling[parameter]) !== undefined
}
