import type { Random } from "../random.ts"

/**
 * Identifiers that look and check like real ones (valid check digits, number ranges in use) and belong to nobody we know of: drawn
 * at random. Values reserved for documentation would not do: filters know them, and data does not hold them.
 */

const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.integer(0, 9)).join("")

const GIVEN = "anna ben carla derek elif frank greta hiro ivan june kofi lena marco nadia owen paula".split(" ")
const FAMILY = "adler boone castro dubois eriksen farah gupta hoang ito jansen kovac lopez meyer novak".split(" ")
const MAIL_HOSTS = ["gmail.com", "outlook.com", "yahoo.com", "icloud.com", "gmx.net", "proton.me"]
const CHINESE_MAIL_HOSTS = ["qq.com", "163.com", "126.com", "sina.com"]

export const email = (random: Random): string =>
  `${random.pick(GIVEN)}${random.pick([".", "_", ""])}${random.pick(FAMILY)}${random.integer(10, 9_999)}@${random.pick(MAIL_HOSTS)}`

export const chineseEmail = (random: Random): string =>
  `${random.integer(10_000_000, 999_999_999)}@${random.pick(CHINESE_MAIL_HOSTS)}`

/** Last digit of a number by Luhn's rule (ISO/IEC 7812-1, annex B). */
const luhnDigit = (body: string): number => {
  const sum = [...body].reverse().reduce((total, character, place) => {
    const value = Number(character) * (place % 2 === 0 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return (10 - (sum % 10)) % 10
}

const withLuhn = (body: string): string => `${body}${luhnDigit(body)}`
const inFours = (text: string, random: Random): string =>
  random.boolean(0.6) ? text.replaceAll(/(\d{4})(?=\d)/g, "$1 ") : text

/** Visa or Mastercard, 16 digits. */
export const paymentCard = (random: Random): string =>
  inFours(
    withLuhn(random.boolean(0.5) ? `4${digits(random, 14)}` : `5${random.integer(1, 5)}${digits(random, 13)}`),
    random
  )

/** UnionPay, 19 digits. */
export const unionPayCard = (random: Random): string => inFours(withLuhn(`6222${digits(random, 14)}`), random)

const US_AREAS = ["212", "303", "312", "404", "415", "503", "617", "702", "713", "786", "919"]

/** No 555: those are for films. */
export const usPhone = (random: Random): string => {
  const exchange = `${random.integer(6, 9)}${random.integer(2, 9)}${random.integer(2, 9)}`
  const [area, line] = [random.pick(US_AREAS), digits(random, 4)]
  return random.pick([`(${area}) ${exchange}-${line}`, `${area}-${exchange}-${line}`, `+1 ${area} ${exchange} ${line}`])
}

export const chineseMobile = (random: Random): string => {
  const [head, middle, tail] = [
    `1${random.pick(["35", "38", "58", "77", "86", "99"])}`,
    digits(random, 4),
    digits(random, 4)
  ]
  return random.pick([`${head}${middle}${tail}`, `${head} ${middle} ${tail}`, `${head}-${middle}-${tail}`])
}

/** United States: no 000, 666 or 9xx, no group 00, no serial 0000. */
export const socialSecurityNumber = (random: Random): string =>
  `${random.integer(101, 665)}-${random.integer(11, 99)}-${random.integer(1_001, 9_999)}`

/** Germany: 22 characters, check digits by ISO 7064 MOD 97-10. */
export const iban = (random: Random): string => {
  const account = digits(random, 18)
  const remainder = [...`${account}131400`].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0)
  const text = `DE${String(98 - remainder).padStart(2, "0")}${account}`
  return random.boolean(0.5) ? text.replaceAll(/(.{4})(?=.)/g, "$1 ") : text
}

const ID_REGIONS = ["110105", "310104", "330106", "440305", "510107", "610113"]
const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** People's Republic of China: 18 characters, the last by GB 11643-1999. */
export const chineseId = (random: Random): string => {
  const two = (value: number) => String(value).padStart(2, "0")
  const born = `${random.integer(1955, 2004)}${two(random.integer(1, 12))}${two(random.integer(1, 28))}`
  const body = `${random.pick(ID_REGIONS)}${born}${digits(random, 3)}`
  const sum = ID_WEIGHTS.reduce((total, weight, place) => total + weight * Number(body[place]), 0)
  return `${body}${"10X98765432"[sum % 11]}`
}
