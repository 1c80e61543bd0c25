import { z } from "zod"
import { foldWidth, normalise } from "../text/normalise.ts"
import { overlapIndex, sharedRuns } from "../text/overlap.ts"
import type { FilterSubject, Finding } from "./filter.ts"
import { excerpt, ruleFilter } from "./rule-filter.ts"
import { rolesOption, type Spoken, spoken } from "./spoken.ts"

const options = z.strictObject({
  roles: rolesOption(["user", "assistant"]),
  mentions: z
    .enum(["clear", "any"])
    .default("clear")
    .describe(
      "`any` also rejects a bare 'the document' or 'the instructions', as R2S F_META does: for dialogues whose parties have no documents of their own."
    ),
  leakWords: z
    .int()
    .min(3)
    .max(100)
    .default(8)
    .describe("Words in a row that a message may not share with its writer's instructions."),
  leakCharacters: z.int().min(4).max(200).default(12).describe("The same for scripts without spaces."),
  systemMessage: z.boolean().default(true).describe("Whether the system message counts as instructions."),
  systemWords: z
    .int()
    .min(3)
    .max(200)
    .default(8)
    .describe(
      "Words in a row that a message may not share with the system message; more where clerks are to quote the house's rules."
    ),
  systemCharacters: z.int().min(4).max(400).default(12).describe("The same for scripts without spaces.")
})

type Options = z.output<typeof options>

const SOURCE =
  "(?:document|passage|text|context|article|excerpt|reference(?: text| material| document)?|source (?:text|material)|knowledge base|material)"
const SHOWN = "(?:provided|given|above|supplied|attached|reference|referenced|following|preceding|original|source)"

/** Talk of the text behind the dialogue that no party would have in front of it. Matched against normalised text. */
const CLEAR: ReadonlyArray<RegExp> = [
  new RegExp(`\\bthe ${SHOWN} ${SOURCE}s?\\b`),
  new RegExp(
    `\\bthe ${SOURCE}s? (?:above|below|provided|given|supplied|says?|states?|mentions?|describes?|notes?|indicates?|explains?|(?:does not|doesn't|did not) (?:say|state|mention|specify|provide))\\b`
  ),
  new RegExp(
    `\\b(?:according to|based on|as (?:mentioned|stated|described|noted) in|(?:mentioned|stated|described|written|found) in|per) (?:the|this|your) ${SOURCE}s?\\b(?! (?:that )?(?:i|we|you)(?:'ve| have| just){0,2} (?:wrote|written|drafted|made|said|pasted|came))`
  ),
  /\b(?:the|my|your|this) (?:system |user )?prompts?\b(?! (?:reply|response|delivery|attention|payment|service|action))/,
  /\b(?:my|the) (?:system instructions|instructions (?:say|state|tell|above|i (?:was|have been) given))\b/,
  /\b(?:as|i was|i am|i'm|i have been|i've been) instructed (?:to|by|in|not)\b|\bi (?:was|have been|am) told to (?:play|pretend|act|role-?play|respond|simulate)\b/,
  /\b(?:in|during|for) this (?:role-?play|simulation|simulated (?:conversation|dialogue))\b/,
  /(?:根据|依据|按照|参考|基于|结合)(?:上述|上面|以上|所给|给定|提供|所提供|该|这[段篇份])(?:的)?(?:文档|文本|文章|材料|资料|原文|段落|内容|文字|上下文)/,
  /(?:文档|原文|文章|文本|上文|文中|材料|参考资料)(?:里|中|内)?(?:提到|提及|说明?了?|指出|写道|写明|描述|记载|显示|没有(?:提到|提及|说明))/,
  /(?:上述|以上|给定的?|所给的?|提供的|参考)(?:文档|文本|文章|原文|段落|上下文)/,
  /(?:系统)?提示词|(?:我的|系统|上面的|给定的|收到的)指令|(?:我被|我是被)(?:要求|指示)(?:扮演|模拟|假装)|(?:本次|这次)(?:角色扮演|模拟对话)/
]

const ANY: ReadonlyArray<RegExp> = [
  ...CLEAR,
  new RegExp(`\\b(?:the|this) ${SOURCE}s?\\b`),
  /\b(?:the|my) instructions?\b/,
  /文档|原文|参考资料|指令|上文/
]

/** Tokens of chat templates, tags of reasoning and calls, and markers that end simulated conversations. */
const SPECIAL =
  /<[|｜][\p{L}\p{N}_▁ /-]{1,40}[|｜]>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:s|bos|eos|pad|unk|think|thinking|tool_call|tool_response|function_call|start_of_turn|end_of_turn)>|#{3}[A-Z]{3,20}#{3}|\[(?:BOS|EOS|PAD|UNK|CLS|SEP)\]/u

