import type { LabelScore } from "../capabilities/backend.ts"
import { HINTS, LANGUAGES, type Language, type LatinLanguage, languagesOf, STRANGE_LATIN } from "./language-profiles.ts"
import { folded } from "./words.ts"

type Script = "Latin" | "Han" | "Kana" | "Hangul" | "Cyrillic" | "Arabic" | "Devanagari" | "Other"

/** A letter of a script in which few of them make a word weighs as much as three others. */
const SCRIPTS: ReadonlyArray<readonly [script: Script, letters: RegExp, weight: number]> = [
  ["Latin", /\p{sc=Latin}/gu, 1],
  ["Han", /\p{sc=Han}/gu, 3],
  ["Kana", /[\p{sc=Hiragana}\p{sc=Katakana}]/gu, 3],
  ["Hangul", /\p{sc=Hangul}/gu, 3],
  ["Cyrillic", /\p{sc=Cyrillic}/gu, 1],
  ["Arabic", /\p{sc=Arabic}/gu, 1],
  ["Devanagari", /\p{sc=Devanagari}/gu, 1]
]

/** Kana from this share of Han and kana on make a text Japanese; a Chinese text may quote a Japanese name. */
const JAPANESE_KANA = 0.15
/** What a word's letters or ending are worth beside a common word. */
const HINT = 0.4
/** The evidence that "cannot say" always has: a text of one rare word stays undecided. */
const DOUBT = 0.5

/** Letters that Russian, Arabic and Hindi do not have, and that neighbours in the same script do. */
const NOT_RUSSIAN = /[іїєґўјљњћџђѓќ]/u
const NOT_ARABIC = /[پچژگکیٹڈڑےہۀۃ]/u

/**
 * Probabilities of 12 languages and of "und" (cannot say), the highest first; they sum to 1. By script first, then by common words
 * and letters for languages in Latin script. A text in two languages has a share of both; one without letters is "und".
 *
 * Knows no other languages: Dutch or Polish are mostly "und", Marathi is taken for Hindi. A few words may be undecided.
 */
export const identifyLanguage = (text: string): ReadonlyArray<LabelScore> => {
  const plain = folded(text)
  const weights = scriptWeights(plain)
  const whole = [...weights.values()].reduce((sum, weight) => sum + weight, 0)
  const shares = new Map<Language | "und", number>([...LANGUAGES, "und" as const].map((language) => [language, 0]))
  const add = (language: Language | "und", weight: number) =>
    shares.set(language, (shares.get(language) as number) + weight / whole)
  const weightOf = (script: Script) => weights.get(script) ?? 0

  if (whole === 0) shares.set("und", 1)
  else {
    const [han, kana] = [weightOf("Han"), weightOf("Kana")]
    add(kana > (han + kana) * JAPANESE_KANA ? "ja" : "zh", han)
    add("ja", kana)
    add("ko", weightOf("Hangul"))
    add(NOT_RUSSIAN.test(plain) ? "und" : "ru", weightOf("Cyrillic"))
    add(NOT_ARABIC.test(plain) ? "und" : "ar", weightOf("Arabic"))
    add("hi", weightOf("Devanagari"))
    add("und", weightOf("Other"))
    for (const [language, share] of latinShares(plain)) add(language, share * weightOf("Latin"))
  }
  return [...shares].map(([label, score]) => ({ label, score })).sort((left, right) => right.score - left.score)
}

const scriptWeights = (plain: string): ReadonlyMap<Script, number> => {
  const weights = new Map<Script, number>()
  let known = 0
  for (const [script, letters, weight] of SCRIPTS) {
    const count = plain.match(letters)?.length ?? 0
    known += count
    weights.set(script, count * weight)
  }
  // Marks are counted with their script above and are no letters here, so that the rest may come out below 0.
  weights.set("Other", Math.max(0, (plain.match(/[\p{L}\p{M}]/gu)?.length ?? 0) - known))
  return weights
}

/** Shares of the languages in Latin script, and of doubt; they sum to 1. Squared, since few words of a language look like another's. */
const latinShares = (plain: string): ReadonlyArray<readonly [LatinLanguage | "und", number]> => {
  const evidence = new Map<LatinLanguage, number>()
  let doubt = DOUBT
  const count = (languages: ReadonlyArray<LatinLanguage>, weight: number) => {
    for (const language of languages) {
      evidence.set(language, (evidence.get(language) ?? 0) + weight / languages.length)
    }
  }
  for (const [word] of plain.matchAll(/\p{sc=Latin}[\p{sc=Latin}\p{M}']*/gu)) {
    count(languagesOf(word), 1)
    for (const [pattern, languages] of HINTS) if (pattern.test(word)) count(languages, HINT)
    if (STRANGE_LATIN.test(word)) doubt += 1
  }
  const squares = [...evidence].map(([language, weight]) => [language, weight ** 2] as const)
  const whole = squares.reduce((sum, [, weight]) => sum + weight, doubt ** 2)
  return [...squares.map(([language, weight]) => [language, weight / whole] as const), ["und", doubt ** 2 / whole]]
}
