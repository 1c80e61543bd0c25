import type { Span } from "../capabilities/backend.ts"

/*
 * Every pattern is linear: parts that repeat are bounded, and begin where nothing like them stands before. Borders are those of Latin
 * words, since Chinese is written up to a number without a space.
 */
const EMAIL =
  /(?<![\p{sc=Latin}\p{N}._%+-])[\p{sc=Latin}\p{N}._%+-]{1,64}@[\p{sc=Latin}\p{N}-]{1,63}(?:\.[\p{sc=Latin}\p{N}-]{1,63}){1,8}/gu
const IBAN = /(?<![\p{sc=Latin}\p{N}])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\p{sc=Latin}\p{N}])/gu
const CARD = /(?<![\p{sc=Latin}\p{N}])\d(?:[ -]?\d){12,18}(?![\p{sc=Latin}\p{N}])/gu
const PHONE =
  /(?<![\p{sc=Latin}\p{N}.,-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,5}\)[ .-]?)?\d{2,11}(?:[ .-]\d{2,8}){0,5}(?![\p{sc=Latin}\p{N}]|[.,-]\d)/gu
const MOBILE_IN_CHINA = /^1[3-9]\d{9}$/
const DATE = /^(?:\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ]\d{4})/

/**
 * E-mail addresses, IBANs, numbers of payment cards and telephone numbers, in order, none overlapping. IBANs and cards are counted
 * only where their check digits fit (ISO 7064 mod 97-10, Luhn), so that order numbers are left alone. Telephone numbers have 8 to 15
 * digits (E.164) and a plus, brackets or groups, or are mobile numbers of China. Names and addresses are not found.
 */
export const personalData = (text: string): ReadonlyArray<Span> => {
  const found: Array<Span> = []
  const add = (pattern: RegExp, label: string, score: number, measure: (candidate: string) => number) => {
    for (const { 0: candidate, index: start } of text.matchAll(pattern)) {
      const length = measure(candidate)
      const end = start + length
      if (length > 0 && found.every((other) => end <= other.start || start >= other.end)) {
        found.push({ start, end, label, score })
      }
    }
  }
  add(EMAIL, "email", 0.99, (candidate) => candidate.replace(/[-.]+$/, "").length)
  add(IBAN, "iban", 0.99, ibanLength)
  add(CARD, "card", 0.95, (candidate) => (isCard(candidate.replace(/\D/g, "")) ? candidate.length : 0))
  add(PHONE, "phone", 0.8, (candidate) => (isPhone(candidate) ? candidate.length : 0))
  return found.sort((left, right) => left.start - right.start)
}

/** How much of a candidate is an IBAN: words in capitals behind it may look like a part of it. 0 where nothing is. */
const ibanLength = (candidate: string): number => {
  const ends = [candidate.length, ...Array.from(candidate.matchAll(/ /g), ({ index }) => index).reverse()]
  return ends.find((end) => isIban(candidate.slice(0, end).replaceAll(" ", ""))) ?? 0
}

/** 15 to 34 letters and digits, which as a number (A is 10) with the first four last leave 1 when divided by 97. */
const isIban = (compact: string): boolean => {
  if (compact.length < 15 || compact.length > 34) return false
  let rest = 0
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value < 10 ? 10 : 100) + value) % 97
  }
  return rest === 1
}

/** Luhn's check of 13 to 19 digits that are not all the same. */
const isCard = (digits: string): boolean => {
  let sum = 0
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0 && new Set(digits).size > 1
}

const isPhone = (candidate: string): boolean => {
  const digits = candidate.replace(/\D/g, "")
  if (digits.length < 8 || digits.length > 15 || DATE.test(candidate)) return false
  if (/^[+(]/.test(candidate) || MOBILE_IN_CHINA.test(digits)) return true
  return candidate.split(/[ .-]/).length >= 3
}
