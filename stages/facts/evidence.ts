import type { Json } from "../../schemas/json.ts"
import { bearsOut, type DateFact, dates, type TimeFact, times } from "../text/dates.ts"
import { foldNumerals, foldWidth, normalise } from "../text/normalise.ts"
import { words } from "../text/words.ts"
import { Arithmetic } from "./arithmetic.ts"
import { measuresIn } from "./measures.ts"
import { isSmall, Neighbours } from "./neighbours.ts"
import { type Quantity, quantities } from "./quantities.ts"
import { convert, isMoney, isSameDimension, type Unit } from "./units.ts"

const DAY_SECONDS = 86_400
/** Dates that differences are looked for among: a bound on the work. */
const DATES = 60
/** What lasts longer ends on another day; and how many are kept: a bound on the work. */
const LONGEST_MINUTES = 360
const LASTING = 20
/** Letters of an acronym. */
const INITIALS = [2, 3, 4, 5]
/** Numbers that others are held against for how far they are apart. */
const NUMBERS = 200
const ORDINALS =
  "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(
    " "
  )

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

/**
 * What answers may be supported by, as far as it is known at a point of a dialogue: texts, and JSON results of tools. Holds
 * their numbers, dates, words and identifiers, and says whether a claimed one is among them.
 */
export class Evidence {
  readonly arithmetic = new Arithmetic()
  /** By value: the units that it was found with; null where without any. */
  readonly #numbers = new Map<number, Array<Unit | null>>()
  /** Each day once, however often it is named. */
  readonly #dates = new Map<string, DateFact>()
  /** Minutes on the dial of twelve hours. */
  readonly #times = new Set<number>()
  /** How long known things last, in minutes. */
  readonly #lasting = new Set<number>()
  readonly #neighbours = new Neighbours()
  readonly #words = new Set<string>()
  readonly #compact = new Set<string>()
  readonly #initials = new Set<string>()
  #text = ""

