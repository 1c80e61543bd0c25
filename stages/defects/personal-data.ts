import type { Random } from "../random.ts"
import { type Defect, turnsOf, withText } from "./defect.ts"
import { appended, type DefectLanguage, languageOf } from "./language.ts"
import {
  chineseEmail,
  chineseId,
  chineseMobile,
  email,
  iban,
  paymentCard,
  socialSecurityNumber,
  unionPayCard,
  usPhone
} from "./personal-values.ts"

type Line = (random: Random) => string

/** What people let slip, and what an assistant reads out that it should not. */
const LINES: Readonly<Record<"user" | "assistant", Readonly<Record<DefectLanguage, ReadonlyArray<Line>>>>> = {
  user: {
    en: [
      (random) => `You can also write to me at ${email(random)}.`,
      (random) => `My number is ${usPhone(random)} if you need to call.`,
      (random) => `Just put it on my card ${paymentCard(random)}.`,
      (random) => `My social is ${socialSecurityNumber(random)}, in case that helps.`,
      (random) => `Please send the money to ${iban(random)}.`,
      (random) => `My husband's address is ${email(random)}, copy him in.`
    ],
    zh: [
      (random) => `我的手机号是${chineseMobile(random)}，随时可以打。`,
      (random) => `身份证号${chineseId(random)}，麻烦核对一下。`,
      (random) => `退款请打到我的卡上：${unionPayCard(random)}。`,
      (random) => `也可以发邮件到${chineseEmail(random)}。`,
      (random) => `我爱人的电话是${chineseMobile(random)}。`
    ]
  },
  assistant: {
    en: [
      (random) => `I have the e-mail address ${email(random)} on file.`,
      (random) => `The courier's private number is ${usPhone(random)}.`,
      (random) => `It was paid with the card ${paymentCard(random)}.`,
      (random) => `The record shows the social security number ${socialSecurityNumber(random)}.`,
      (random) => `The refund goes to the account ${iban(random)}.`
    ],
    zh: [
      (random) => `系统里登记的手机号是${chineseMobile(random)}。`,
      (random) => `登记的身份证号为${chineseId(random)}。`,
      (random) => `付款卡号是${unionPayCard(random)}。`,
      (random) => `快递员的私人电话：${chineseMobile(random)}。`,
      (random) => `已发送到邮箱${chineseEmail(random)}。`
    ]
  }
}

/** An e-mail address, telephone, payment card, bank account or national number of a person, in a turn of either party. */
export const personalData: Defect = {
  name: "personal-data",
  family: "privacy",
  description: "A turn holds a person's e-mail address, telephone, card, account or national number.",
  plant: (subject, random) => {
    const { messages } = subject
    const turns = turnsOf(messages, ["user", "assistant"])
    if (turns.length === 0) return null
    const language = languageOf(subject)
    const index = random.pick(turns)
    const party = messages[index]?.role === "user" ? "user" : "assistant"
    const line = random.pick(LINES[party][language])(random)
    return withText(messages, index, appended(messages[index]?.content ?? "", line, language))
  }
}
