import { withOtherArgument } from "./argument-values.ts"
import type { Defect } from "./defect.ts"
import { knownText } from "./known-text.ts"
import { withOtherDigits } from "./other-digits.ts"

/** An id or a number that nobody has said and no tool has given. */
export const inventedArgument: Defect = {
  name: "invented-argument",
  family: "tools",
  description: "A call names an id or a number that is nowhere in the dialogue.",
  plant: (subject, random) => {
    const known = knownText(subject)
    return withOtherArgument(subject, random, ({ value }) => {
      if (!/\d{3}/.test(String(value))) return null
      const other = withOtherDigits(String(value), known, random)
      if (other === null) return null
      return typeof value === "number" ? Number(other) : other
    })
  }
}
