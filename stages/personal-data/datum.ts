export type PersonalKind =
  | "email"
  | "phone"
  | "street_address"
  | "ip_address"
  | "iban"
  | "payment_card"
  | "us_ssn"
  | "chinese_id"
  | "passport"
  | "secret"

/** Something that identifies a person, or opens a door: `text.slice(start, end)` is `value`. */
export interface PersonalDatum {
  readonly kind: PersonalKind
  readonly start: number
  readonly end: number
  readonly value: string
}

/** All matches of a pattern; its first group where it has one that took part, otherwise the whole. */
export const matches = (
  kind: PersonalKind,
  text: string,
  pattern: RegExp,
  isOne: (value: string, match: RegExpExecArray) => boolean = () => true
): ReadonlyArray<PersonalDatum> =>
  [...text.matchAll(pattern)].flatMap((match) => {
    const value = match[1] ?? match[0]
    if (!isOne(value, match)) return []
    const start = match.index + match[0].lastIndexOf(value)
    return [{ kind, start, end: start + value.length, value }]
  })

export const digitsOf = (text: string): string => text.replace(/\D/g, "")
