import type { Json } from "../../schemas/json.ts"
import { stem } from "./neighbours.ts"
import type { Quantity } from "./quantities.ts"

/** More members than this are a catalogue and no bill: nobody adds up a choice of them. */
const BILL = 12
/** Bills that are kept: a bound on the work. */
const BILLS = 200
/** Members of a bill, or amounts that were said, that are added up at most. */
const TERMS = 4
/** Amounts that were said last. */
const RECENT = 12
/** Amounts that are kept for differences: a bound on the work, far above what a dialogue shows. */
const KEPT = 600

const cents = (value: number): number => Math.round(value * 100)
const compact = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "")

/** How many members a list has, of whom: the identifiers of the objects that it stands in. */
interface Count {
  /** The key of the list: "items"; empty where it has none. */
  readonly name: string
  readonly all: number
  /** How many members are alike in one field. */
  readonly alike: ReadonlySet<number>
  readonly owners: ReadonlySet<string>
}

/** What a sentence speaks of: the identifiers in it, and its words without their plurals. */
export interface Mentioned {
  readonly ids: ReadonlyArray<string>
  readonly names: ReadonlySet<string>
}

export const mentionedIn = (sentence: string): Mentioned => {
  const said = sentence.split(/\s+/)
  return {
    ids: [...new Set(said.flatMap((word) => identifier(word)))],
    names: new Set(said.map((word) => stem(word.toLowerCase().replace(/[^\p{L}\p{N}]{1,8}$/u, ""))))
  }
}

/**
 * What can be worked out from tool results and from what was said: how many there are, totals of a bill, differences in
 * price, a price times a count, half a price, a share of it that was named. The search is bounded, so that nearly no number
 * is right by chance: sums of at most four members of one bill (twelve members at most) or of the twelve amounts said last,
 * and of whole bills; differences between a member of a bill or an amount said and any other amount; multiples up to twelve.
 */
export class Arithmetic {
  readonly #counts: Array<Count> = []
  readonly #bills: Array<ReadonlyArray<number>> = []
  readonly #amounts = new Set<number>()
  #spoken: ReadonlyArray<number> = []
  #shares: ReadonlyArray<number> = []
  /** Between two numbers of one object: a price and the one before it. */
  readonly #differences = new Set<number>()

  addJson(value: Json, name = "", owners: ReadonlySet<string> = new Set()): void {
    if (typeof value !== "object" || value === null) return
    const members: ReadonlyArray<Json> = Array.isArray(value) ? value : Object.values(value)
    const own = Array.isArray(value) ? owners : new Set([...owners, ...members.flatMap((member) => identifier(member))])
    if (Array.isArray(value) || members.every((member) => typeof member === "object")) {
      this.#addMembers(name, members, own)
    }
    if (!Array.isArray(value))
      this.#addDifferences(members.flatMap((member) => (typeof member === "number" ? [cents(member)] : [])))
    if (Array.isArray(value)) for (const member of members) this.addJson(member, name, own)
    else for (const [key, member] of Object.entries(value)) this.addJson(member as Json, key, own)
  }

  addSpoken(found: ReadonlyArray<Quantity>): void {
    const amounts = found.filter(({ decimals, isMoney }) => isMoney || decimals > 0).map(({ value }) => cents(value))
    this.#spoken = [...this.#spoken, ...amounts].slice(-RECENT)
    for (const amount of amounts) this.#keep(amount)
    this.#addShares(found)
  }

  /** A document: its amounts are a bill where they are few enough to be one. */
  addText(found: ReadonlyArray<Quantity>): void {
    const amounts = found.filter(({ isMoney }) => isMoney).map(({ value }) => cents(value))
    if (amounts.length > 0 && amounts.length <= BILL) this.#addBill([...new Set(amounts)])
    for (const amount of amounts) this.#keep(amount)
    this.#addShares(found)
  }

