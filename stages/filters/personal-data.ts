import { z } from "zod"
import type { Message } from "../../schemas/message.ts"
import { emails, ipAddresses, phones, streetAddresses } from "../personal-data/contact.ts"
import type { PersonalDatum, PersonalKind } from "../personal-data/datum.ts"
import { chineseIds, ibans, passports, paymentCards, socialSecurityNumbers } from "../personal-data/identity.ts"
import { secrets } from "../personal-data/secrets.ts"
import { foldWidth } from "../text/normalise.ts"
import type { FilterSubject, Finding } from "./filter.ts"
import { ruleFilter } from "./rule-filter.ts"
import { rolesOption } from "./spoken.ts"

const options = z.strictObject({
  roles: rolesOption(["user", "assistant"]),
  allowFromTools: z
    .boolean()
    .default(true)
    .describe(
      "Whether a value that some tool of the dialogue answered may be said: a shop's invented customers have addresses, and its clerk reads them out. Answers that begin with 'Error' do not count."
    ),
  allowed: z
    .array(z.string())
    .default([])
    .describe("Values that are nobody's, such as the support line; compared by letters and digits alone."),
  minEntropy: z
    .number()
    .min(0)
    .max(8)
    .default(2.75)
    .describe(
      "Bits a character, from which what is assigned to a password or token is taken for one; ours, 2.75 are eight characters with one twice."
    )
})
type Options = z.output<typeof options>

const CODES: Readonly<Record<PersonalKind, string>> = {
  email: "EMAIL",
  phone: "PHONE",
  street_address: "STREET_ADDRESS",
  ip_address: "IP_ADDRESS",
  iban: "IBAN",
  payment_card: "PAYMENT_CARD",
  us_ssn: "US_SSN",
  chinese_id: "CHINESE_ID",
  passport: "PASSPORT",
  secret: "SECRET"
}

const NAMES: Readonly<Record<PersonalKind, string>> = {
  email: "an e-mail address",
  phone: "a phone number",
  street_address: "a street address",
  ip_address: "a public IP address",
  iban: "a bank account number",
  payment_card: "a payment card number",
  us_ssn: "a US social security number",
  chinese_id: "a Chinese resident id",
  passport: "a passport number",
  secret: "a secret"
}

/**
 * Personal data and secrets by their shapes and check digits, in what is said, reasoned and handed to tools. Values that are
 * reserved for documentation are nobody's. Findings say where it is and of what kind, never what it is, so that reports do
 * not spread it.
 */
export const personalData = ruleFilter({
  name: "personal-data",
  description: "No message holds personal data or a secret that belongs to the world outside the dialogue.",
  codes: {
    EMAIL: "an e-mail address at a domain that somebody can own",
    PHONE: "a phone number that may be a person's",
    STREET_ADDRESS: "a street and house number that is said to be an address",
    IP_ADDRESS: "a public IP address",
    IBAN: "a bank account number whose check digits are right",
    PAYMENT_CARD: "a card number whose check digit is right, of a known issuer",
    US_SSN: "a social security number that can have been given out",
    CHINESE_ID: "a resident id whose date and check digit are right",
    PASSPORT: "a number behind the word passport",
    SECRET: "a key, token or password"
  },
  options,
  cost: 0.1,
  find: (options) => {
    const allowed = new Set(options.allowed.map(compact))
    return (subject) => {
      const answered = options.allowFromTools ? compactAnswers(subject) : ""
      return subject.messages.flatMap((message, index) =>
        options.roles.includes(message.role)
          ? personalDataIn(message, index, options.minEntropy, { allowed, answered })
          : []
      )
    }
  }
})

interface Nobodys {
  readonly allowed: ReadonlySet<string>
  /** Letters and digits of all tool results. */
  readonly answered: string
}

const personalDataIn = (message: Message, index: number, minEntropy: Options["minEntropy"], nobodys: Nobodys) => {
  const fields = [
    { field: "content", text: message.content ?? "" },
    { field: "reasoning", text: message.reasoning ?? "" },
    ...(message.tool_calls ?? []).map((call) => ({ field: "arguments", text: call.arguments }))
  ]
  return fields.flatMap(
    ({ field, text }): ReadonlyArray<Finding> =>
      detect(foldWidth(text), minEntropy)
        .filter(({ value }) => !nobodys.allowed.has(compact(value)) && !nobodys.answered.includes(compact(value)))
        .map(({ end, kind, start }) => ({
          code: CODES[kind],
          reason: `Message ${index} (${message.role}) holds ${NAMES[kind]} in its ${field}, from character ${start} to ${end}.`,
          evidence: { message: index, role: message.role, field, kind, start, end }
        }))
  )
}

/** Surest kinds first: what lies inside a find of another kind is not a second one. */
const detect = (text: string, minEntropy: number): ReadonlyArray<PersonalDatum> => {
  const found = [
    ...secrets(text, minEntropy),
    ...chineseIds(text),
    ...ibans(text),
    ...paymentCards(text),
    ...passports(text),
    ...socialSecurityNumbers(text),
    ...emails(text),
    ...ipAddresses(text),
    ...phones(text),
    ...streetAddresses(text)
  ]
  return found.filter(
    (datum, place) => !found.slice(0, place).some((other) => datum.start < other.end && other.start < datum.end)
  )
}

export const compact = (text: string): string =>
  foldWidth(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "")

export const compactAnswers = ({ messages }: FilterSubject): string =>
  messages
    .filter(({ content, role }) => role === "tool" && content !== null && !/^\s*error\b/i.test(content))
    .map(({ content }) => compact(content ?? ""))
    .join(" ")
