import { tokens } from "../text/words.ts"
import { type Defect, type Planted, turnsOf } from "./defect.ts"

const MOST_WORDS = 4

/**
 * The whole dialogue again, one to four words of it others: what a model writes that is asked twice, or a scraper finds twice. The
 * words come from the dialogue itself. Tool calls and their answers stay as they are.
 */
export const nearCopy: Defect = {
  name: "near-copy",
  family: "duplicates",
  description: "The row is a copy of another with one to four words changed.",
  plant: ({ messages }, random) => {
    const places = turnsOf(messages, ["user", "assistant"]).flatMap((index) =>
      tokens(messages[index]?.content ?? "").map((token) => ({ index, token }))
    )
    const vocabulary = [...new Set(places.map(({ token }) => token.text))]
    if (vocabulary.length < 2) return null
    const changes = random.sample(places, random.integer(1, MOST_WORDS))
    const spoilt = [...messages]
    // From the end, so that the places before stay right.
    for (const { index, token } of changes.toSorted((left, right) => right.token.start - left.token.start)) {
      const message = spoilt[index] as (typeof spoilt)[number]
      const text = message.content ?? ""
      const other = random.pick(vocabulary.filter((word) => word !== token.text))
      spoilt[index] = { ...message, content: text.slice(0, token.start) + other + text.slice(token.end) }
    }
    const first = Math.min(...changes.map(({ index }) => index))
    const planted: Planted = {
      message: first,
      before: messages[first]?.content ?? null,
      after: spoilt[first]?.content ?? null
    }
    return { messages: spoilt, planted }
  }
}
