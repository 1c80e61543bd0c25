import { sentences } from "../text/sentences.ts"
import { sizeOf } from "../text/words.ts"
import { type Defect, turnsOf, withText } from "./defect.ts"
import { appended, type DefectLanguage, languageOf } from "./language.ts"

const LEAST_WORDS = 8
const LEAST_CHARACTERS = 14

/** How a passage comes in; `{}` stands for it. */
const FRAMES: Readonly<Record<DefectLanguage, ReadonlyArray<string>>> = {
  en: [
    "{}",
    "My instructions say: {}",
    "(I was told: {})",
    "For your information, this is the rule I go by: {}",
    'The system prompt reads "{}"',
    "{} That is what I have to follow."
  ],
  zh: ["{}", "我的指示是：{}", "（我被要求：{}）", "系统提示写着：“{}”", "{}这是我必须遵守的。"]
}

/** A sentence of the system message or of the writers' instructions, word for word in what the assistant says. */
export const leakedInstruction: Defect = {
  name: "leaked-instruction",
  family: "leaks",
  description: "The assistant repeats a sentence of the instructions that it was given.",
  plant: (subject, random) => {
    const { instructions, messages } = subject
    const language = languageOf(subject)
    const system = messages.flatMap(({ content, role }) => (role === "system" ? [content ?? ""] : []))
    const passages = [...system, ...(instructions ?? [])]
      .flatMap((text) => sentences(text).map((sentence) => sentence.text.replace(/^(?:[-*#>]+|\d+[.)])\s*/, "")))
      .filter((text) => {
        const { characters, words } = sizeOf(text)
        return words >= LEAST_WORDS || characters >= LEAST_CHARACTERS
      })
    const turns = turnsOf(messages, ["assistant"])
    if (passages.length === 0 || turns.length === 0) return null
    const index = random.pick(turns)
    const passage = random.pick(passages)
    const leak = random.pick(FRAMES[language]).replace("{}", () => passage)
    return withText(messages, index, appended(messages[index]?.content ?? "", leak, language))
  }
}