  /** `isSpoken`: a line of the dialogue, whose amounts may be added up. */
  add(text: string, { isSpoken }: { readonly isSpoken: boolean }): void {
    const folded = foldNumerals(foldWidth(text))
    const plain = normalise(text)
    this.#text += ` ${plain}`
    for (const word of words(plain)) {
      this.#words.add(word)
      if (word.endsWith("'s")) this.#words.add(word.slice(0, -2))
    }
    this.#addInitials(plain)
    for (const [run] of plain.matchAll(/[\p{L}\p{N}#][\p{L}\p{N}_.@+#/:-]*/gu)) this.#compact.add(compact(run))
    const [days, hours] = [dates(folded), times(folded)]
    for (const day of days) this.#dates.set(`${day.year} ${day.month} ${day.day} ${day.swapped}`, day)
    for (const { minutes } of hours) this.#times.add(minutes % 720)
    const found = quantities(folded, [...days, ...hours])
    for (const { unit, value } of found) this.#addNumber(value, unit)
    const json = asJson(text)
    if (json === null) {
      this.#neighbours.addText(folded, found)
      if (isSpoken) this.arithmetic.addSpoken(found)
      else this.arithmetic.addText(found)
    } else {
      this.#neighbours.addJson(json, (value) => quantities(foldWidth(value)))
      this.arithmetic.addJson(json)
      for (const { unit, value } of measuresIn(json)) this.#addNumber(value, unit)
    }
  }

  #addNumber(value: number, unit: Unit | null): void {
    const key = rounded(value)
    const minutes = unit?.dimension === "time" ? (value * unit.factor) / 60 : 0
    if (minutes > 0 && minutes <= LONGEST_MINUTES && this.#lasting.size < LASTING) this.#lasting.add(minutes)
    const units = this.#numbers.get(key)
    if (units === undefined) this.#numbers.set(key, [unit])
    else if (!units.some((known) => known?.dimension === unit?.dimension)) units.push(unit)
  }

  /** Whether some text has it, letter for letter but for case, width, quotes and spaces. */
  hasText(text: string): boolean {
    return this.#text.includes(normalise(text))
  }

  /** Whether every word of it was found somewhere, a plural or possessive ending aside. */
  hasWords(text: string): boolean {
    return words(normalise(text)).every((word) => {
      const stem = word.replace(/(?:'s|'|es|s)$/, "")
      return [word, stem, `${stem}e`, `${word}s`].some((form) => this.#words.has(form))
    })
  }

  /** Whether an identifier was found, by its letters and digits. */
  hasIdentifier(text: string): boolean {
    return this.#compact.has(compact(text)) || this.hasText(text)
  }

  hasDate(date: DateFact): boolean {
    const known = [...this.#dates.values()]
    const { year, ...day } = date
    if (year === undefined) return known.some((each) => bearsOut(each, date))
    if (known.some((each) => each.year !== undefined && bearsOut(each, date))) return true
    // The year may stand elsewhere than the day, but somewhere it must stand.
    if (!this.#numbers.has(year) && !known.some((each) => each.year === year)) return false
    return day.month === undefined || known.some((each) => each.year === undefined && bearsOut(each, day))
  }

  /** Whether so many days lie between two known dates, the first one counted or not. */
  isBetweenDates({ unit, value }: Quantity): boolean {
    if (unit?.dimension !== "time" || unit.factor < DAY_SECONDS) return false
    const days = (value * unit.factor) / DAY_SECONDS
    const places = [...this.#dates.values()].slice(0, DATES).flatMap(dayNumber)
    return places.some((one) => places.some((other) => other - one === days || other - one === days - 1))
  }

  hasWeekday(word: string): boolean {
    const weekday = WEEKDAYS.indexOf(word.toLowerCase())
    if (this.#words.has(word.toLowerCase())) return true
    return [...this.#dates.values()].some(
      ({ day, month, year }) =>
        year !== undefined &&
        month !== undefined &&
        day !== undefined &&
        new Date(Date.UTC(year, month - 1, day)).getUTCDay() === weekday
    )
  }

  /** By the dial: whether it is morning or evening is often left to the context. Or the end of what begins at a known time and lasts as long as is known. */
  hasTime({ minutes }: TimeFact): boolean {
    return (
      this.#times.has(minutes % 720) ||
      [...this.#lasting].some((lasting) => this.#times.has((minutes + 1_440 - lasting) % 720))
    )
  }

  /**
   * Whether a number was found: equal, or a rounding of a finer one (money to whole units; anything to its own digits after
   * "about"), in its unit, in another of the same dimension ("90 minutes" for 1.5 hours), or bare. A small bare number must
   * have been found beside one of the words that it stands beside now.
   */
  hasQuantity(claimed: Quantity, beside: ReadonlyArray<string>): boolean {
    if (claimed.isOrdinal) return this.#hasOrdinal(claimed.value)
    return isSmall(claimed) ? this.#neighbours.has(claimed.value, beside) : this.#hasNumber(claimed)
  }

  /** Whether letters are the initials of words that were found in a row: "R&D" of "research and development". */
  hasInitials(text: string): boolean {
    return /^(?:[A-Z]&[A-Z]|[A-Z]{3,5})$/.test(text) && this.#initials.has(text.toLowerCase().replace("&", ""))
  }

  #addInitials(plain: string): void {
    const initials = words(plain)
      .filter((word) => /^[a-z]/.test(word) && !/^(?:and|of|the|for)$/.test(word))
      .map((word) => word[0])
      .join("")
    for (let start = 0; start < initials.length; start++) {
      for (const size of INITIALS) this.#initials.add(initials.slice(start, start + size))
    }
  }

  /** Whether two known numbers are so far apart. */
  isApart(value: number): boolean {
    const known = [...this.#numbers.keys()].slice(0, NUMBERS)
    return known.some((one) => this.#numbers.has(rounded(one + value)))
  }

  /** Whether a number was found, whatever it counts: for the terms of a sum that is written out. */
  hasValue(value: number): boolean {
    return this.#numbers.has(rounded(value))
  }

  #hasOrdinal(value: number): boolean {
    if (this.#numbers.has(value)) return true
    const word = ORDINALS[value - 1]
    if (word !== undefined && this.#words.has(word)) return true
    return [...this.#dates.values()].some(({ day }) => day === value)
  }

  #hasNumber({ decimals, isMoney: money, isRough, unit, value }: Quantity): boolean {
    const fits = (known: Unit | null) =>
      known === null || (unit === null ? isMoney(known) : isSameDimension(known, unit))
    if (this.#numbers.get(rounded(value))?.some(fits)) return true
    // A bare number may be the year of a known date: "1783" of "May 1783" and of "1783年".
    if (unit === null && decimals === 0 && [...this.#dates.values()].some(({ year }) => year === value)) return true
    if (unit?.dimension === "share" && this.#numbers.get(rounded(value / 100))?.includes(null)) return true
    const step = isRough ? lastDigit(value) : money ? 10 ** -decimals : null
    for (const [known, units] of this.#numbers) {
      if (step !== null && units.some(fits) && rounded(Math.round(known / step) * step) === rounded(value)) return true
      if (unit === null) continue
      if (units.some((other) => isSameMeasure(known, other, value, unit))) return true
      const finest = isRough ? lastDigit(value) : 10 ** -decimals
      if (units.some((other) => isRoundingOf(known, other, value, unit, finest))) return true
    }
    return false
  }
}

/** How far a rounding may be from what it rounds: "2 hours" is none of 100 minutes. */
const ROUNDING = 0.05

/** The same in another unit, rounded as the claim has it: "22 minutes" for 1,320 seconds, "15.4 km" for 9.6 miles. */
const isRoundingOf = (known: number, knownUnit: Unit | null, claimed: number, unit: Unit, finest: number): boolean => {
  if (knownUnit === null || isMoney(unit)) return false
  if (knownUnit.dimension === unit.dimension && knownUnit.factor === unit.factor) return false
  const converted = convert(known, knownUnit, unit)
  if (converted === null) return false
  return Math.abs(converted - claimed) <= Math.min(finest / 2, ROUNDING * Math.abs(claimed)) + 1e-9
}

/** A day by its number; days without a year are of one year. */
const dayNumber = ({ day, month, year }: DateFact): ReadonlyArray<number> =>
  month === undefined || day === undefined ? [] : [Date.UTC(year ?? 2001, month - 1, day) / (DAY_SECONDS * 1_000)]

const isSameMeasure = (known: number, knownUnit: Unit | null, claimed: number, unit: Unit): boolean =>
  knownUnit !== null &&
  isSameDimension(knownUnit, unit) &&
  rounded(known * knownUnit.factor) === rounded(claimed * unit.factor)

const compact = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "")

/** Money and measures: six decimals hold all that is meant, and none of what binary fractions add. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6

/** The place of the last digit that is not zero: 100 for 1,300, 0.1 for 2.5. */
const lastDigit = (value: number): number => {
  let step = 1
  while (step < 1e12 && value !== 0 && value % (step * 10) === 0) step *= 10
  while (step > 1e-6 && !Number.isInteger(rounded(value / step))) step /= 10
  return step
}

const asJson = (text: string): Json | null => {
  if (!/^\s*[[{]/.test(text)) return null
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}
