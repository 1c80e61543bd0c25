import type { FilterSubject } from "../filters/filter.ts"

export type DefectLanguage = "en" | "zh"

/** The language that planted text is written in: the subject's, or Chinese where most of what was said is Han characters. */
export const languageOf = ({ language, messages }: FilterSubject): DefectLanguage => {
  if (language !== undefined) return /^zh\b/i.test(language) ? "zh" : "en"
  const said = messages
    .filter(({ role }) => role === "user" || role === "assistant")
    .map(({ content }) => content ?? "")
    .join("")
  const letters = said.match(/\p{L}/gu)?.length ?? 0
  const han = said.match(/\p{Script=Han}/gu)?.length ?? 0
  return han * 2 > letters ? "zh" : "en"
}

/** A sentence after a text: with a space between them where the language has spaces. */
export const appended = (text: string, sentence: string, language: DefectLanguage): string =>
  `${text}${language === "zh" || /\s$/.test(text) ? "" : " "}${sentence}`
