import { Cover } from "./cover.ts"
import { chineseNumber } from "./numerals.ts"
import type { TextSpan } from "./sentences.ts"

/** A day, as far as a text names it; `month` and `day` from 1. */
export interface DateFact extends TextSpan {
  readonly year?: number
  readonly month?: number
  readonly day?: number
  /** Where day and month may be the other way round: 5/6/2024. */
  readonly swapped?: boolean
}

/** A time of day in minutes after midnight; below 720 it may be the afternoon's where the text does not say. */
export interface TimeFact extends TextSpan {
  readonly minutes: number
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ")
const MONTH =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?"
const DAY = "(\\d{1,2})(?:st|nd|rd|th)?"
const CHINESE_DIGITS = "[〇零一二三四五六七八九十\\d]"

const monthOf = (name: string): number => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1

type Fields = Pick<DateFact, "year" | "month" | "day" | "swapped">

const FORMS: ReadonlyArray<readonly [pattern: RegExp, read: (groups: ReadonlyArray<string | undefined>) => Fields]> = [
  [/(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)/g, ([year, , month, day]) => fields(year, month, day)],
  [
    /(?<![\d/])(\d{1,2})\/(\d{1,2})\/(\d{4})(?!\d)/g,
    ([month, day, year]) => ({ ...fields(year, month, day), swapped: true })
  ],
  [
    new RegExp(`(?<![\\p{L}\\d])(${MONTH}) ${DAY}(?!\\d|[:.]\\d)(?:,? (\\d{4})(?!\\d))?`, "giu"),
    ([month = "", day, year]) => fields(year, String(monthOf(month)), day)
  ],
  [
    new RegExp(`(?<![\\d.,])${DAY}(?: of)? (${MONTH})(?![\\p{L}])(?:,? (\\d{4})(?!\\d))?`, "giu"),
    ([day, month = "", year]) => fields(year, String(monthOf(month)), day)
  ],
  [
    new RegExp(`(?<![\\p{L}\\d])(${MONTH}),? (\\d{4})(?!\\d)`, "giu"),
    ([month = "", year]) => fields(year, String(monthOf(month)), undefined)
  ],
  [
    new RegExp(
      `(?:(?<!${CHINESE_DIGITS})(${CHINESE_DIGITS}{4}) ?年 ?)?(?<!${CHINESE_DIGITS}|[百千万])(${CHINESE_DIGITS}{1,3}) ?月(?: ?(${CHINESE_DIGITS}{1,3}) ?[日号])?`,
      "g"
    ),
    ([year, month, day]) => fields(year, month, day)
  ],
  [new RegExp(`(?<!${CHINESE_DIGITS})(${CHINESE_DIGITS}{4}) ?年`, "g"), ([year]) => fields(year, undefined, undefined)]
]

const fields = (year: string | undefined, month: string | undefined, day: string | undefined): Fields => {
  const number = (text: string | undefined) =>
    text === undefined ? null : /^\d+$/.test(text) ? Number(text) : chineseNumber(text)
  const [y, m, d] = [number(year), number(month), number(day)]
  return { ...(y === null ? {} : { year: y }), ...(m === null ? {} : { month: m }), ...(d === null ? {} : { day: d }) }
}

const isPossible = ({ day, month, swapped }: Fields): boolean => {
  const most = swapped === true ? 31 : 12
  return (month === undefined || (month >= 1 && month <= most)) && (day === undefined || (day >= 1 && day <= 31))
}

/** Dates in digits, in English and in Chinese; the longest reading of a stretch alone. */
export const dates = (text: string): ReadonlyArray<DateFact> => {
  const found: Array<DateFact> = []
  if (!/[\d〇零一二三四五六七八九十]/.test(text)) return found
  const cover = new Cover(text.length)
  for (const [pattern, read] of FORMS) {
    for (const match of text.matchAll(pattern)) {
      const [start, end] = [match.index, match.index + match[0].length]
      if (!cover.isFree(start, end)) continue
      // "You may 3 times", "we march 5 miles": words, not months.
      if (/\b(?:may|march)\b/.test(match[0])) continue
      const fields = read(match.slice(1))
      if (isPossible(fields) && cover.take(start, end)) found.push({ ...fields, text: match[0], start, end })
    }
  }
  return found.sort((left, right) => left.start - right.start)
}

/** Whether a known date bears out a claimed one: they agree in whatever both name, and the known one names a month or a year. */
export const bearsOut = (known: DateFact, claimed: DateFact): boolean => {
  const same = (a: number | undefined, b: number | undefined) => a === undefined || b === undefined || a === b
  const agrees = (month: number | undefined, day: number | undefined) =>
    same(known.year, claimed.year) &&
    (claimed.month === undefined || known.month === month) &&
    (claimed.day === undefined || known.day === day)
  if (agrees(claimed.month, claimed.day)) return true
  return (claimed.swapped === true || known.swapped === true) && agrees(claimed.day, claimed.month)
}

const CLOCK = /(?<![\d:.])(\d{1,2}):(\d{2})(?::\d{2})?(?!\d|:)(?: ?([ap])\.?m\b\.?)?/gi
const HOUR = /(?<![\d:.])(\d{1,2}) ?([ap])\.?m\b\.?/gi
/** "9 in the morning", "8 o'clock in the evening". */
const PART_OF_DAY =
  /(?<![\d:.])(\d{1,2})(?: o'clock(?: in the (morning|afternoon|evening))?| in the (morning|afternoon|evening))\b/gi
/** Of bare characters only what a part of the day or a half tells from "一点" (a little). */
const CHINESE_CLOCK = new RegExp(
  `(上午|下午|晚上|傍晚|早上|中午|凌晨)?(?:(?<!\\d)(\\d{1,2})|(?<=上午|下午|晚上|傍晚|早上|中午|凌晨)(十[一二]?|[一二两三四五六七八九])|(?<!${CHINESE_DIGITS})(十[一二]?|[一二两三四五六七八九])(?=点半|点钟|点整))(?:点|时(?!间))(?:(\\d{1,2})分?|(半))?`,
  "g"
)

const minutesOf = (hour: number, minute: number, isAfternoon: boolean | undefined): number =>
  ((isAfternoon === undefined ? hour : (hour % 12) + (isAfternoon ? 12 : 0)) % 24) * 60 + minute

/** Times of day: "14:30", "2:30 pm", "9 a.m.", "下午3点半". */
export const times = (text: string): ReadonlyArray<TimeFact> => {
  const span = (match: RegExpExecArray, hour: number, minute: number, isAfternoon: boolean | undefined) =>
    hour > 24 || minute > 59
      ? []
      : [
          {
            text: match[0],
            start: match.index,
            end: match.index + match[0].length,
            minutes: minutesOf(hour, minute, isAfternoon)
          }
        ]
  return [
    ...[...text.matchAll(CLOCK)].flatMap((match) =>
      span(
        match,
        Number(match[1]),
        Number(match[2]),
        match[3] === undefined ? undefined : match[3].toLowerCase() === "p"
      )
    ),
    ...[...text.matchAll(HOUR)].flatMap((match) => span(match, Number(match[1]), 0, match[2]?.toLowerCase() === "p")),
    ...[...text.matchAll(PART_OF_DAY)].flatMap((match) => {
      const part = (match[2] ?? match[3])?.toLowerCase()
      return span(match, Number(match[1]), 0, part === undefined ? undefined : part !== "morning")
    }),
    ...[...text.matchAll(CHINESE_CLOCK)].flatMap((match) => {
      const isAfternoon = match[1] === undefined ? undefined : /下午|晚上|傍晚/.test(match[1])
      const hour = match[2] === undefined ? chineseNumber(match[3] ?? match[4] ?? "") : Number(match[2])
      return span(match, hour ?? 25, match[6] === undefined ? Number(match[5] ?? 0) : 30, isAfternoon)
    })
  ]
}
