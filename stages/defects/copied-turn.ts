import { type Defect, turnsOf, withText } from "./defect.ts"

/** Shorter ones ("Yes, please.") may be said twice. */
const LEAST_CHARACTERS = { en: 24, zh: 10 } as const

const plain = (text: string) => text.toLowerCase().replaceAll(/\s+/g, " ").trim()

const isLong = (text: string) =>
  text.length >= (/\p{Script=Han}/u.test(text) ? LEAST_CHARACTERS.zh : LEAST_CHARACTERS.en)

/** A party says word for word what it has said before, in the place of what it had to say. */
export const copiedTurn: Defect = {
  name: "copied-turn",
  family: "repetition",
  description: "A turn is a copy of an earlier turn of the same party.",
  plant: ({ messages }, random) => {
    const turns = turnsOf(messages, ["user", "assistant"])
    const pairs = turns.flatMap((later) =>
      turns
        .filter((earlier) => earlier < later && messages[earlier]?.role === messages[later]?.role)
        .filter((earlier) => isLong(messages[earlier]?.content ?? ""))
        .filter((earlier) => plain(messages[earlier]?.content ?? "") !== plain(messages[later]?.content ?? ""))
        .map((earlier) => ({ earlier, later }))
    )
    if (pairs.length === 0) return null
    const { earlier, later } = random.pick(pairs)
    return withText(messages, later, messages[earlier]?.content ?? "")
  }
}
