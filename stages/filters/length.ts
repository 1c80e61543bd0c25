import { z } from "zod"
import { sizeOf } from "../text/words.ts"
import type { Finding } from "./filter.ts"
import { excerpt, ruleFilter } from "./rule-filter.ts"
import { spoken } from "./spoken.ts"

const limit = (fallback: number) => z.int().min(0).max(100_000).default(fallback)

/** Limits of one party's messages. A message counts by characters where they are the most of it, otherwise by words. */
const limits = (defaults: Limits) =>
  z
    .strictObject({
      minWords: limit(defaults.minWords),
      maxWords: limit(defaults.maxWords),
      minCharacters: limit(defaults.minCharacters).describe("Of Chinese, Japanese and other scripts without spaces."),
      maxCharacters: limit(defaults.maxCharacters).describe("Of Chinese, Japanese and other scripts without spaces.")
    })
    .default(defaults)

interface Limits {
  readonly minWords: number
  readonly maxWords: number
  readonly minCharacters: number
  readonly maxCharacters: number
}

/**
 * Options for the methods whose papers or specifications give numbers. `r2s`: rounds between a seeker and a responder.
 * `psyllm`: replies of a counsellor, 150 words for deep emotion (50 for light), 1.7 characters to a word where Chinese.
 * `mmat`: one step's thought of 5 to 120 words.
 */
export const LENGTH_PRESETS = {
  r2s: {
    user: { minWords: 2, maxWords: 120, minCharacters: 4, maxCharacters: 200 },
    assistant: { minWords: 3, maxWords: 250, minCharacters: 6, maxCharacters: 400 }
  },
  psyllm: {
    user: { minWords: 2, maxWords: 600, minCharacters: 4, maxCharacters: 1_000 },
    assistant: { minWords: 3, maxWords: 150, minCharacters: 6, maxCharacters: 250 }
  },
  mmat: {
    user: { minWords: 2, maxWords: 600, minCharacters: 4, maxCharacters: 1_000 },
    assistant: { minWords: 5, maxWords: 120, minCharacters: 8, maxCharacters: 200 }
  }
} as const satisfies Record<string, { readonly user: Limits; readonly assistant: Limits }>

const options = z.strictObject({
  user: limits({ ...LENGTH_PRESETS.r2s.user, minWords: 1, minCharacters: 1 }).describe(
    "The most of R2S; the least is one, since a plain yes is a good turn."
  ),
  assistant: limits({ ...LENGTH_PRESETS.r2s.assistant, minWords: 1, minCharacters: 1 }).describe(
    "The most of R2S; the least is one, since a plain yes is a good turn."
  )
})

/** Words, or characters in scripts without spaces between words, of each message with text. */
export const length = ruleFilter({
  name: "length",
  description: "No message of a party is shorter or longer than its limits.",
  codes: {
    TOO_SHORT: "a message has fewer words or characters than its party's least",
    TOO_LONG: "a message has more words or characters than its party's most"
  },
  options,
  cost: 0.01,
  find: (options) => (subject) =>
    spoken(subject.messages, ["user", "assistant"]).flatMap(({ index, role, text }): ReadonlyArray<Finding> => {
      const { maxCharacters, maxWords, minCharacters, minWords } = options[role as "user" | "assistant"]
      const size = sizeOf(text)
      const inCharacters = size.characters > size.words
      // A message of both kinds is measured as a whole: a Latin word in Chinese takes the room of about two characters.
      const measured = inCharacters ? size.characters + 2 * size.words : size.words + Math.ceil(size.characters / 2)
      // A thumb up is a plain yes.
      const found = measured === 0 && /\p{Extended_Pictographic}/u.test(text) ? 1 : measured
      const [least, most, unit] = inCharacters
        ? [minCharacters, maxCharacters, "characters"]
        : [minWords, maxWords, "words"]
      if (found >= least && found <= most) return []
      const evidence = { message: index, role, found, unit, least, most, text: excerpt(text, 60) }
      return found < least
        ? [
            {
              code: "TOO_SHORT",
              reason: `Message ${index} (${role}) has ${found} ${unit}; at least ${least}.`,
              evidence
            }
          ]
        : [{ code: "TOO_LONG", reason: `Message ${index} (${role}) has ${found} ${unit}; at most ${most}.`, evidence }]
    })
})
