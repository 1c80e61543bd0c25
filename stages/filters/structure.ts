import { z } from "zod"
import type { Message } from "../../schemas/message.ts"
import { withoutCode } from "../text/code.ts"
import { foldWidth } from "../text/normalise.ts"
import { pairCalls } from "./call-pairs.ts"
import type { FilterSubject, Finding } from "./filter.ts"
import { excerpt, ruleFilter } from "./rule-filter.ts"
import { spoken } from "./spoken.ts"

const options = z.strictObject({
  begins: z
    .enum(["user", "assistant", "either"])
    .default("user")
    .describe("Who speaks first, the system aside; `either` where an assistant may greet."),
  ends: z
    .enum(["assistant", "user", "either"])
    .default("assistant")
    .describe("Who has the last word: an assistant's text is what a trainer learns from."),
  closingTools: z
    .array(z.string())
    .default(["transfer_to_human_agents"])
    .describe(
      "Tools whose answer may end a dialogue; the default is the terminating tool of tau-bench (arXiv:2406.12045)."
    ),
  minTurns: z.int().min(0).default(2).describe("Messages with text of the user and the assistant, at least."),
  maxTurns: z
    .int()
    .min(1)
    .default(100)
    .describe("Messages with text of the user and the assistant, at most; R2S stops at 16 rounds, so 32."),
  maxSameRole: z
    .int()
    .min(1)
    .default(1)
    .describe("Messages in a row of one party, at most; an assistant's calls and their answers are not counted.")
})

/** A whole message that stands for one that was never written; r2s F_EMPTY has `xxx`, `...` and `x.x`. */
const PLACEHOLDER =
  /^["'([{<【]*(?:x{2,}|[.。…·]+|-+|x\.x|todo|tbd|fixme|null|undefined|nan|n\/a|\[object object\]|placeholder|(?:sample|example|dummy) (?:text|reply|message)|to be (?:written|added|determined|filled in)|lorem ipsum.*|(?:待|未)(?:补充|定|填写)|占位符?|示例(?:文本|回复|内容)|此处省略.*|略|暂无)["')\]}>】.。!！…]*$/isu
/** A whole message in brackets that says what should stand there. */
const STAND_IN =
  /^[[(<【{]{1,2}[^\][()<>【】{}]{0,60}(?<!\p{L})(?:here|replies|reply|response|answer|message|text|content|回复|回答|内容)(?![a-z])[^\][()<>【】{}]{0,40}[\])>】}]{1,2}$/isu

/** Holes in a message that was written from a form. */
const HOLES: ReadonlyArray<RegExp> = [
  /\[(?:insert|enter|your|customer'?s?|user'?s?|(?:first |last )?name|date|(?:order|item|product|account|phone|tracking|reference) (?:id|number|name)|address|company)(?!\p{L})[^\]\n]{0,40}\]/iu,
  /[[【](?:插入|填写|此处|姓名|您的|你的|客户|订单|商品|日期|地址)[^\]】\n]{0,40}[\]】]/u,
  /\{\{ ?[\p{L}\p{N}_ .-]{1,40}\}\}/u,
  /<(?:insert|enter|your)[ _][^>\n]{1,40}>/iu,
  /\b(?:TODO|TBD|FIXME):/u,
  /(?<![\p{L}\p{N}])x{3,}(?![\p{L}\p{N}])/u
]

/**
 * The form of a dialogue, whatever it says: who speaks when, that everybody says something, that tool messages answer
 * calls, and how it ends. After a user comes the assistant; after a call its answers, then the assistant again.
 */
export const structure = ruleFilter({
  name: "structure",
  description: "Roles alternate, no message is empty or a placeholder, tool messages answer calls, the end is regular.",
  codes: {
    NO_MESSAGES: "there is no message",
    SYSTEM_NOT_FIRST: "a system message stands elsewhere than at the beginning",
    WRONG_BEGINNING: "somebody else than `begins` speaks first",
    ROLE_ORDER: "a message follows one that it cannot follow",
    SAME_ROLE: "a party has more messages in a row than `maxSameRole`",
    EMPTY: "a message says nothing and calls nothing",
    PLACEHOLDER: "a message is a placeholder, or holds one",
    TOOL_WITHOUT_CALL: "a tool message answers no call before it",
    DUPLICATE_CALL_ID: "two calls have one id",
    IRREGULAR_END: "the dialogue ends in the middle",
    TOO_FEW_TURNS: "fewer messages with text than `minTurns`",
    TOO_MANY_TURNS: "more messages with text than `maxTurns`"
  },
  options,
  cost: 0.01,
  find: (options) => (subject) =>
    subject.messages.length === 0
      ? [{ code: "NO_MESSAGES", reason: "The dialogue has no message.", evidence: {} }]
      : [...order(subject.messages, options), ...contents(subject), ...calls(subject), ...turns(subject, options)]
})

type Options = z.output<typeof options>

const isCall = (message: Message | undefined): boolean => (message?.tool_calls ?? []).length > 0

