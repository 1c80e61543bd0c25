import { readFileSync } from "node:fs"
import type { ProviderReply } from "../../models/provider.ts"
import { fingerprint } from "../../schemas/json.ts"
import type { Message } from "../../schemas/message.ts"
import type { Answer, WireRequest } from "./wire.ts"

/**
 * The key of a recorded reply: the fingerprint of `{ messages, seed }`, where a message keeps `role`, `content` (an absent
 * or empty one is null), `tool_calls` and `tool_call_id` and loses what does not travel (`name`, `reasoning`). The seed is
 * null at temperature 0. So a ledger of simulated models, whose entries hold `request.messages` and
 * `request.sampling.seed`, can be played back by this server to the provider `openai` and give the same dialogues.
 */
export const replayKey = (messages: ReadonlyArray<Message>, seed: number | undefined): string =>
  fingerprint({
    messages: messages.map((message) => ({
      role: message.role,
      content: message.content || null,
      tool_calls: message.tool_calls?.map((call) => [call.id, call.name, call.arguments]) ?? [],
      tool_call_id: message.tool_call_id ?? null
    })),
    seed: seed ?? null
  })

/** One line of a recording. */
export const replayLine = (messages: ReadonlyArray<Message>, seed: number | undefined, reply: ProviderReply): string =>
  JSON.stringify({ key: replayKey(messages, seed), reply })

export type Recording = ReadonlyMap<string, ProviderReply>

export const readRecording = (file: string): Recording => {
  const recording = new Map<string, ProviderReply>()
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line === "") continue
    const { key, reply } = JSON.parse(line) as { key: string; reply: ProviderReply }
    recording.set(key, reply)
  }
  return recording
}

export const recorded = (recording: Recording, request: WireRequest): Answer | undefined => {
  const messages = request.messages.map(
    (message): Message => ({
      role: message.role,
      content: message.content,
      ...(message.tool_calls === undefined
        ? {}
        : {
            tool_calls: message.tool_calls.map(({ function: f, id }) => ({ id, name: f.name, arguments: f.arguments }))
          }),
      ...(message.tool_call_id === undefined ? {} : { tool_call_id: message.tool_call_id })
    })
  )
  const reply = recording.get(replayKey(messages, request.seed))
  if (reply === undefined) return undefined
  const { content, finishReason, reasoning, toolCalls } = reply
  return { content, reasoning, toolCalls, finishReason }
}
