import type { LedgerEntry } from "../models/ledger.ts"
import type { ProviderReply, ProviderRequest } from "../models/provider.ts"
import { printable } from "./printable.ts"

const indent = (text: string): string => text.replaceAll("\n", "\n    ")

/** Messages sent and the reply, from their JSON texts. */
export const showMessages = (request: string | null, reply: string | null): string =>
  request === null || reply === null
    ? "(not read)"
    : shown([...sent(JSON.parse(request) as ProviderRequest), ...answered(JSON.parse(reply) as ProviderReply)])

/** Names of tools and models are data as well. */
const shown = (lines: ReadonlyArray<string>): string => printable(lines.join("\n"))

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
  shown([
    `Call ${entry.address}`,
    `phase ${entry.phase}, item ${entry.item}, stage ${entry.stage}, role ${entry.role}, draw ${entry.draw}`,
    `${entry.provider}: ${entry.request.model} (answered as ${entry.reply.model}), ${new Date(entry.at).toISOString()}, ${Math.round(entry.milliseconds)} ms, attempts ${entry.attempts}, USD ${entry.costUsd}`,
    ...sent(entry.request),
    ...answered(entry.reply)
  ])
