/** ISO 15924 codes, as `Intl.Locale.maximize` gives them, and the scripts that writing in them uses. */
const SCRIPTS: Readonly<Record<string, ReadonlyArray<string>>> = {
  Latn: ["Latin"],
  Hans: ["Han", "Bopomofo"],
  Hant: ["Han", "Bopomofo"],
  Jpan: ["Han", "Hiragana", "Katakana"],
  Kore: ["Hangul", "Han"],
  Cyrl: ["Cyrillic"],
  Grek: ["Greek"],
  Arab: ["Arabic"],
  Hebr: ["Hebrew"],
  Deva: ["Devanagari"],
  Beng: ["Bengali"],
  Taml: ["Tamil"],
  Telu: ["Telugu"],
  Thai: ["Thai"],
  Laoo: ["Lao"],
  Khmr: ["Khmer"],
  Mymr: ["Myanmar"],
  Geor: ["Georgian"],
  Armn: ["Armenian"],
  Ethi: ["Ethiopic"]
}

const patterns = new Map(
  Object.entries(SCRIPTS).map(([code, names]) => [
    code,
    new RegExp(`(?=\\p{L})[${names.map((name) => `\\p{sc=${name}}`).join("")}]`, "gu")
  ])
)

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0

/** The script that a language (BCP 47) is written in, by its ISO 15924 code; null where the tag or the script is unknown. */
export const scriptOf = (language: string): string | null => {
  try {
    const { script } = new Intl.Locale(language).maximize()
    return script !== undefined && patterns.has(script) ? script : null
  } catch {
    return null
  }
}

/** Whether a script has CJK characters, among which foreign names are common. */
export const isCjk = (script: string): boolean => ["Hans", "Hant", "Jpan", "Kore"].includes(script)

/** How many letters a text has, and how many of them belong to a script that `scriptOf` gave. */
export const lettersIn = (text: string, script: string): { readonly letters: number; readonly matching: number } => ({
  letters: count(text, /\p{L}/gu),
  matching: count(text, patterns.get(script) as RegExp)
})