const order = (messages: ReadonlyArray<Message>, options: Options): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  const first = messages.findIndex(({ role }) => role !== "system")
  let inARow = 1
  for (const [index, { role }] of messages.entries()) {
    const previous = messages[index - 1]
    const at = { message: index, role, after: previous?.role ?? null }
    if (role === "system") {
      if (index > 0) {
        const reason = `Message ${index} is a system message; only the first may be one.`
        findings.push({ code: "SYSTEM_NOT_FIRST", reason, evidence: at })
      }
      continue
    }
    if (index === first) {
      if (role === "tool" || (options.begins !== "either" && role !== options.begins)) {
        const expected = options.begins === "either" ? "the user or the assistant" : `the ${options.begins}`
        const reason = `Message ${index} is the first and of role ${role}; ${expected} should begin.`
        findings.push({ code: "WRONG_BEGINNING", reason, evidence: { ...at, expected: options.begins } })
      }
      continue
    }
    if (previous === undefined || previous.role === "system") continue
    if (role === previous.role && role !== "tool" && !isCall(previous)) {
      inARow++
      if (inARow > options.maxSameRole) {
        const reason = `Message ${index} is the ${role}'s number ${inARow} in a row; at most ${options.maxSameRole} may be.`
        findings.push({ code: "SAME_ROLE", reason, evidence: { ...at, in_a_row: inARow } })
      }
      continue
    }
    inARow = 1
    if (!mayFollow(role, previous)) {
      const after = isCall(previous) ? "a tool call" : `a message of role ${previous.role}`
      const reason = `Message ${index} of role ${role} follows ${after}.`
      findings.push({ code: "ROLE_ORDER", reason, evidence: at })
    }
  }
  return [...findings, ...end(messages, options)]
}

/** Both are no system messages, and not of one role in a row. */
const mayFollow = (role: Message["role"], previous: Message): boolean => {
  if (role === "tool") return isCall(previous) || previous.role === "tool"
  if (role === "assistant") return !isCall(previous)
  return previous.role === "assistant" && !isCall(previous)
}

const end = (messages: ReadonlyArray<Message>, { closingTools, ends }: Options): ReadonlyArray<Finding> => {
  const index = messages.length - 1
  const last = messages[index] as Message
  const called = last.role === "tool" ? pairCalls(messages).calls.find(({ answer }) => answer === index) : undefined
  if (called !== undefined && closingTools.includes(called.call.name)) return []
  const isRegular = (last.role === "assistant" || last.role === "user") && !isCall(last)
  if (isRegular && (ends === "either" || last.role === ends)) return []
  const found = isCall(last) ? "a tool call" : `a message of role ${last.role}`
  const expected = ends === "either" ? "the user or the assistant" : `the ${ends}`
  const reason = `The dialogue ends with ${found}; ${expected} should have the last word.`
  return [{ code: "IRREGULAR_END", reason, evidence: { message: index, role: last.role, expected: ends } }]
}

const contents = ({ messages }: FilterSubject): ReadonlyArray<Finding> =>
  messages.flatMap((message, index): ReadonlyArray<Finding> => {
    const { content, role } = message
    const text = content?.trim() ?? ""
    if (text === "") {
      // A tool may answer with nothing: an empty list printed, a write that reports no more than success.
      if (isCall(message) || (role === "tool" && content !== null)) return []
      const reason = `Message ${index} of role ${role} is empty.`
      return [{ code: "EMPTY", reason, evidence: { message: index, role } }]
    }
    if (role !== "user" && role !== "assistant") return []
    const folded = foldWidth(text)
    const prose = withoutCode(folded)
    const found =
      PLACEHOLDER.test(folded) || STAND_IN.test(folded)
        ? text
        : HOLES.map((hole) => hole.exec(prose)?.[0]).find((hole) => hole !== undefined)
    if (found === undefined) return []
    const reason = `Message ${index} of role ${role} holds the placeholder ${JSON.stringify(excerpt(found, 60))}.`
    return [{ code: "PLACEHOLDER", reason, evidence: { message: index, role, found: excerpt(found, 60) } }]
  })

const calls = ({ messages }: FilterSubject): ReadonlyArray<Finding> => {
  const { orphans, repeatedIds } = pairCalls(messages)
  return [
    ...orphans.map((index) => {
      const id = messages[index]?.tool_call_id ?? null
      const reason = `Message ${index} answers the call ${JSON.stringify(id)}, which is not open.`
      return { code: "TOOL_WITHOUT_CALL", reason, evidence: { message: index, tool_call_id: id } }
    }),
    ...repeatedIds.map(({ call, message }) => {
      const reason = `Message ${message} makes a call with the id ${JSON.stringify(call.id)}, which an earlier one has.`
      return { code: "DUPLICATE_CALL_ID", reason, evidence: { message, tool_call_id: call.id } }
    })
  ]
}

const turns = ({ messages }: FilterSubject, { maxTurns, minTurns }: Options): ReadonlyArray<Finding> => {
  const found = spoken(messages, ["user", "assistant"]).length
  if (found < minTurns) {
    const reason = `The dialogue has ${found} turns; at least ${minTurns} are wanted.`
    return [{ code: "TOO_FEW_TURNS", reason, evidence: { turns: found, limit: minTurns } }]
  }
  if (found <= maxTurns) return []
  const reason = `The dialogue has ${found} turns; at most ${maxTurns} are wanted.`
  return [{ code: "TOO_MANY_TURNS", reason, evidence: { turns: found, limit: maxTurns } }]
}
