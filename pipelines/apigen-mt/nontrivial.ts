import type { DialogueMessage } from "../../schemas/dialogue.ts"
import { canonicalJson } from "../../schemas/json.ts"
import { type DialogueCall, repliesOf } from "./calls.ts"
import type { Gold } from "./gold.ts"
import { saysStrict } from "./outputs.ts"
import { refuses } from "./speech.ts"

/** Any way of finding the user will do: the rule may name the other one. */
const isIdentificationRule = (value: string) => value.includes('"name":"find_user_id_by_')

/**
 * What a task that leaves the database as it was still demands, since doing nothing passes its hash (spec section 6): who
 * the user is, the relevant reads, and an explicit answer, refusal or transfer. Returns what is missing; nothing for tasks
 * that change the database.
 */
export const missingWork = (
  gold: Gold,
  messages: ReadonlyArray<DialogueMessage>,
  calls: ReadonlyArray<DialogueCall>
): ReadonlyArray<string> => {
  if (gold.changes) return []
  const missing: Array<string> = []
  const worked = calls.filter((call) => !call.isError)
  const replies = repliesOf(messages).map((message) => message.content ?? "")
  const reads = worked.filter((call) => call.kind === "read")
  const isIdentification = (call: DialogueCall) => call.name.startsWith("find_user_id_by_")

  if (!reads.some(isIdentification)) missing.push("the user was never identified")
  if (!gold.transfers && !reads.some((call) => !isIdentification(call))) missing.push("nothing was looked up")

  const handsOver = worked.some(
    (call) => call.terminates && Object.values(call.arguments ?? {}).some((value) => String(value).trim().length >= 10)
  )
  const made = new Set(reads.map((call) => canonicalJson({ name: call.name, arguments: call.arguments })))
  for (const rule of gold.evalRules) {
    if (rule.kind === "read" && !isIdentificationRule(rule.value) && !made.has(rule.value)) {
      missing.push(`the read ${rule.value}`)
    }
    if (rule.kind === "state" && !replies.some((reply) => saysStrict(reply, rule.value))) {
      missing.push(`the answer ${rule.value}`)
    }
    if (rule.kind === "refuse" && !replies.some(refuses)) missing.push(`a refusal: ${rule.value}`)
  }
  if (gold.transfers) {
    if (replies.length === 0) missing.push("the transfer came before any reply")
    if (!handsOver) missing.push("a transfer with a summary")
  } else if (gold.task.outputs.length === 0 && !replies.some(refuses)) missing.push("an explicit refusal")
  return missing
}