/** A line that begins as a transcript's does. Parties that a clerk's list may name count only at the very beginning. */
const MARKERS: ReadonlyArray<RegExp> = [
  /^[ \t>*_#-]*(?:user|assistant|human|ai|system|bot|chatgpt|gpt|### ?(?:instruction|response|input))[*_]{0,2} ?:[*_]{0,2}(?=\s|$)/im,
  /^[*_]{0,2}(?:agent|customer|client|counsell?or|customer service|seeker|speaker [ab12])[*_]{0,2} ?:(?=\s|\S)/i,
  /^[*_]{0,2}(?:用户|助手|客服|顾客|客户|系统|人类|机器人|咨询师|来访者)[*_]{0,2} ?:/m
]

/**
 * Talk that belongs to the making of a dialogue and not into it: mentions of the document or prompt behind it, stretches of
 * the instructions, tokens of chat templates, speakers' names inside a message. R2S F_META, tooldial R15.
 */
export const metaTalk = ruleFilter({
  name: "meta-talk",
  description: "Nobody mentions the document, the prompt or the instructions behind the dialogue, or repeats them.",
  codes: {
    META_MENTION: "a message speaks of the document, the prompt or the instructions behind it",
    PROMPT_LEAK: "a message repeats a stretch of the instructions or of the system message",
    SPECIAL_TOKEN: "a message holds a token of a chat template, a reasoning tag or an end marker",
    ROLE_MARKER: "a message names a speaker at the beginning of a line"
  },
  options,
  cost: 1,
  find: (options) => (subject) => {
    const leaks = leakChecks(subject, options)
    return spoken(subject.messages, options.roles).flatMap((message) => [
      ...mentions(message, options.mentions),
      ...leaks.flatMap((check) => check(message)),
      ...markup(message)
    ])
  }
})

const mentions = ({ index, role, text }: Spoken, which: "clear" | "any"): ReadonlyArray<Finding> => {
  const plain = normalise(text)
  for (const pattern of which === "any" ? ANY : CLEAR) {
    const found = pattern.exec(plain)?.[0]
    if (found === undefined) continue
    const reason = `Message ${index} (${role}) speaks of what stands behind the dialogue: ${JSON.stringify(found)}.`
    return [{ code: "META_MENTION", reason, evidence: { message: index, role, found } }]
  }
  return []
}

type LeakCheck = (message: Spoken) => ReadonlyArray<Finding>

const leakChecks = (subject: FilterSubject, options: Options): ReadonlyArray<LeakCheck> => {
  const check = (texts: ReadonlyArray<string>, words: number, characters: number, source: string): LeakCheck => {
    const index = overlapIndex(texts, { words, characters })
    return (message) =>
      sharedRuns(message.text, index)
        .slice(0, 1)
        .map((run) => ({
          code: "PROMPT_LEAK",
          reason: `Message ${message.index} (${message.role}) repeats ${run.tokens} tokens of the ${source}: ${JSON.stringify(excerpt(run.text, 60))}.`,
          evidence: {
            message: message.index,
            role: message.role,
            source,
            start: message.start + run.start,
            end: message.start + run.end,
            tokens: run.tokens,
            found: excerpt(run.text)
          }
        }))
  }
  const systems = subject.messages.flatMap(({ content, role }) =>
    role === "system" && content !== null ? [content] : []
  )
  const { instructions = [] } = subject
  return [
    ...(instructions.length > 0
      ? [check(instructions, options.leakWords, options.leakCharacters, "instructions")]
      : []),
    ...(options.systemMessage && systems.length > 0
      ? [check(systems, options.systemWords, options.systemCharacters, "system message")]
      : [])
  ]
}

const markup = ({ index, role, text }: Spoken): ReadonlyArray<Finding> => {
  const special = SPECIAL.exec(text)?.[0]
  const folded = foldWidth(text)
  const marker = MARKERS.map((pattern) => pattern.exec(folded)?.[0]).find((found) => found !== undefined)
  return [
    ...(special === undefined
      ? []
      : [
          {
            code: "SPECIAL_TOKEN",
            reason: `Message ${index} (${role}) holds ${JSON.stringify(special)}.`,
            evidence: { message: index, role, found: special }
          }
        ]),
    ...(marker === undefined
      ? []
      : [
          {
            code: "ROLE_MARKER",
            reason: `Message ${index} (${role}) names a speaker: ${JSON.stringify(marker.trim())}.`,
            evidence: { message: index, role, found: marker.trim() }
          }
        ])
  ]
}
