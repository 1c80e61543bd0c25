import type { Random } from "../random.ts"
import { type Defect, turnsOf, withText } from "./defect.ts"
import { knownText } from "./known-text.ts"
import { appended, type DefectLanguage, languageOf } from "./language.ts"

const MONTHS = "January February March April May June July August September October November December".split(" ")
const CARRIERS = ["Northline Freight", "Parcelway", "Bluebird Couriers", "Swiftpost"]

const amount = (random: Random) => `${random.integer(11, 940)}.${String(random.integer(1, 99)).padStart(2, "0")}`
const letters = (random: Random, count: number) =>
  Array.from({ length: count }, () => random.pick([..."ABCDEFGHJKLMNPQRSTUVWXYZ"])).join("")

/** Sentences that state something as known, each with a figure, a date or a reference in it. */
const SENTENCES: Readonly<Record<DefectLanguage, ReadonlyArray<(random: Random) => string>>> = {
  en: [
    (random) => `There is also a credit of $${amount(random)} on your account that you have not used yet.`,
    (random) =>
      `It was handed to ${random.pick(CARRIERS)} under tracking number ${letters(random, 2)}${random.integer(10_000_000, 99_999_999)}.`,
    (random) => `The parcel will be with you on ${random.pick(MONTHS)} ${random.integer(2, 28)}.`,
    (random) => `Our warehouse received it on ${random.integer(2, 28)} ${random.pick(MONTHS)}, as the log shows.`,
    (random) => `You have been a customer since ${random.integer(1987, 2012)}.`,
    (random) => `Your loyalty balance is ${random.integer(1_200, 98_000).toLocaleString("en-US")} points.`,
    (random) => `A fee of ${amount(random)} EUR was charged for this in the last quarter.`,
    (random) => `The case is filed as ${letters(random, 3)}-${random.integer(2_000, 9_999)}-${random.integer(11, 99)}.`,
    (random) => `${random.integer(61, 97)}% of customers with this request were satisfied with the result.`,
    (random) => `The manufacturer recalled ${random.integer(1_300, 48_000)} pieces of this series.`
  ],
  zh: [
    (random) => `您的账户里还有一笔${amount(random)}元的余额尚未使用。`,
    (random) => `快递单号是${letters(random, 2)}${random.integer(10_000_000, 99_999_999)}，已经发出。`,
    (random) => `预计${random.integer(1, 12)}月${random.integer(2, 28)}日送达。`,
    (random) => `系统显示仓库在${random.integer(1, 12)}月${random.integer(2, 28)}日收到了它。`,
    (random) => `您从${random.integer(1987, 2012)}年起就是我们的客户。`,
    (random) => `您目前有${random.integer(1_200, 98_000)}积分。`,
    (random) => `上个季度为此收取了${amount(random)}元的手续费。`,
    (random) => `工单编号为${letters(random, 3)}-${random.integer(2_000, 9_999)}。`,
    (random) => `有${random.integer(61, 97)}%的客户对处理结果表示满意。`
  ]
}

const TRIES = 20

/** A sentence with a figure, a date or a reference that no tool, no source and no user gave. */
export const inventedFact: Defect = {
  name: "invented-fact",
  family: "facts",
  description: "The assistant states a figure, a date or a reference that nobody gave.",
  plant: (subject, random) => {
    const turns = turnsOf(subject.messages, ["assistant"])
    if (turns.length === 0) return null
    const language = languageOf(subject)
    const known = knownText(subject)
    const index = random.pick(turns)
    const text = subject.messages[index]?.content ?? ""
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const sentence = random.pick(SENTENCES[language])(random)
      const figures = sentence.match(/\d[\d.,-]*\d|\d+/g) ?? []
      if (figures.some((figure) => known.includes(figure))) continue
      return withText(subject.messages, index, appended(text, sentence, language))
    }
    return null
  }
}
