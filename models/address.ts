import { hash } from "node:crypto"
import { fingerprint } from "../schemas/json.ts"
import type { Message } from "../schemas/message.ts"
import type { Tool } from "../schemas/tool.ts"
import type { ProviderRequest, Sampling } from "./provider.ts"

/** Where a call is made: matters above temperature 0, where every item draws for itself. */
export interface CallScope {
  readonly phase: string
  readonly item: string
  /** Start of the item's random stream. */
  readonly itemSeed: string
  readonly draw: number
  /** Above 0 where a retry asks everything of the item anew. */
  readonly redraw: number
}

/** A request and where the ledger keeps its reply. */
export interface Assigned {
  readonly request: ProviderRequest
  /** 64 hexadecimal digits. */
  readonly address: string
}

/** Grows when addresses are made in another way: old ledgers then miss. */
const VERSION = "dialoom/call/1"

const sha256 = (text: string): string => hash("sha256", text, "hex")

const toolsFingerprints = new WeakMap<ReadonlyArray<Tool>, string>()
const toolsFingerprint = (tools: ReadonlyArray<Tool>): string => {
  const known = toolsFingerprints.get(tools)
  if (known !== undefined) return known
  const made = fingerprint(tools)
  toolsFingerprints.set(tools, made)
  return made
}

/** Fixed positions instead of sorted keys: the same certainty at a tenth of the cost of canonical JSON. */
const positional = (message: Message) => [
  message.role,
  message.content,
  message.tool_calls?.map((call) => [call.id, call.name, call.arguments]) ?? null,
  message.tool_call_id ?? null,
  message.name ?? null
]

const contentHash = (request: ProviderRequest, schemaFingerprint: string | undefined, sampling: Sampling): string =>
  sha256(
    JSON.stringify([
      request.messages.map(positional),
      request.tools === undefined ? null : toolsFingerprint(request.tools),
      request.response === undefined ? null : [request.response.name, schemaFingerprint],
      sampling.temperature,
      sampling.topP ?? null,
      sampling.maxTokens,
      sampling.stop ?? null,
      sampling.seed ?? null
    ])
  )

/**
 * The request as it is sent and its address in the ledger: a hash of all that is sent (model, messages, tools, schema,
 * sampling) and, above temperature 0 or in a redraw, of phase, item key, draw and redraw. Above temperature 0 the request
 * also gets a `seed` (31 bits) from the item's seed, the draws and the content, unless the caller set one: equal prompts
 * of other items or draws differ on the wire. The seed does not depend on the model's name. `schemaFingerprint` is that of
 * `request.response.schema`.
 */
export const addressed = (
  request: ProviderRequest,
  schemaFingerprint: string | undefined,
  { draw, item, itemSeed, phase, redraw }: CallScope
): Assigned => {
  const content = contentHash(request, schemaFingerprint, request.sampling)
  const place = [phase, item, draw, redraw]
  if (request.sampling.temperature === 0) {
    const shared = [VERSION, request.model, content]
    return { request, address: sha256(JSON.stringify(redraw === 0 ? shared : [...shared, null, ...place])) }
  }
  const seed = request.sampling.seed ?? seedOf(JSON.stringify([itemSeed, draw, redraw, content]))
  return {
    request: { ...request, sampling: { ...request.sampling, seed } },
    address: sha256(JSON.stringify([VERSION, request.model, content, seed, ...place]))
  }
}

/** 31 bits: servers differ in whether a seed may be larger than a signed 32-bit number. */
const seedOf = (text: string): number => Number.parseInt(sha256(text).slice(0, 8), 16) >>> 1
