import type { Json } from "../../schemas/json.ts"
import { bearsOut, type DateFact, dates, type TimeFact, times } from "../text/dates.ts"
import { foldWidth, normalise } from "../text/normalise.ts"
import { words } from "../text/words.ts"
import { Arithmetic } from "./arithmetic.ts"
import { isSmall, Neighbours } from "./neighbours.ts"
import { type Quantity, quantities } from "./quantities.ts"
import { isMoney, type Unit } from "./units.ts"

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
  readonly #neighbours = new Neighbours()
  readonly #words = new Set<string>()
  readonly #compact = new Set<string>()
  #text = ""

  /** `isSpoken`: a line of the dialogue, whose amounts may be added up. */
  add(text: string, { isSpoken }: { readonly isSpoken: boolean }): void {
    const folded = foldWidth(text)
    const plain = normalise(text)
    this.#text += ` ${plain}`
    for (const word of words(plain)) this.#words.add(word)
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
    } else {
      this.#neighbours.addJson(json, (value) => quantities(foldWidth(value)))
      this.arithmetic.addJson(json)
    }
  }

  #addNumber(value: number, unit: Unit | null): void {
    const key = rounded(value)
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
    if ([...this.#dates.values()].some((known) => bearsOut(known, date))) return true
    // A year that stands alone in a table, beside the day that stands alone in a text.
    const { year, ...day } = date
    if (year === undefined || !this.#numbers.has(year)) return false
    return day.month === undefined || [...this.#dates.values()].some((known) => bearsOut(known, day))
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

  /** By the dial: whether it is morning or evening is often left to the context. */
  hasTime({ minutes }: TimeFact): boolean {
    return this.#times.has(minutes % 720)
  }

  /**
   * Whether a number was found: equal, or a rounding of a finer one (money to whole units; anything to its own digits after
   * "about"), in its unit, in another of the same dimension ("90 minutes" for 1.5 hours), or bare. A small bare number must
   * have been found beside one of the words that it stands beside now.
   */
  hasQuantity(claimed: Quantity, beside: ReadonlyArray<string>): boolean {
    return isSmall(claimed) ? this.#neighbours.has(claimed.value, beside) : this.#hasNumber(claimed)
  }

  #hasNumber({ decimals, isMoney: money, isRough, unit, value }: Quantity): boolean {
    const fits = (known: Unit | null) =>
      known === null || (unit === null ? isMoney(known) : known.dimension === unit.dimension)
    if (this.#numbers.get(rounded(value))?.some(fits)) return true
    if (unit?.dimension === "share" && this.#numbers.get(rounded(value / 100))?.includes(null)) return true
    const step = isRough ? lastDigit(value) : money ? 10 ** -decimals : null
    for (const [known, units] of this.#numbers) {
      if (step !== null && units.some(fits) && rounded(Math.round(known / step) * step) === rounded(value)) return true
      if (unit !== null && units.some((other) => isSameMeasure(known, other, value, unit))) return true
    }
    return false
  }
}

const isSameMeasure = (known: number, knownUnit: Unit | null, claimed: number, unit: Unit): boolean =>
  knownUnit?.dimension === unit.dimension && rounded(known * knownUnit.factor) === rounded(claimed * unit.factor)

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
