const ISO_DAY = /^((?:19|20)\d{2})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}).{0,24})?$/

/** Whether a text has the form of a day or a moment of ISO 8601: "2025-06-05", "2025-06-05T15:00"; "4410-22" may be anything. */
export const isIsoDay = (text: string): boolean => ISO_DAY.test(text)

/** Whether such a text names a day and a time that there are: "2025-02-30" does not. */
export const isPossibleDay = (text: string): boolean => {
  const [, year, month = "", day = "", hour = "00", minute = "00"] = ISO_DAY.exec(text) ?? []
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  return (
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    Number(day) >= 1 &&
    Number(day) <= last &&
    Number(hour) <= 24 &&
    Number(minute) <= 59
  )
}

/** Whether two of them may be one, as far as both go; of moments of which one names its zone nothing is known. */
export const mayBeSameDay = (one: string, other: string): boolean => {
  const hasZone = (text: string) => /(?:Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10))
  return hasZone(one) !== hasZone(other) || one.startsWith(other) || other.startsWith(one)
}
