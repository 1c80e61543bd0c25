import { sentences } from "../text/sentences.ts"
import { type Defect, turnsOf, withText } from "./defect.ts"
import { appended, type DefectLanguage, languageOf } from "./language.ts"

type Turn = readonly [pattern: RegExp, negated: string]

/** The first that fits says where the negation goes. */
const NEGATIONS: Readonly<Record<DefectLanguage, ReadonlyArray<Turn>>> = {
  en: [
    [/\b(has|have|had) been\b/i, "$1 not been"],
    [/\b(is|are|was|were|will|would|should)\b/i, "$1 not"],
    [/\bcan\b/i, "cannot"],
    [/\b(have|has|had) (?=[a-z]+(?:ed|nd|en|nt|ade)\b)/i, "$1 not "],
    [/\bcosts\b/i, "does not cost"],
    [/\bgoes\b/i, "does not go"],
    [/\b(applies|remains|includes|takes)\b/i, "never $1"]
  ],
  zh: [
    [/已经?([^了，。！\d]{1,8})了/u, "还没有$1"],
    [/已经?(?=\p{Script=Han})/u, "并没有"],
    [/(可以|需要|支持|包括)/u, "不$1"],
    [/(?<!但|还|就|都|于|可|总|老)是/u, "不是"],
    [/(?<!没|所|只|还|具|常)有(?![的些点限效关时\d])/u, "没有"],
    [/(?<!机|社|开)会(?![员议计面谈场话])/u, "不会"],
    [/(?<!功|性|可|智|还|就)能(?![够力源量干])/u, "不能"]
  ]
}

const NEGATIVE: Readonly<Record<DefectLanguage, RegExp>> = {
  en: /\b(?:not|no|never|nothing|none|cannot|unable)\b|n't\b|\?/i,
  // A condition, a guess, a quotation or a line of a list has no plain opposite.
  zh: /[不没未无别吗呢？?]|如果|要是|好像|可能|[“”「」]|^\d+[.、]/u
}

const FRAMES: Readonly<Record<DefectLanguage, ReadonlyArray<string>>> = {
  en: ["", "To be clear: ", "As I said: ", "To sum up: "],
  zh: ["", "说明一下：", "如前所述：", "总之，"]
}

const negated = (sentence: string, language: DefectLanguage): string | null => {
  if (NEGATIVE[language].test(sentence)) return null
  const turn = NEGATIONS[language].find(([pattern]) => pattern.test(sentence))
  return turn === undefined
    ? null
    : sentence.replace(turn[0], turn[1]).replace(/[；：:;]$/u, language === "zh" ? "。" : ".")
}

/** The assistant says the opposite of what it has said: in its next turn or a later one, or where there is none in the same. */
export const contradiction: Defect = {
  name: "contradiction",
  family: "facts",
  description: "The assistant denies what it has stated itself.",
  plant: (subject, random) => {
    const { messages } = subject
    const language = languageOf(subject)
    const turns = turnsOf(messages, ["assistant"])
    const statements = turns.flatMap((index) =>
      sentences(messages[index]?.content ?? "").flatMap(({ text }) => {
        const opposite = negated(text, language)
        return opposite === null ? [] : [{ index, opposite }]
      })
    )
    if (statements.length === 0) return null
    const { index, opposite } = random.pick(statements)
    const later = turns.filter((turn) => turn > index)
    const place = later.length === 0 ? index : random.pick(later)
    const denial = `${random.pick(FRAMES[language])}${opposite}`
    return withText(messages, place, appended(messages[place]?.content ?? "", denial, language))
  }
}
