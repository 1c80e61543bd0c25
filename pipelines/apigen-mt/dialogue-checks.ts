import type { DialogueMessage } from "../../schemas/dialogue.ts"
import type { Json } from "../../schemas/json.ts"
import type { DialogueCall } from "./calls.ts"
import type { Gold } from "./gold.ts"
import { asksForConsent, givesConsent } from "./speech.ts"
import type { PolicyFinding } from "./trajectory-tables.ts"

interface Dialogue {
  readonly messages: ReadonlyArray<DialogueMessage>
  readonly calls: ReadonlyArray<DialogueCall>
  readonly gold: Gold
}

type Finding = Pick<PolicyFinding, "message_index" | "message">

/** A rule of the policy that can be tested only where there is a dialogue (spec section 4.5). */
export interface DialogueCheck {
  readonly id: string
  /** Ids of the policy rules it enforces. */
  readonly rules: ReadonlyArray<string>
  readonly description: string
  readonly severity: PolicyFinding["severity"]
  readonly check: (dialogue: Dialogue) => ReadonlyArray<Finding>
}

const IDENTIFIES = /^find_user_id_by_/
const ITEM_WRITES: ReadonlySet<string> = new Set([
  "modify_pending_order_items",
  "return_delivered_order_items",
  "exchange_delivered_order_items"
])

const finding = (message_index: number | null, message: string): Finding => ({ message_index, message })

const text = (value: Json | undefined): string => (typeof value === "string" ? value : "")

/** "#W123" and "w123" are one order. */
const plain = (id: string) => id.toLowerCase().replaceAll("#", "")

const mentions = (message: DialogueMessage, id: string) => plain(message.content ?? "").includes(plain(id))

const identifications = (calls: ReadonlyArray<DialogueCall>) =>
  calls.filter((call) => IDENTIFIES.test(call.name) && !call.isError)

const identityFirst: DialogueCheck = {
  id: "DC-R2",
  rules: ["R2"],
  description: "Nothing is looked up or changed before the user has been found by e-mail, or by name and zip.",
  severity: "violation",
  check: ({ calls }) => {
    const first = identifications(calls)[0]?.messageIndex ?? Number.POSITIVE_INFINITY
    return calls
      .filter((call) => call.messageIndex < first && !IDENTIFIES.test(call.name))
      .filter((call) => call.kind === "read" || call.kind === "write")
      .map((call) => finding(call.messageIndex, `${call.name} before the user was identified`))
  }
}

const oneUser: DialogueCheck = {
  id: "DC-R3",
  rules: ["R3"],
  description: "One user a conversation: no one else is identified, and no one else's records are opened.",
  severity: "violation",
  check: ({ calls, gold }) =>
    calls.flatMap((call) => {
      if (call.isError) return []
      const owner = IDENTIFIES.test(call.name) ? call.observation.trim() : ownerOf(call)
      return owner === null || owner === gold.userId
        ? []
        : [finding(call.messageIndex, `${call.name} concerns ${owner}, another user`)]
    })
}

const ownerOf = (call: DialogueCall): string | null => {
  if (text(call.arguments?.user_id) !== "") return text(call.arguments?.user_id)
  if (call.name !== "get_order_details") return null
  return /"user_id":\s*"([^"]+)"/.exec(call.observation)?.[1] ?? null
}

const consent: DialogueCheck = {
  id: "DC-R4",
  rules: ["R4"],
  description: "Before each write the agent has named what it is about, has asked, and the user has said yes.",
  severity: "violation",
  check: ({ calls, messages }) => {
    const findings: Array<Finding> = []
    for (const call of calls) {
      if (call.kind !== "write") continue
      const before = messages.slice(0, call.messageIndex)
      const answer = before.findLast((message) => message.role === "user")
      const replies = before.filter(
        (message) =>
          message.role === "assistant" &&
          message.content !== null &&
          message.index < (answer?.index ?? Number.MAX_VALUE)
      )
      const question = replies.at(-1)
      const target = text(call.arguments?.order_id) || text(call.arguments?.address1)
      if (answer === undefined || !givesConsent(answer.content ?? "")) {
        findings.push(finding(call.messageIndex, `${call.name} without an explicit yes of the user`))
      } else if (question === undefined || !asksForConsent(question.content ?? "")) {
        findings.push(finding(call.messageIndex, `${call.name} although the agent had not asked for a yes`))
      } else if (target !== "" && !replies.some((reply) => mentions(reply, target))) {
        findings.push(finding(call.messageIndex, `${call.name} on ${target}, which the agent had not spelled out`))
      }
    }
    return findings
  }
}

