import { type Defect, turnsOf, withText } from "./defect.ts"
import { knownText } from "./known-text.ts"
import { withOtherDigits } from "./other-digits.ts"

/** Amounts, counts, dates, order and reference numbers: two digits at least, since smaller numbers are everywhere. */
const FIGURE = /\d[\d.,:/-]*\d/g

/** A figure that the assistant has from a tool, a source or the user, told with one or two wrong digits. */
export const alteredFact: Defect = {
  name: "altered-fact",
  family: "facts",
  description: "The assistant gets a figure wrong that a tool, a source or the user gave.",
  plant: (subject, random) => {
    const { messages, sources } = subject
    const known = knownText(subject)
    const places = turnsOf(messages, ["assistant"]).flatMap((index) => {
      const given = [
        ...(sources ?? []),
        ...messages
          .slice(0, index)
          .flatMap(({ content, role }) => (role === "tool" || role === "user" ? [content ?? ""] : []))
      ].join("\n")
      const text = messages[index]?.content ?? ""
      return [...text.matchAll(FIGURE)]
        .filter(([figure]) => given.includes(figure))
        .map(({ 0: figure, index: start }) => ({ index, text, figure, start }))
    })
    for (const { figure, index, start, text } of random.shuffle(places)) {
      const wrong = withOtherDigits(figure, known, random)
      if (wrong === null) continue
      return withText(messages, index, text.slice(0, start) + wrong + text.slice(start + figure.length))
    }
    return null
  }
}
