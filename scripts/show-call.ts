import type { LedgerEntry } from "../models/ledger.ts"
import type { ProviderReply, ProviderRequest } from "../models/provider.ts"

/** Model output and documents are data: control characters (but line breaks and tabs) must not reach the terminal. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, " ")

const indent = (text: string): string => printable(text).replaceAll("\n", "\n    ")

/** Messages sent and the reply, from their JSON texts. */
export const showMessages = (request: string | null, reply: string | null): string =>
  request === null || reply === null
    ? "(not read)"
    : [...sent(JSON.parse(request) as ProviderRequest), ...answered(JSON.parse(reply) as ProviderReply)].join("\n")

const sent = (request: ProviderRequest): ReadonlyArray<string> => [
  ...request.messages.map((message) => {
    const calls = (message.tool_calls ?? []).map((call) => `${call.name}(${call.arguments})`).join(", ")
    return `  ${message.role}: ${indent([message.content ?? "", calls].filter((part) => part !== "").join(" -> "))}`
  }),
  `  (tools ${request.tools?.map((tool) => tool.name).join(", ") ?? "none"}; response ${request.response?.name ?? "free"}; sampling ${JSON.stringify(request.sampling)})`
]

const answered = (reply: ProviderReply): ReadonlyArray<string> => [
  ...(reply.reasoning === null ? [] : [`  => reasoning: ${indent(reply.reasoning)}`]),
  ...(reply.content === null ? [] : [`  => ${indent(reply.content)}`]),
  ...reply.toolCalls.map((call) => `  => ${call.name}(${indent(call.arguments)})`),
  `  (${reply.finishReason}; ${reply.usage.prompt} + ${reply.usage.completion} tokens${reply.usageEstimated ? ", estimated" : ""})`
]

export const showCall = (entry: LedgerEntry): string =>
  [
    `Call ${entry.address}`,
    `phase ${entry.phase}, item ${entry.item}, stage ${entry.stage}, role ${entry.role}, draw ${entry.draw}`,
    `${entry.provider}: ${entry.request.model} (answered as ${entry.reply.model}), ${new Date(entry.at).toISOString()}, ${Math.round(entry.milliseconds)} ms, attempts ${entry.attempts}, USD ${entry.costUsd}`,
    ...sent(entry.request),
    ...answered(entry.reply)
  ].join("\n")
