import { type Defect, turnsOf, withText } from "./defect.ts"
import { type DefectLanguage, languageOf } from "./language.ts"

const BOTH = ["...", "xxx", "TODO", "null", "undefined", "-", "{{response}}", "Lorem ipsum dolor sit amet."]

const PLACEHOLDERS: Readonly<Record<DefectLanguage, ReadonlyArray<string>>> = {
  en: [
    ...BOTH,
    "[Assistant's reply goes here]",
    "[insert answer]",
    "<your message>",
    "(to be written)",
    "N/A",
    "[PLACEHOLDER]",
    "Thank you, [Customer Name]. Your order [Order Number] is on its way.",
    "Sample text"
  ],
  zh: [
    ...BOTH,
    "（待补充）",
    "【此处填写回答】",
    "[客户姓名]您好，您的订单[订单号]已发货。",
    "（略）",
    "示例文本",
    "暂无"
  ]
}

/** What is left where a writer, or a template, gave nothing. */
export const placeholderTurn: Defect = {
  name: "placeholder-turn",
  family: "structure",
  description: "A turn is a placeholder, or a form that nobody filled in.",
  plant: (subject, random) => {
    const turns = turnsOf(subject.messages, ["user", "assistant"])
    if (turns.length === 0) return null
    return withText(subject.messages, random.pick(turns), random.pick(PLACEHOLDERS[languageOf(subject)]))
  }
}
