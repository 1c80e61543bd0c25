import type { DialogueMessage } from "../../schemas/dialogue.ts"
import { repliesOf } from "./calls.ts"
import type { OutputHit } from "./trajectory-tables.ts"

/** Tau-bench's rule: a case-insensitive substring once the commas are gone (from both: an output may be written "1,234.50"). */
export const saysTolerant = (text: string, output: string): boolean =>
  text.toLowerCase().replaceAll(",", "").includes(output.toLowerCase().replaceAll(",", ""))

const NUMBER = /^[-$€£]?\d[\d,]*(?:\.\d+)?%?$/
/** Not after a letter, digit, #, ., _, -, / or : (ids, dates, times, versions), not before a letter, a digit or -/: and a digit. */
const NUMBER_TOKEN =
  /(?<![\p{L}\d#._/:-])-?[$€£]?-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\p{L}\d_]|[-/:]\d|\.\d|,\d)/gu
/** Digits that name something (tracking numbers, zip codes with a leading zero) and are not an amount. */
const isName = (digits: string) => /^\d+$/.test(digits) && (digits.length > 12 || /^0\d/.test(digits))

const bare = (number: string) => number.replaceAll(/[,$€£%]/g, "")

/** Places where `output` stands with whole words, or as a number equal to it: "10" is not in "100", "43.2" is "43.20". */
const occurrences = (text: string, output: string): ReadonlyArray<number> => {
  if (NUMBER.test(output.trim())) {
    const wanted = bare(output.trim())
    return [...text.matchAll(NUMBER_TOKEN)].flatMap((match) => {
      const found = bare(match[0])
      const same = isName(wanted) ? found === wanted : Number(found) === Number(wanted)
      return same ? [match.index] : []
    })
  }
  const words = output
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${words.join("\\s+")}(?![\\p{L}\\p{N}])`, "giu")
  return [...text.matchAll(pattern)].map((match) => match.index)
}

const sentences = (text: string): ReadonlyArray<string> => text.split(/(?<=[.!?])["')\]]*\s+|\n+/)

const NEGATION = /(?:^|\s)(?:not|never|no|neither|nor|without|cannot|can't|\S+n['’]t)(?=\s)/i

/** A denial within the five words before the place, in the same clause. */
const isDenied = (sentence: string, place: number): boolean => {
  const clause =
    sentence
      .slice(0, place)
      .split(/[;:,](?=\s)|\s(?:but|instead|rather)\s/)
      .at(-1) ?? ""
  const before = clause.trim().split(/\s+/).slice(-5).join(" ")
  return NEGATION.test(` ${before} `)
}

/** The strict rule (spec section 3.4): said as such, and neither asked nor denied. */
export const saysStrict = (text: string, output: string): boolean =>
  sentences(text).some(
    (sentence) =>
      !/\?["')\]]*\s*$/.test(sentence) && occurrences(sentence, output).some((place) => !isDenied(sentence, place))
  )

/** Where each expected output is told in a reply of the agent, by both rules. Tool text does not count. */
export const outputHits = (
  messages: ReadonlyArray<DialogueMessage>,
  outputs: ReadonlyArray<string>
): ReadonlyArray<OutputHit> => {
  const replies = repliesOf(messages)
  return outputs.map((output) => {
    const tolerant = replies.find((reply) => saysTolerant(reply.content ?? "", output))
    const strict = replies.find((reply) => saysStrict(reply.content ?? "", output))
    return {
      output,
      found: tolerant !== undefined,
      message_index: tolerant?.index ?? null,
      found_strict: strict !== undefined,
      message_index_strict: strict?.index ?? null
    }
  })
}
