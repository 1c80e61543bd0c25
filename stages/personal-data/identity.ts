import { digitsOf, matches, type PersonalDatum } from "./datum.ts"

const IBAN = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g

/** The examples of the registry and of textbooks. */
const EXAMPLE_IBANS = new Set([
  "GB82WEST12345698765432",
  "GB29NWBK60161331926819",
  "DE89370400440532013000",
  "FR1420041010050500013M02606",
  "NL91ABNA0417164300",
  "ES9121000418450200051332",
  "IT60X0542811101000000123456",
  "CH9300762011623852957",
  "AT611904300234573201",
  "BE68539007547034"
])

/** ISO 13616: the first four characters behind the rest, letters as 10 to 35, is 1 modulo 97. */
export const isIban = (value: string): boolean => {
  const iban = value.replaceAll(" ", "")
  if (iban.length < 15 || iban.length > 34) return false
  let remainder = 0
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const number = Number.parseInt(character, 36)
    remainder = (remainder * (number > 9 ? 100 : 10) + number) % 97
  }
  return remainder === 1
}

export const ibans = (text: string): ReadonlyArray<PersonalDatum> =>
  matches("iban", text, IBAN, (value) => isIban(value) && !EXAMPLE_IBANS.has(value.replaceAll(" ", "")))

const CARD = /(?<![\w#.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)/g
/** First digits and lengths of Visa, Mastercard, American Express, Discover, Diners, JCB, UnionPay. */
const ISSUER =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d{2}|7[01]\d|720)\d{12}|3[47]\d{13}|6(?:011|5\d{2}|4[4-9]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|62\d{14,17})$/

/** Numbers that payment providers publish for tests. */
const TEST_CARDS = new Set(
  "4111111111111111 4242424242424242 4000056655665556 4012888888881881 4222222222222 5555555555554444 5105105105105100 5200828282828210 2223003122003222 378282246310005 371449635398431 378734493671000 6011111111111117 6011000990139424 3056930009020004 36227206271667 30569309025904 38520000023237 3566002020360505 3530111333300000 6200000000000005".split(
    " "
  )
)

/** ISO 7812: every second digit from the right doubled, the digits of all added, is a multiple of ten. */
export const passesLuhn = (digits: string): boolean => {
  let sum = 0
  for (const [place, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (place % 2 === 1 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

export const paymentCards = (text: string): ReadonlyArray<PersonalDatum> =>
  matches("payment_card", text, CARD, (value) => {
    const digits = digitsOf(value)
    return ISSUER.test(digits) && passesLuhn(digits) && !TEST_CARDS.has(digits)
  })

const SSN = /(?<![\w#.-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g
const SSN_AFTER_WORD =
  /(?:social security(?: number| no\.?)?|\bssn\b)[^\d\n]{0,12}((?!000|666|9)\d{3} ?(?!00)\d{2} ?(?!0000)\d{4})(?![\w-])/gi
/** Withdrawn after they stood on a wallet's sample card and in an advertisement. */
const PUBLIC_SSNS = new Set(["078051120", "219099999", "457555462"])

/** United States social security numbers: with their hyphens, or after the words. */
export const socialSecurityNumbers = (text: string): ReadonlyArray<PersonalDatum> =>
  [SSN, SSN_AFTER_WORD].flatMap((pattern) =>
    matches("us_ssn", text, pattern, (value) => !PUBLIC_SSNS.has(digitsOf(value)))
  )

const CHINESE_ID = /(?<![\w#.-])[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\w-])/g
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** GB 11643-1999: the last character is the check on the weighted sum of the 17 digits before it, modulo 11. */
export const isChineseId = (value: string): boolean => {
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(value[place]), 0)
  return value.length === 18 && "10X98765432"[sum % 11] === value[17]?.toUpperCase()
}

export const chineseIds = (text: string): ReadonlyArray<PersonalDatum> =>
  matches("chinese_id", text, CHINESE_ID, isChineseId)

const PASSPORT =
  /(?:\bpassport(?: number| no\.?| #)?|护照(?:号码?)?)[^A-Za-z0-9\n]{0,4}(?:is |number |号码?)?(?:[^A-Za-z0-9\n]{0,3})([A-Z]{1,2}\d{6,8}|\d{9})(?![\w-])/gi

/** Numbers as passports have them, only right behind the word. */
export const passports = (text: string): ReadonlyArray<PersonalDatum> => matches("passport", text, PASSPORT)
