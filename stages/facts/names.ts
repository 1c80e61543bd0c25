import { sentences, type TextSpan } from "../text/sentences.ts"

/** Capitalised in the middle of a sentence, and nobody's name. */
const COMMON = new Set(
  `i i'm i'd i'll i've ok okay mr mrs ms dr prof sir madam yes no not and or but if so as at by for from in into of on to with
  the a an this that these those there here it its it's you your you're you'll you've we our we're we'll we've us my me he she they their
  is are was were be been am do does did has have had can could may might must shall should will would please thank thanks dear hello hi hey
  welcome sorry sure great perfect certainly absolutely regards sincerely best good what which who when where why how all both each any some
  once after before while because since until unless then also just only now today tomorrow yesterday note reply confirm option options step
  one two three four five six seven eight nine ten id ids pdf faq url sms pin tv gps ceo cfo cto usb html json csv asap eta fyi aka vat am pm
  street avenue road lane square station airport hotel museum park river lake bridge university hospital north south east west utc gmt
  january february march april june july august september october november december`
    .split(/\s+/)
    .filter((word) => word !== "")
)

/** Letters that have case, so that a Latin word in Chinese is one by itself. */
const WORD = /[\p{LC}\p{N}][\p{LC}\p{M}\p{N}]*(?:['’&.-][\p{LC}\p{N}]+)*/gu
/** What may stand between a sentence's beginning and its first word, or begin one inside a line. */
const OPENING = /^[\s"'“‘(«[*_#>•·–—-]*(?:\d{1,3}[.)]\s*)?[\s"'“‘(«[*_]*$/
const INNER_OPENING = /[:;"“(«[•–—|/]\s*[*_]*$|\n\s*[*_-]*\s*$|[.!?]["'”)]?\s+$/
/** Characters before a word that are looked at: a sentence of any length takes linear time. */
const NEAR = 40
const CJK = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u

/**
 * Capitalised words that no sentence begins with: names of people, places and things, word by word. Labels before a colon
 * ("Shipping Address:") and the words of `COMMON` are none. In Chinese and the like every capitalised Latin word is one;
 * names in characters cannot be told from other words without a model.
 */
export const capitalisedNames = (text: string): ReadonlyArray<TextSpan> =>
  sentences(text).flatMap((sentence) => {
    const isCjk = CJK.test(sentence.text)
    const label = isCjk ? -1 : labelEnd(sentence.text)
    return [...sentence.text.matchAll(WORD)].flatMap((match): ReadonlyArray<TextSpan> => {
      const word = match[0].replace(/['’]s$/, "")
      const before = sentence.text.slice(0, match.index)
      if (!/^\p{Lu}/u.test(word) || word.length < 2 || match.index < label) return []
      if (COMMON.has(word.toLowerCase().replaceAll("’", "'"))) return []
      if (INNER_LABEL.test(sentence.text.slice(match.index + match[0].length))) return []
      if (!isCjk && before.length <= NEAR && OPENING.test(before)) return []
      if (!isCjk && INNER_OPENING.test(before.slice(-NEAR)) && isPlainWord(word)) return []
      const start = sentence.start + match.index
      return [{ text: word, start, end: start + word.length }]
    })
  })

/** "Size L, Material: cotton": what names the value behind the colon. */
const INNER_LABEL = /^(?: \p{L}+){0,2}[*_]*:/u

const isPlainWord = (word: string): boolean => /^\p{Lu}\p{Ll}+$/u.test(word)

/** Where the label of a line ends: at most five words before a colon. */
const labelEnd = (line: string): number =>
  /^[\s*_•#>\d.)-]{0,12}[\p{L}\p{N}'’&/-]{1,30}(?:[ *_]{1,3}[\p{L}\p{N}'’&/-]{1,30}){0,4}[ *_]{0,3}:/u.exec(line)?.[0]
    .length ?? -1

const TITLE = /[“"«]([^”"»\n]{3,120})[”"»]/g
const CJK_TITLE = /[《〈『]([^》〉』\n]{1,60})[》〉』]/g

/** Quoted titles: in quotes with at least two capitalised words, or in Chinese title marks. */
export const quotedTitles = (text: string): ReadonlyArray<TextSpan> =>
  [...text.matchAll(TITLE), ...text.matchAll(CJK_TITLE)].flatMap((match) => {
    const inner = match[1] as string
    const isTitle = /^[《〈『]/.test(match[0]) || (inner.match(/(?<!\p{L})\p{Lu}/gu) ?? []).length >= 2
    const start = match.index + 1
    return isTitle ? [{ text: inner, start, end: start + inner.length }] : []
  })