/** Order numbers, item and product ids, payment methods, user ids, e-mail addresses, zip codes. */
const ID = /^(?:#?W?\d{5,}|[a-z]+(?:_[a-z]+)*_\d{3,}|\S+@\S+)$/i

const leaves = (value: Json): ReadonlyArray<string> => {
  if (typeof value === "string") return [value]
  if (value === null || typeof value !== "object") return []
  return (Array.isArray(value) ? (value as ReadonlyArray<Json>) : Object.values(value)).flatMap(leaves)
}

const visibleOrigin: DialogueCheck = {
  id: "DC-R5",
  rules: ["R5"],
  description: "Every id in a call has been said by the user or seen in an observation before.",
  severity: "violation",
  check: ({ calls, messages }) =>
    calls.flatMap((call) => {
      const ids = leaves(call.arguments ?? {}).filter((leaf) => ID.test(leaf))
      if (ids.length === 0) return []
      const seen = messages
        .slice(0, call.messageIndex)
        .filter((message) => message.role === "user" || message.role === "tool")
        .map((message) => plain(message.content ?? ""))
      return ids
        .filter((id) => !seen.some((known) => known.includes(plain(id))))
        .map((id) => finding(call.messageIndex, `${call.name}: ${id} was never said or seen`))
    })
}

const transferOnlyBeyondScope: DialogueCheck = {
  id: "DC-R7",
  rules: ["R1", "R7"],
  description: "The agent hands over to a person only where the task is beyond its tools and rules.",
  severity: "violation",
  check: ({ calls, gold }) =>
    gold.transfers
      ? []
      : calls
          .filter((call) => call.terminates)
          .map((call) => finding(call.messageIndex, `${call.name} although the request was within scope`))
}

const statusFirst: DialogueCheck = {
  id: "DC-R8",
  rules: ["R8"],
  description: "An order is looked up, and so its status known, before it is acted on.",
  severity: "violation",
  check: ({ calls }) =>
    calls.flatMap((call, position) => {
      const order = text(call.arguments?.order_id)
      if (call.kind !== "write" || order === "") return []
      const looked = calls
        .slice(0, position)
        .some(
          (earlier) =>
            !earlier.isError &&
            (earlier.name === "get_order_details" || earlier.kind === "write") &&
            plain(text(earlier.arguments?.order_id)) === plain(order)
        )
      return looked ? [] : [finding(call.messageIndex, `${call.name} on ${order}, whose status was not looked up`)]
    })
}

/** Advice: there are many good ways to ask, and a pattern knows only some of them. */
const listComplete: DialogueCheck = {
  id: "DC-R9",
  rules: ["R9"],
  description: "Before items of an order are changed or exchanged the agent asks whether the list is complete.",
  severity: "advice",
  check: ({ calls, messages }) =>
    calls
      .filter((call) => ITEM_WRITES.has(call.name) && !call.isError)
      .filter(
        (call) =>
          !messages
            .slice(0, call.messageIndex)
            .some(
              (message) =>
                message.role === "assistant" &&
                /\b(?:all|every(?:thing)?|any other|complete|once)\b/i.test(message.content ?? "")
            )
      )
      .map((call) =>
        finding(call.messageIndex, `${call.name} without a question whether the list of items is complete`)
      )
}

const productIsNoItem: DialogueCheck = {
  id: "DC-R16",
  rules: ["R16"],
  description: "An item's id is not used where a product's is wanted.",
  severity: "advice",
  check: ({ calls, messages }) =>
    calls.flatMap((call) => {
      const id = text(call.arguments?.product_id)
      if (id === "" || !call.isError) return []
      const asItem = new RegExp(`"item_id":\\s*"${id.replaceAll(/\W/g, "")}"`)
      return messages
        .slice(0, call.messageIndex)
        .some((message) => message.role === "tool" && asItem.test(message.content ?? ""))
        ? [finding(call.messageIndex, `${id} is an item, not a product`)]
        : []
    })
}

/** All checks, in the order of the rules. */
export const dialogueChecks: ReadonlyArray<DialogueCheck> = [
  identityFirst,
  oneUser,
  consent,
  visibleOrigin,
  transferOnlyBeyondScope,
  statusFirst,
  listComplete,
  productIsNoItem
]

export const dialogueFindings = (dialogue: Dialogue): ReadonlyArray<PolicyFinding> =>
  dialogueChecks.flatMap(({ check, id, severity }) =>
    check(dialogue).map((found) => ({ rule_id: id, ...found, severity }))
  )
