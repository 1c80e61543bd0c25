import { z } from "zod"
import { normalise } from "../text/normalise.ts"
import { sentences } from "../text/sentences.ts"
import { sizeOf } from "../text/words.ts"
import type { Finding } from "./filter.ts"
import { excerpt, ruleFilter } from "./rule-filter.ts"
import { rolesOption, spoken } from "./spoken.ts"

const options = z.strictObject({
  roles: rolesOption(["user", "assistant"]),
  minReasonWords: z
    .int()
    .min(1)
    .default(5)
    .describe(
      "A decline that says in at least so many further words (or twice as many characters) why, or what to do instead, is no bare refusal."
    )
})

/** What only a language model says of itself. Matched against normalised text. */
const DISCLAIMERS: ReadonlyArray<RegExp> = [
  /\bas an? (?:(?:large |text-based )?(?:ai|artificial intelligence|language)(?: language)?(?: model| assistant| chatbot| system)|ai|llm|chatbot|machine learning model)(?=,| i\b| my\b| it\b)/,
  /\bi(?:'m| am) (?:just |only |merely |simply )?an? (?:large )?(?:ai )?language model\b/,
  /\bi(?:'m| am) (?:just|only|merely|simply) an? (?:ai|artificial intelligence|bot|chatbot|computer program|virtual assistant)\b/,
  /\bi (?:do not|don't) have (?:personal |any )?(?:feelings|emotions|consciousness|personal (?:opinions|beliefs|experiences))\b/,
  /\bmy (?:knowledge (?:cut-?off|is limited to)|training data|last (?:knowledge )?update)\b/,
  /\bas of my (?:last|latest|most recent) (?:knowledge |training )?(?:update|cut-?off)\b/,
  /\bi was (?:trained|created|developed|programmed) by (?:openai|anthropic|google|meta|alibaba|deepseek|mistral)\b/,
  /作为(?:一个|一名|一款)?(?:大型)?(?:ai|人工智能|语言模型|大模型)(?:语言模型|助手|模型|机器人)?[,,]?(?:我|无法|不能|没有)/,
  /我(?:只是|仅仅?是|是)(?:一个|一款|一名)?(?:由\S{1,12}(?:开发|训练)的)?(?:大型)?(?:ai|人工智能)?(?:语言模型|大模型)/,
  /我(?:只是|仅仅?是)(?:一个|一款|一名)?(?:ai|人工智能|聊天机器人|虚拟助手)/,
  /我的(?:训练数据|知识(?:截止|库?更新))/,
  /我(?:并)?没有(?:个人的?)?(?:情感|感情|意识|主观(?:感受|意见))/
]

/** Refusals in the words of model providers: no business declines so. */
const CANNED: ReadonlyArray<RegExp> = [
  /\bi(?:'m| am)? (?:can't|cannot|can not|won't|will not|(?:not able|unable) to|must decline to) (?:fulfil|fulfill|comply with|engage (?:in|with)|generate|produce|create) (?:this|that|your|such|any|the|content|harmful|explicit|inappropriate)\b/,
  /\b(?:against|violates?|violation of|goes against|outside) (?:my|openai'?s?|the|our) (?:programming|ethical guidelines|content polic(?:y|ies)|usage polic(?:y|ies)|safety guidelines|use case policy)\b/,
  /\bi(?:'m| am) (?:programmed|designed|trained) (?:to be|to provide|not to)\b/,
  /\bit (?:is|would be) (?:unethical|inappropriate|not appropriate|not ethical)(?: for me)? to (?:provide|generate|assist|help|engage|create|discuss)\b/,
  /(?:违反|不符合)(?:了)?(?:我的|openai的)?(?:编程|道德准则|内容政策|使用政策|安全准则)/,
  /我(?:被设计|被编程|被训练)(?:为|成|来|不)/
]

/** A sentence that declines and names nothing: it ends where a reason would begin. */
const BARE: ReadonlyArray<RegExp> = [
  /^(?:(?:i(?:'m| am) (?:very |really |so )?(?:sorry|afraid)|sorry|unfortunately|my apologies|i apologi[sz]e)[,.]? ?(?:but |that )?)?i(?:'m| am)? ?(?:can't|cannot|can not|won't be able to|(?:not able|unable) to) (?:help|assist|answer|respond|do|provide|discuss|continue)(?: you)?(?: (?:with|to|in|on))?(?: (?:that|this|it|your|the|such|these|those)(?: (?:request|requests|question|questions|topic|conversation|information|matter))?)?(?: (?:at (?:this|the) (?:time|moment)|right now|today))?[.!]*$/,
  /^(?:(?:非常|很|十分)?(?:抱歉|对不起|遗憾)|不好意思)?[,,]?我(?:无法|不能|没法|没有办法)(?:为您|为你|给您|给你)?(?:协助|帮助|回答|满足|完成|提供|继续|处理|讨论)?(?:您|你)?(?:的)?(?:这个|该|此|这些|这类|这一|相关)?(?:请求|问题|要求|话题|内容|信息|帮助|协助|对话)?[.。!!]*$/
]

/** Sentences that say nothing about a decline. */
const CLOSING =
  /\b(?:anything else|something else|other questions|let me know|feel free|sorry|apologi[sz]e|thank you|thanks for|have a (?:nice|great|good))\b|(?:其他|别的)(?:问题|需要|事)|还有什么|随时(?:告诉|联系)|谢谢|抱歉/

const ASKED_WHO =
  /\b(?:human|bot|robot|ai|artificial|real person|machine|chatgpt|language model|llm|conscious|feelings?)\b|机器人|人工智能|真人|ai|语言模型/

/**
 * Refusals and disclaimers that models bring along from their training. A decline with its reason ("I'm sorry, I can't
 * change a delivered order") is none, nor is an honest answer to somebody who asks whether a machine is speaking.
 */
export const refusal = ruleFilter({
  name: "refusal",
  description: "Nobody speaks as a language model or refuses without a reason.",
  codes: {
    AI_DISCLAIMER: "a message speaks of its writer as a language model, unasked",
    CANNED_REFUSAL: "a message refuses in the words of model providers",
    BARE_REFUSAL: "a message refuses and gives neither a reason nor a way on"
  },
  options,
  cost: 0.1,
  find: (options) => (subject) => {
    const everything = spoken(subject.messages, ["user", "assistant"])
    return everything.flatMap(({ index, role, text }, position): ReadonlyArray<Finding> => {
      if (!options.roles.includes(role)) return []
      const plain = normalise(text)
      const finding = (code: string, reason: string, found: string): ReadonlyArray<Finding> => [
        {
          code,
          reason: `Message ${index} (${role}) ${reason}.`,
          evidence: { message: index, role, found: excerpt(found) }
        }
      ]
      const asked = position > 0 && ASKED_WHO.test(normalise(everything[position - 1]?.text ?? ""))
      const disclaimer = asked ? undefined : firstMatch(DISCLAIMERS, plain)
      if (disclaimer !== undefined) return finding("AI_DISCLAIMER", "speaks of itself as a language model", disclaimer)
      const canned = firstMatch(CANNED, plain)
      if (canned !== undefined) return finding("CANNED_REFUSAL", "refuses in a model's words", canned)
      const parts = sentences(text).map((sentence) => normalise(sentence.text))
      const bare = parts.find((part) => firstMatch(BARE, part) !== undefined)
      if (bare === undefined || parts.some((part) => isReason(part, options.minReasonWords))) return []
      return finding("BARE_REFUSAL", "refuses without a reason", bare)
    })
  }
})

const firstMatch = (patterns: ReadonlyArray<RegExp>, text: string): string | undefined => {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) return found
  }
}

const isReason = (sentence: string, words: number): boolean => {
  const size = sizeOf(sentence)
  return (
    size.words + size.characters / 2 >= words && firstMatch(BARE, sentence) === undefined && !CLOSING.test(sentence)
  )
}
