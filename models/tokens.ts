import { Effect } from "effect"
import type { ProviderRequest, Usage } from "./provider.ts"

/** Tokens of a text. */
export type CountTokens = (text: string) => number

/** Chat templates put a few tokens round each message and open the reply. */
const TOKENS_A_MESSAGE = 6
const TOKENS_A_REQUEST = 8

/**
 * Added to every count of a prompt: the encoding counted with (o200k) is not the model's own, and the vocabularies of
 * open models give up to a fifth more tokens for the same English text.
 */
const SAFETY = 1.2

/** Merging is quadratic in the length of a word: a text without spaces is counted in pieces, which can only add tokens. */
const PIECE = 1_024

const load = async (): Promise<CountTokens> => {
  const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base")
  // Text that spells a control token is ordinary text here, not an error.
  const options = { disallowedSpecial: new Set<string>() }
  return (text) => {
    if (text.length <= PIECE) return countTokens(text, options)
    let tokens = 0
    for (let start = 0; start < text.length; start += PIECE) {
      tokens += countTokens(text.slice(start, start + PIECE), options)
    }
    return tokens
  }
}

let counter: Promise<CountTokens> | undefined

/** Loaded on first use: the encoding costs 0.1 s and 100 MB, which only limits and budgets in tokens or USD need. */
export const tokenCounter: Effect.Effect<CountTokens> = Effect.promise(() => {
  counter ??= load()
  return counter
})

const exactPromptTokens = (count: CountTokens, request: ProviderRequest): number => {
  let tokens = TOKENS_A_REQUEST
  for (const message of request.messages) {
    tokens += TOKENS_A_MESSAGE + count(message.content ?? "")
    for (const call of message.tool_calls ?? []) tokens += TOKENS_A_MESSAGE + count(call.name) + count(call.arguments)
  }
  if (request.tools !== undefined) tokens += count(JSON.stringify(request.tools))
  if (request.response !== undefined) tokens += count(JSON.stringify(request.response.schema))
  return tokens
}

/** An upper estimate of a request's prompt tokens, for reserving before it is sent. */
export const promptTokens = (count: CountTokens, request: ProviderRequest): number =>
  Math.ceil(exactPromptTokens(count, request) * SAFETY)

/** Our count of a call whose server gave no usage. */
export const countedUsage = (count: CountTokens, request: ProviderRequest, reply: ReadonlyArray<string>): Usage => ({
  prompt: exactPromptTokens(count, request),
  completion: reply.reduce((sum, text) => sum + count(text), 0),
  cached: 0,
  reasoning: 0
})
