import { Cover } from "../text/cover.ts"
import { dates, times } from "../text/dates.ts"
import { chineseNumerals, englishNumerals } from "../text/numerals.ts"
import type { TextSpan } from "../text/sentences.ts"
import { currencyBefore, isMoney, type Unit, unitAfter } from "./units.ts"

/** A number that a text states. */
export interface Quantity extends TextSpan {
  /** Its magnitude multiplied out: "5.4K" is 5,400. Never negative: a sign is a matter of wording. */
  readonly value: number
  /** Digits after the point, as written. */
  readonly decimals: number
  readonly unit: Unit | null
  readonly isMoney: boolean
  /** "About", "nearly", or a rounded magnitude such as "1.5 million". */
  readonly isRough: boolean
  /** Written in words, or in Chinese characters. */
  readonly isInWords: boolean
  /** A place in an order: "2nd", "第3". */
  readonly isOrdinal: boolean
}

const NUMBER =
  /(?<![A-Za-z_\p{N}]|[A-Za-z_\p{N}][-.,]|#)(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)|\d{1,4}(?:,\d{4})+(?!\d)|\d+(?:\.\d+)?)(?!\p{N})/gu
/** Behind the digits of an identifier ("W7318102", "gift_card_4989558") stands a number that people quote alone. */
const IN_IDENTIFIER = /(?<=[A-Za-z_#][-_#]?)\d{4,}(?![\p{L}\p{N}])/gu
const MAGNITUDES: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mn: 1e6,
  million: 1e6,
  bn: 1e9,
  billion: 1e9,
  trillion: 1e12,
  千: 1e3,
  万: 1e4,
  百万: 1e6,
  千万: 1e7,
  亿: 1e8
}
const MAGNITUDE =
  /^(?: ?([Tt]housand|[MmBb]illion|[Tt]rillion|bn|mn)(?![A-Za-z])|([kKM])(?![A-Za-z])| ?(百万|千万|千|万|亿))/
const ROUGH_BEFORE =
  /(?:\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|over|under|some|circa|ca\.|more than|less than|up to)|~|约|大约|大概|近|将近|超过|差不多|左右)\s?(?:US\$|[$€£¥₹₩])?$/i
const ROUGH_AFTER = /^\s?(?:or so|左右|上下|多)/

const valueIn = (digits: string): number =>
  /^\d{1,3}(?:\.\d{3})+,\d{1,2}$/.test(digits)
    ? Number(digits.replaceAll(".", "").replace(",", "."))
    : Number(digits.replaceAll(",", ""))

/**
 * The numbers of a text, in digits, English words and Chinese characters, with their units, dates and times of day aside.
 * The text must be width-folded (`foldWidth`); its dates and times may be given where they are known already.
 */
export const quantities = (
  text: string,
  others: ReadonlyArray<TextSpan> = [...dates(text), ...times(text)]
): ReadonlyArray<Quantity> => {
  const cover = new Cover(text.length)
  for (const { end, start } of others) cover.take(start, end)
  const found: Array<Quantity> = []
  const add = (start: number, numberEnd: number, value: number, decimals: number, isInWords: boolean) => {
    const before = text.slice(Math.max(0, start - 20), start)
    const magnitude = MAGNITUDE.exec(text.slice(numberEnd, numberEnd + 12))
    const name = magnitude?.[1] ?? magnitude?.[2] ?? magnitude?.[3]
    const factor = name === undefined || isInWords ? 1 : (MAGNITUDES[name.toLowerCase()] as number)
    const end = factor === 1 ? numberEnd : numberEnd + (magnitude?.[0].length ?? 0)
    const after = unitAfter(text.slice(end, end + 24))
    const unit = currencyBefore(before) ?? after?.unit ?? null
    const unitEnd = currencyBefore(before) === null && after !== null ? end + after.length : end
    found.push({
      text: text.slice(start, unitEnd),
      start,
      end: unitEnd,
      value: value * factor,
      decimals,
      unit,
      isMoney: isMoney(unit),
      isRough:
        (factor >= 1e4 && decimals > 0) ||
        ROUGH_BEFORE.test(before) ||
        ROUGH_AFTER.test(text.slice(unitEnd, unitEnd + 8)),
      isInWords,
      isOrdinal: /第$/.test(before) || /^(?:st|nd|rd|th)(?![A-Za-z])/.test(text.slice(numberEnd, numberEnd + 3))
    })
  }
  for (const match of text.matchAll(NUMBER)) {
    const end = match.index + match[0].length
    if (cover.isFree(match.index, end)) add(match.index, end, valueIn(match[0]), decimalsOf(match[0]), false)
  }
  for (const match of text.matchAll(IN_IDENTIFIER)) {
    const end = match.index + match[0].length
    if (cover.isFree(match.index, end)) add(match.index, end, Number(match[0]), 0, false)
  }
  for (const { end, start, value } of [...englishNumerals(text), ...chineseNumerals(text)]) {
    // "10万": the character is the digits' magnitude.
    if (cover.isFree(start, end) && !/\d ?$/.test(text.slice(Math.max(0, start - 2), start)))
      add(start, end, value, 0, true)
  }
  const inOrder = found.sort((left, right) => left.start - right.start)
  return withCompounds(withRanges(inOrder, text), text)
}

const RANGE = /^ ?(?:to|or|and|[-~x×至到]) ?(?:-|零下|负)?$/

/** "10 to 15 seconds", "1722 x 1134 x 30 mm": what stands behind the second number is the unit of the first too. */
const withRanges = (found: ReadonlyArray<Quantity>, text: string): ReadonlyArray<Quantity> => {
  const whole = [...found]
  // From the end, so that a unit goes on from one to the next.
  for (let place = whole.length - 2; place >= 0; place--) {
    const [quantity, next] = [whole[place] as Quantity, whole[place + 1] as Quantity]
    if (quantity.unit !== null || next.unit === null || next.isMoney) continue
    if (RANGE.test(text.slice(quantity.end, next.start))) whole[place] = { ...quantity, unit: next.unit }
  }
  return whole
}

const COMPOUND = /^(?: |, | and |, and |零|又)?$/

/** "6 h 25 min", "6小时25分钟": one time, in minutes. */
const withCompounds = (found: ReadonlyArray<Quantity>, text: string): ReadonlyArray<Quantity> => {
  const whole: Array<Quantity> = []
  for (const quantity of found) {
    const hours = whole.at(-1)
    const isMinutes = quantity.unit?.dimension === "time" && quantity.unit.factor === 60 && quantity.value < 60
    const isBehindHours = hours?.unit?.dimension === "time" && hours.unit.factor === 3_600
    if (hours === undefined || !isMinutes || !isBehindHours || !COMPOUND.test(text.slice(hours.end, quantity.start))) {
      whole.push(quantity)
      continue
    }
    whole[whole.length - 1] = {
      ...quantity,
      text: text.slice(hours.start, quantity.end),
      start: hours.start,
      value: hours.value * 60 + quantity.value
    }
  }
  return whole
}

const decimalsOf = (digits: string): number =>
  /[.,](\d+)$/.exec(digits.replace(/,(?=\d{3}(?!\d))|,(?=\d{4}(?!\d))/g, ""))?.[1]?.length ?? 0
