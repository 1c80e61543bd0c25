import type { LabelScore } from "../capabilities/backend.ts"
import { undisguised } from "./disguise.ts"
import { weighed } from "./evidence.ts"
import { folded } from "./words.ts"

/** Up to four words between. */
const GAP = "(?: [^ ]{1,20}){0,4}"

/** On words in lower case with one space between and round them. */
const ENGLISH: ReadonlyArray<readonly [weight: number, pattern: RegExp]> = [
  [
    0.95,
    new RegExp(
      ` (?:ignore|disregard|forget|override|bypass|skip)${GAP} (?:previous|prior|above|earlier|preceding|system|original|initial|your)${GAP} (?:instructions?|prompts?|rules|guidelines|directions?|programming|orders)`,
      "u"
    )
  ],
  [0.9, / (?:do anything now|dan mode|jailbreak mode|developer mode enabled|enable developer mode|god mode) /u],
  [
    0.85,
    / you are (?:now|no longer) (?:dan|an? (?:unrestricted|uncensored|unfiltered|evil)|bound by|restricted|a language model) /u
  ],
  [0.85, / you are now (?:[^ ]{1,20} ){1,4}without (?:any )?(?:restrictions?|rules|filters?|limits?|limitations?) /u],
  [
    0.85,
    new RegExp(
      ` (?:reveal|print|show|repeat|output|tell me|leak|display|give me)${GAP} (?:system prompt|system message|hidden instructions|initial instructions|secret instructions|your instructions|your prompt|prompt above|text above)`,
      "u"
    )
  ],
  [
    0.8,
    / (?:pretend|act|roleplay|respond|behave)(?: [^ ]{1,20}){0,6} (?:no restrictions|no rules|without restrictions|without any restrictions|no filters?|no limits?|no ethical) /u
  ],
  [
    0.8,
    / (?:new|updated|important) (?:system )?(?:instructions?|orders?) (?:for the|to the|for) (?:ai|assistant|model|agent) /u
  ],
  [
    0.7,
    / (?:do not|don't|never) (?:tell|inform|mention|reveal)(?: [^ ]{1,20}){0,4} (?:the user|to the user|user about)/u
  ],
  [0.7, / (?:from now on|starting now) you (?:will|must|shall|are) (?:only|always|never|to) /u]
]

/** Marks of the formats in which models are given their instructions: none of them belongs into what somebody says. */
const MARKS: ReadonlyArray<readonly [weight: number, pattern: RegExp]> = [
  [0.9, /<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)\|>/u],
  [0.85, /\[\/?inst\]|<<\/?sys>>/u],
  [0.8, /<\/?system>|^#{2,3} ?(?:system|instruction)s?:?$/mu],
  [0.7, /^(?:system|developer) ?: ?\S/mu]
]

/** On text with nothing between its Han characters. */
const CHINESE: ReadonlyArray<readonly [weight: number, pattern: RegExp]> = [
  [
    0.95,
    /(?:忽略|无视|忘记|忘掉|不要理会|跳过|绕过).{0,8}(?:之前|以上|上面|上述|先前|前面|系统|原来|所有|你).{0,6}(?:指令|指示|提示|规则|设定|要求|命令|限制)/u
  ],
  [0.85, /(?:输出|显示|打印|告诉我|泄露|复述|重复|展示).{0,6}(?:系统提示|系统消息|提示词|初始指令|隐藏指令|你的指令)/u],
  [0.85, /你(?:现在|从现在起|不再)(?:是|受).{0,10}(?:没有|不受|无|任何).{0,4}(?:限制|约束|审查|规则)/u],
  [0.85, /(?:开发者模式|越狱模式|无限制模式|上帝模式)/u],
  [0.8, /(?:假装|扮演|假设).{0,12}(?:没有|不受|无视).{0,4}(?:限制|约束|规则|道德|审查)/u],
  [0.7, /(?:不要|别|切勿)(?:告诉|告知|通知|提醒)(?:用户|客户|对方)/u]
]

/**
 * "injection" and "safe", which sum to 1: wordings that try to take over the model that reads them, and marks of prompt formats, in
 * English and Chinese. One sort gives 0.7 to 0.95.
 *
 * It knows the usual wordings alone: a text about injections counts as one, and one that is phrased afresh does not. Never a defence
 * by itself.
 */
export const injection = (text: string): ReadonlyArray<LabelScore> => {
  const { han, words } = undisguised(text)
  const plain = folded(text)
  const found = [
    ...ENGLISH.filter(([, pattern]) => pattern.test(words)),
    ...MARKS.filter(([, pattern]) => pattern.test(plain)),
    ...CHINESE.filter(([, pattern]) => pattern.test(han))
  ]
  return weighed(
    found.map(([weight]) => weight),
    { bad: "injection", good: "safe" }
  )
}
