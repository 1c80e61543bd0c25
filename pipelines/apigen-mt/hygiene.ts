import type { DialogueMessage } from "../../schemas/dialogue.ts"
import type { Environment } from "../../stages/environment.ts"
import { argumentIssues } from "../../stages/tool-arguments.ts"
import { callsOf } from "./calls.ts"

/**
 * What would make a dialogue a bad example of the format (spec section 3.4): each issue is "CODE at message: what". The
 * first message is the person's; each call is answered at once; one call or one text a step; the last message is a
 * reply or the answer to a terminating call.
 */
export const hygieneIssues = (
  environment: Environment,
  messages: ReadonlyArray<DialogueMessage>
): ReadonlyArray<string> => {
  const issues: Array<string> = []
  const issue = (code: string, at: number, what: string) => issues.push(`${code} at ${at}: ${what}`)

  if (messages[0]?.role !== "user") issue("BAD_START", 0, "the first message is not the person's")
  const ids = new Set<string>()
  messages.forEach((message, at) => {
    const before = messages[at - 1]
    const calls = message.tool_calls ?? []
    if (message.role === "assistant") {
      if (calls.length > 1) issue("PARALLEL_CALLS", at, `${calls.length} calls in one step`)
      if (calls.length > 0 && (message.content ?? "") !== "") issue("TEXT_WITH_CALL", at, "a text beside a call")
      if (calls.length === 0 && (message.content ?? "").trim() === "") issue("EMPTY_REPLY", at, "neither text nor call")
      if (before?.role === "assistant") issue("CONSECUTIVE_AGENT_MESSAGES", at, "follows another message of the agent")
      for (const call of calls) {
        if (ids.has(call.id)) issue("DUPLICATE_CALL_ID", at, call.id)
        ids.add(call.id)
        if (!messages.slice(at + 1).some((later) => later.role === "tool" && later.tool_call_id === call.id)) {
          issue("UNANSWERED_CALL", at, call.id)
        }
      }
    }
    if (message.role === "tool" && !(before?.tool_calls ?? []).some((call) => call.id === message.tool_call_id)) {
      issue("ORPHAN_OBSERVATION", at, `answers ${message.tool_call_id ?? "nothing"}`)
    }
    if (message.role === "user" && before?.role === "user") {
      issue("CONSECUTIVE_USER_MESSAGES", at, "follows another message of the person")
    }
    if (message.role === "system") issue("SYSTEM_MESSAGE", at, "the policy stands beside the messages, not among them")
  })

  for (const call of callsOf(environment, messages)) {
    const tool = environment.tools.get(call.name)
    if (tool === undefined) issue("UNKNOWN_TOOL", call.messageIndex, call.name)
    else if (call.arguments === null) issue("BAD_ARGUMENTS", call.messageIndex, `${call.name}: not a JSON object`)
    else {
      for (const { message, pointer } of argumentIssues(tool.tool.parameters, call.arguments)) {
        issue("BAD_ARGUMENTS", call.messageIndex, `${call.name}: ${pointer || "(whole)"} ${message}`)
      }
    }
  }

  const last = messages.at(-1)
  const endsInReply = last?.role === "assistant" && (last.tool_calls ?? []).length === 0
  const endsInTransfer = last?.role === "tool" && environment.tools.get(last.name ?? "")?.terminates === true
  if (!endsInReply && !endsInTransfer)
    issue("BAD_ENDING", messages.length - 1, "ends neither in a reply nor in a transfer")
  return issues
}
