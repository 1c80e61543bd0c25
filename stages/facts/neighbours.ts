import type { Json } from "../../schemas/json.ts"
import { normalise } from "../text/normalise.ts"
import { isUnspaced, words } from "../text/words.ts"
import type { Quantity } from "./quantities.ts"

/** Words that stand beside any number. */
const STOP = new Set(
  "a an the of to and or in on at for with by from is are was were be it its this that these those i you we they your our my their me us not no as if then than so up out about only just all any each per which what other others another more within after before instead 的 了 是 在 和 有 这 那 我 您 你 为 共 与".split(
    " "
  )
)
/** Words before a number and behind it that are looked at. */
const BEFORE = 3
const AFTER = 3

const HAS_NUMBER = /[\d零一二两三四五六七八九十]/

export const stem = (word: string): string => word.replace(/(?<=\p{L}{3})(?:es|s)$/u, "")

const meaningful = (text: string): ReadonlyArray<string> =>
  words(normalise(text.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ")))
    .filter((word) => !STOP.has(word) && !/^\d/.test(word))
    .map(stem)

/** What ends the reach of a number: "drawers 5, color red" says nothing of five colours. */
const BREAK = /[.,;!?()\n。，；！？、（）]/
/** Ahead another number does too, of nine hooks in "3 seats and 9 hooks"; behind it does not: "ports 11 instead of 4". */
const BREAK_AHEAD = /[.,;!?()\n。，；！？、（）\d]/
/** "5 to 7 days" is five days too. */
const RANGE = /^\s?(?:to|or|-|~|至|到)\s?\d+(?:[.,]\d+)*/

/** The words round a stretch of a text in its clause, without their plurals and without those that stand beside anything. */
export const wordsRound = (
  text: string,
  { end, start }: { readonly start: number; readonly end: number }
): ReadonlyArray<string> => {
  const before =
    text
      .slice(Math.max(0, start - 60), start)
      .split(BREAK)
      .at(-1) ?? ""
  const after =
    text
      .slice(end, end + 60)
      .replace(RANGE, "")
      .split(BREAK_AHEAD)[0] ?? ""
  return [...meaningful(before).slice(-BEFORE), ...meaningful(after).slice(0, AFTER)]
}

/** A whole number without a unit that is too small to be found again by its value alone. */
export const isSmall = ({ unit, value }: Quantity): boolean => unit === null && Number.isInteger(value) && value < 100

/** For small numbers: which words they were found beside, so that "3 seats" is not borne out by "3 hooks". */
export class Neighbours {
  readonly #words = new Map<number, Set<string>>()

  addText(text: string, found: ReadonlyArray<Quantity>): void {
    for (const quantity of found) {
      // "One of them", "this one": a word like any other.
      if (quantity.isInWords && quantity.value === 1) continue
      this.#add(quantity.value, () => wordsRound(text, quantity))
    }
  }

  /** Fields: a number, or the numbers in a text, beside their key and the text's other words. */
  addJson(value: Json, quantitiesIn: (text: string) => ReadonlyArray<Quantity>, key = ""): void {
    if (typeof value === "number") this.#add(value, () => meaningful(key))
    else if (typeof value === "string") {
      if (!HAS_NUMBER.test(value)) return
      for (const found of quantitiesIn(value)) this.#add(found.value, () => [...meaningful(key), ...meaningful(value)])
    } else if (Array.isArray(value)) for (const item of value) this.addJson(item, quantitiesIn, key)
    else if (value !== null && typeof value === "object") {
      for (const [name, inner] of Object.entries(value)) this.addJson(inner as Json, quantitiesIn, name)
    }
  }

  #add(value: number, beside: () => ReadonlyArray<string>): void {
    if (value >= 100) return
    const known = this.#words.get(value) ?? new Set()
    for (const word of beside()) known.add(word)
    this.#words.set(value, known)
  }

  /** Where the words are all Chinese and some of those known are English, such as the keys of JSON, they say nothing of each other. */
  has(value: number, beside: ReadonlyArray<string>): boolean {
    const known = this.#words.get(value)
    if (known === undefined) return false
    if (beside.some((word) => known.has(word))) return true
    return beside.length > 0 && beside.every(isUnspaced) && [...known].some((word) => !isUnspaced(word))
  }
}
