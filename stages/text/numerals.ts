import type { TextSpan } from "./sentences.ts"

/** A number written in words, or in Chinese characters. */
export interface Numeral extends TextSpan {
  readonly value: number
}

const SMALL: ReadonlyMap<string, number> = new Map(
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    .split(" ")
    .map((word, value) => [word, value] as const)
)
const TENS: ReadonlyMap<string, number> = new Map(
  "twenty thirty forty fifty sixty seventy eighty ninety"
    .split(" ")
    .map((word, place) => [word, (place + 2) * 10] as const)
)
const POWERS: ReadonlyMap<string, number> = new Map([
  ["thousand", 1e3],
  ["million", 1e6],
  ["billion", 1e9],
  ["trillion", 1e12]
])
const WORD = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${[...SMALL.keys(), ...TENS.keys(), "hundred", ...POWERS.keys()].join("|")})(?![\\p{L}\\p{N}])`,
  "giu"
)

/** Years are read in two halves: "seventeen eighty-three", "twenty twenty-four". */
const isCentury = (word: string): boolean =>
  /^(?:eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty)$/i.test(word)

/**
 * Numbers in English words: "twenty-three", "two thousand five hundred", "one hundred and five", "nineteen eleven". Words that
 * cannot be one number ("five six") are several.
 */
export const englishNumerals = (text: string): ReadonlyArray<Numeral> => {
  const found: Array<Numeral> = []
  let run: { start: number; end: number; total: number; current: number; room: number } | null = null
  const close = () => {
    if (run !== null) {
      found.push({
        text: text.slice(run.start, run.end),
        start: run.start,
        end: run.end,
        value: run.total + run.current
      })
    }
    run = null
  }
  for (const match of text.matchAll(WORD)) {
    const word = match[0].toLowerCase()
    const end = match.index + word.length
    if (run !== null && !/^(?:[ -]|,? and )$/.test(text.slice((run as { end: number }).end, match.index))) close()
    run ??= { start: match.index, end, total: 0, current: 0, room: 1e3 }
    const value = SMALL.get(word) ?? TENS.get(word)
    if (value !== undefined) {
      // "room" is what the next word must stay below: after a ten a digit, after a hundred anything under it.
      if (value >= 10 && isCentury(text.slice(run.start, run.end)) && text[match.index - 1] === " ") {
        run.current *= 100
      } else if (value >= run.room) {
        close()
        run = { start: match.index, end, total: 0, current: 0, room: 1e3 }
      }
      run.current += value
      run.room = TENS.has(word) ? 10 : 0
    } else if (word === "hundred") {
      run.current = (run.current === 0 ? 1 : run.current) * 100
      run.room = 100
    } else {
      run.total += (run.current === 0 ? 1 : run.current) * (POWERS.get(word) as number)
      run.current = 0
      run.room = 1e3
    }
    run.end = end
  }
  close()
  return found
}

const DIGITS = "零一二三四五六七八九"
const digitOf = (character: string): number =>
  character === "〇" ? 0 : character === "两" ? 2 : DIGITS.indexOf(character)
const CHINESE = /[零〇一二两三四五六七八九十百千万亿]+/g
const UNITS: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1e3 }

/** The value of Chinese characters that are digits and units: "三百零五", "一千二", "二〇二四", "十万"; null where they are no number. */
export const chineseNumber = (characters: string): number | null => {
  if (!/[一二两三四五六七八九十零〇]/.test(characters)) return null
  if (!/[十百千万亿]/.test(characters)) return Number([...characters].map(digitOf).join(""))
  let total = 0
  let section = 0
  let digit = -1
  let unit = 0
  for (const character of characters) {
    if (character === "万" || character === "亿") {
      section += Math.max(digit, 0)
      if (character === "亿") total = (total + section === 0 ? 1 : total + section) * 1e8
      else total += (section === 0 ? 1 : section) * 1e4
      section = 0
      digit = -1
      unit = character === "亿" ? 1e8 : 1e4
      continue
    }
    const size = UNITS[character]
    if (size === undefined) {
      digit = digitOf(character)
      if (digit === 0) unit = 0
      continue
    }
    section += (digit === -1 ? 1 : digit) * size
    digit = -1
    unit = size
  }
  // "一千二" is 1,200, "一千零二" is 1,002, "十二" is 12.
  const rest = digit === -1 ? 0 : unit > 10 ? digit * (unit / 10) : digit
  return total + section + rest
}

/** "零下" is below zero, "零食" is food, "零件" a part. */
const isWordOfZero = (run: string, after: string): boolean => run === "零" && /^[下食件售钱星散]/.test(after)

/** Runs of Chinese numerals with their values; runs that are no number ("千万") are left out. */
export const chineseNumerals = (text: string): ReadonlyArray<Numeral> =>
  [...text.matchAll(CHINESE)].flatMap((match) => {
    const value = chineseNumber(match[0])
    if (value === null || match[0] === "万一" || isWordOfZero(match[0], text.slice(match.index + 1))) return []
    return [{ text: match[0], start: match.index, end: match.index + match[0].length, value }]
  })
