import { type Defect, turnsOf } from "./defect.ts"

/** The whole dialogue again; at most the case of a letter, the white space or the marks at the end of a turn differ. */
export const exactCopy: Defect = {
  name: "exact-copy",
  family: "duplicates",
  description: "The row is a copy of another, but for case, white space and punctuation.",
  plant: ({ messages }, random) => {
    const turns = turnsOf(messages, ["user", "assistant"])
    if (turns.length === 0) return null
    const index = random.pick(turns)
    const message = messages[index] as (typeof messages)[number]
    const text = message.content ?? ""
    const after = random.pick([text, text.toLowerCase(), `${text}  `, text.replaceAll(" ", "  "), `${text}!`])
    return {
      messages: messages.with(index, { ...message, content: after }),
      planted: { message: index, before: text, after }
    }
  }
}
