import type { ProviderRequest } from "../../../models/provider.ts"
import { canonicalJson, type JsonObject } from "../../../schemas/json.ts"
import type { Action } from "../../../stages/environment.ts"
import { parseArguments } from "../calls.ts"

export interface PastCall {
  readonly id: string
  readonly name: string
  readonly arguments: JsonObject
  readonly observation: string
  readonly ok: boolean
}

/** What an agent can see of its own dialogue, sorted. */
export interface AgentHistory {
  readonly userLines: ReadonlyArray<string>
  readonly replies: ReadonlyArray<string>
  readonly calls: ReadonlyArray<PastCall>
  /** The person's latest line. */
  readonly lastUser: string
  /** The agent's reply before it. */
  readonly lastReply: string
  /** The call whose answer is the newest message; null where the person spoke last. */
  readonly lastCall: PastCall | null
  /** Replies since the latest change: what was asked for an earlier matter does not count for the next. */
  readonly repliesSinceWrite: ReadonlyArray<string>
  readonly userLinesSinceWrite: ReadonlyArray<string>
}

const WRITES = /^(?:cancel|modify|return|exchange)_/

export const readHistory = (request: ProviderRequest): AgentHistory => {
  const userLines: Array<string> = []
  const replies: Array<string> = []
  const calls: Array<PastCall> = []
  let repliesSinceWrite: Array<string> = []
  let userLinesSinceWrite: Array<string> = []
  const answers = new Map(
    request.messages.flatMap((message) =>
      message.role === "tool" ? [[message.tool_call_id ?? "", message.content ?? ""] as const] : []
    )
  )
  for (const message of request.messages) {
    if (message.role === "user") {
      userLines.push(message.content ?? "")
      userLinesSinceWrite.push(message.content ?? "")
    }
    if (message.role !== "assistant") continue
    const call = message.tool_calls?.[0]
    if (call === undefined) {
      replies.push(message.content ?? "")
      repliesSinceWrite.push(message.content ?? "")
      continue
    }
    const observation = answers.get(call.id) ?? ""
    const ok = !observation.startsWith("Error")
    calls.push({ id: call.id, name: call.name, arguments: parseArguments(call.arguments) ?? {}, observation, ok })
    if (ok && WRITES.test(call.name)) {
      repliesSinceWrite = []
      userLinesSinceWrite = []
    }
  }
  return {
    userLines,
    replies,
    calls,
    lastUser: userLines.at(-1) ?? "",
    lastReply: replies.at(-1) ?? "",
    lastCall: request.messages.at(-1)?.role === "tool" ? (calls.at(-1) ?? null) : null,
    repliesSinceWrite,
    userLinesSinceWrite
  }
}

const key = (action: { readonly name: string; readonly arguments: JsonObject }) =>
  canonicalJson({ name: action.name, arguments: action.arguments })

/** This very call was made, and worked. */
export const worked = (history: AgentHistory, action: Action): boolean => {
  const wanted = key(action)
  return history.calls.some((call) => call.ok && key(call) === wanted)
}

/** A call of this tool was made and refused. */
export const failed = (history: AgentHistory, name: string): boolean =>
  history.calls.some((call) => !call.ok && call.name === name)

export const nextOf = (history: AgentHistory, reads: ReadonlyArray<Action>): Action | null =>
  reads.find((read) => !worked(history, read)) ?? null
