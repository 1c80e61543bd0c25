import type { Random } from "../random.ts"
import { isIsoDay, isPossibleDay } from "../text/iso-days.ts"
import { withOtherArgument } from "./argument-values.ts"
import type { Defect } from "./defect.ts"
import { knownText } from "./known-text.ts"
import { withOtherDigits } from "./other-digits.ts"

const TRIES = 20

/** Another day of the same year, or another time of day. */
const otherDay = (value: string, known: string, random: Random): string | null => {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const rest = withOtherDigits(value.slice(4), known, random)
    const other = `${value.slice(0, 4)}${rest ?? ""}`
    if (rest !== null && isPossibleDay(other) && !known.includes(other)) return other
  }
  return null
}

/** An id or a number that nobody has said and no tool has given. */
export const inventedArgument: Defect = {
  name: "invented-argument",
  family: "tools",
  description: "A call names an id or a number that is nowhere in the dialogue.",
  plant: (subject, random) => {
    const known = knownText(subject)
    return withOtherArgument(subject, random, ({ value }) => {
      if (!/\d{3}/.test(String(value))) return null
      if (typeof value === "string" && isIsoDay(value)) return otherDay(value, known, random)
      const other = withOtherDigits(String(value), known, random)
      if (other === null) return null
      return typeof value === "number" ? Number(other) : other
    })
  }
}