  #addShares(found: ReadonlyArray<Quantity>): void {
    const shares = found.flatMap(({ unit, value }) => (unit?.dimension === "share" && value <= 100 ? [value] : []))
    this.#shares = [...this.#shares, ...shares].slice(-RECENT)
  }

  #addMembers(name: string, members: ReadonlyArray<Json>, owners: ReadonlySet<string>): void {
    const columns = new Map<string, Array<number>>()
    const alike = new Map<string, number>()
    for (const member of members) {
      for (const [key, value] of fields(member)) {
        if (typeof value === "number") {
          const column = columns.get(key)
          if (column === undefined) columns.set(key, [cents(value)])
          else column.push(cents(value))
          this.#keep(cents(value))
        }
        const field = `${key} ${String(value)}`
        alike.set(field, (alike.get(field) ?? 0) + 1)
      }
    }
    this.#counts.push({ name: stem(name.toLowerCase()), all: members.length, alike: new Set(alike.values()), owners })
    for (const column of columns.values()) if (column.length <= BILL) this.#addBill(column)
  }

  #addDifferences(numbers: ReadonlyArray<number>): void {
    if (numbers.length > BILL || this.#differences.size > KEPT) return
    for (const one of numbers) for (const other of numbers) if (one > other) this.#differences.add(one - other)
  }

  #addBill(bill: ReadonlyArray<number>): void {
    if (this.#bills.length < BILLS) this.#bills.push(bill)
  }

  #keep(amount: number): void {
    if (this.#amounts.size < KEPT) this.#amounts.add(amount)
  }

  /**
   * Whether so many members are in some list, or, of `others`, so many beside one ("the rack and 4 other items"). Where the
   * sentence names the owner of a list ("order #W1") or a list itself ("items"), only those lists count.
   */
  isCount(value: number, { ids, names }: Mentioned, others: boolean): boolean {
    const owned = narrowed(this.#counts, ({ owners }) => ids.some((id) => owners.has(id)))
    return narrowed(owned, ({ name }) => names.has(name)).some(({ all, alike }) =>
      others ? all - 1 === value : all === value || alike.has(value)
    )
  }

  /** Whether an amount is a total, a difference or a multiple of known ones. */
  isDerived(value: number): boolean {
    const target = cents(value)
    return (
      this.#isTotal(target) || this.#isDifference(target) || this.#isMultiple(target) || this.#isShareOfAmount(target)
    )
  }

  /** Whether a number is the sum of a whole bill, or of all amounts said last. */
  isWhole(value: number): boolean {
    return [...this.#bills, this.#spoken].some((bill) => sum(bill) === cents(value))
  }

  /** Whether a share is the difference of two known ones, or what one leaves of the whole, or a member's of a bill. */
  isShare(value: number, decimals: number): boolean {
    const all = [100, ...this.#shares]
    if (all.some((one) => all.some((other) => cents(one - other) === cents(value)))) return true
    return this.#bills.some((bill) =>
      bill.some((member) => ((member / sum(bill)) * 100).toFixed(decimals) === value.toFixed(decimals))
    )
  }

  #isTotal(target: number): boolean {
    return [...this.#bills, this.#spoken].some((group) => sum(group) === target || isSumOf(group, 0, target, TERMS))
  }

  /** Amounts that a person would reckon with. */
  #near(): ReadonlySet<number> {
    return new Set([...this.#bills.flat(), ...this.#spoken])
  }

  #isDifference(target: number): boolean {
    if (this.#differences.has(target)) return true
    for (const amount of this.#near()) {
      if (this.#amounts.has(amount + target) || this.#amounts.has(amount - target)) return true
    }
    return false
  }

  #isMultiple(target: number): boolean {
    const near = this.#near()
    for (let times = 2; times <= BILL; times++) {
      if (target % times === 0 && near.has(target / times)) return true
    }
    return near.has(target * 2)
  }

  /** A known share of an amount, or the rest that it leaves. */
  #isShareOfAmount(target: number): boolean {
    const near = [...this.#near()]
    return this.#shares.some((share) =>
      near.some((amount) => [share, 100 - share].some((part) => Math.round((amount * part) / 100) === target))
    )
  }
}

const sum = (amounts: ReadonlyArray<number>): number => amounts.reduce((total, amount) => total + amount, 0)

/** Those that fit, or all where none does. */
const narrowed = (counts: ReadonlyArray<Count>, fits: (count: Count) => boolean): ReadonlyArray<Count> => {
  const fitting = counts.filter(fits)
  return fitting.length > 0 ? fitting : counts
}

/** Whether some of the amounts from a place on, at most `terms`, add up to the target. */
const isSumOf = (amounts: ReadonlyArray<number>, from: number, target: number, terms: number): boolean => {
  if (target === 0) return from > 0
  if (terms === 0) return false
  for (let place = from; place < amounts.length; place++) {
    if (isSumOf(amounts, place + 1, target - (amounts[place] as number), terms - 1)) return true
  }
  return false
}

/** A word with four digits or more, by its letters and digits; nothing for others. */
const identifier = (value: Json): ReadonlyArray<string> =>
  typeof value === "string" && !/\s/.test(value) && (value.match(/\d/g)?.length ?? 0) >= 4 ? [compact(value)] : []

/** The primitive fields of a member, those of objects inside it too. */
const fields = (member: Json, prefix = ""): ReadonlyArray<readonly [key: string, value: Json]> => {
  if (typeof member !== "object" || member === null || Array.isArray(member)) return []
  return Object.entries(member).flatMap(
    ([key, value]): ReadonlyArray<readonly [string, Json]> =>
      typeof value === "object" ? fields(value as Json, `${prefix}${key}.`) : [[`${prefix}${key}`, value as Json]]
  )
}
