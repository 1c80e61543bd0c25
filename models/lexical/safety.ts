import type { LabelScore } from "../capabilities/backend.ts"
import { undisguised } from "./disguise.ts"
import { weighed } from "./evidence.ts"

/** Up to three words between. */
const GAP = "(?: [^ ]{1,20}){0,3} "

const phrase = (...parts: ReadonlyArray<string>) => new RegExp(` (?:${parts.join(`)${GAP}(?:`)}) `, "u")

/** On words in lower case with one space between and round them. Each is one sort of harm; our own list. */
const ENGLISH: ReadonlyArray<readonly [weight: number, pattern: RegExp]> = [
  [0.9, phrase("make|build|assemble|construct", "bomb|bombs|explosive|explosives|grenade|silencer")],
  [0.9, phrase("make|cook|synthesize|produce", "meth|methamphetamine|nerve gas|ricin|sarin|chlorine gas")],
  [0.9, phrase("how to|want to|going to|help me", "kill (?:him|her|them|someone|somebody|people|my [a-z]{2,12})")],
  [0.9, phrase("kill myself|end my life|hang myself|commit suicide|suicide method|suicide methods|painless suicide")],
  [0.8, phrase("cutting myself|cut myself on purpose|hurt myself on purpose|starve myself")],
  [
    0.95,
    phrase(
      "child porn|child pornography|underage porn|sexual images of (?:children|minors)|nude (?:child|minor|children|minors)"
    )
  ],
  [
    0.85,
    phrase(
      "buy|sell|get|order",
      "cocaine|heroin|fentanyl|crystal meth|stolen cards|stolen credit cards|fake passport|fake id"
    )
  ],
  [
    0.85,
    phrase(
      "hack|break|phish",
      "into (?:someone|somebody|his|her|their|my [a-z]{2,12})|someone's|his account|her account|their account"
    )
  ],
  [
    0.85,
    phrase(
      "write|create|make|build|deploy",
      "ransomware|keylogger|malware|computer virus|phishing (?:page|mail|email|site)"
    )
  ],
  [0.8, phrase("steal|clone|skim", "credit card|credit cards|card numbers|identity|identities|car")],
  [0.7, phrase("launder|laundering", "money|cash")],
  [0.7, phrase("stalk|track|spy on", "my ex|girlfriend|boyfriend|wife|husband")]
]

/** On text with nothing between its Han characters; gaps of at most six characters. */
const CHINESE: ReadonlyArray<readonly [weight: number, pattern: RegExp]> = [
  [0.9, /(?:制作|制造|自制|组装|怎么做).{0,6}(?:炸弹|炸药|爆炸物|雷管|枪支|手枪)/u],
  [0.9, /(?:制作|制造|合成|提炼).{0,6}(?:毒品|冰毒|海洛因|毒气|沙林|蓖麻毒素)/u],
  [0.9, /(?:怎么|如何|想要?|打算|帮我).{0,6}(?:杀人|杀死|杀掉|毒死|弄死)/u],
  [0.9, /(?:想|要|怎么|如何|无痛).{0,4}(?:自杀|轻生|结束自己的生命)/u],
  [0.8, /(?:自残|割腕|伤害自己)/u],
  [0.95, /(?:儿童|未成年|幼女|幼童).{0,4}(?:色情|裸照|裸体)/u],
  [0.85, /(?:购买|买|卖|出售|贩卖|哪里有).{0,6}(?:毒品|冰毒|海洛因|可卡因|假护照|假身份证|盗来的信用卡)/u],
  [0.85, /(?:黑进|盗取|破解|入侵).{0,8}(?:账号|账户|手机|邮箱|密码|系统)/u],
  [0.85, /(?:编写|制作|写一个).{0,8}(?:勒索软件|木马|病毒程序|钓鱼网站)/u],
  [0.8, /(?:盗刷|复制|窃取).{0,6}(?:信用卡|银行卡|身份信息)/u],
  [0.7, /洗钱/u]
]

/**
 * "unsafe" and "safe", which sum to 1: requests for help with weapons, drugs, killing, suicide, self-harm, abuse of children, break-ins,
 * malware and theft, by patterns in English and Chinese. One sort gives 0.7 to 0.95.
 *
 * It sees the request's usual words and nothing behind them: warnings, news and help lines that use these words count too, and what is
 * asked in other words does not. A floor for having nothing else.
 */
export const safety = (text: string): ReadonlyArray<LabelScore> => {
  const { han, words } = undisguised(text)
  const found = [
    ...ENGLISH.filter(([, pattern]) => pattern.test(words)),
    ...CHINESE.filter(([, pattern]) => pattern.test(han))
  ]
  return weighed(
    found.map(([weight]) => weight),
    { bad: "unsafe", good: "safe" }
  )
}
