import type { Random } from "../../../stages/random.ts"
import { STOP } from "../prompts/human.ts"

/** How a simulated customer writes. */
export interface Style {
  readonly manner: "plain" | "terse" | "chatty" | "impatient" | "formal"
  /** Chance of a slip of the finger in a line, 0 to 1. */
  readonly typos: number
}

const manners: ReadonlyArray<readonly [Style["manner"], RegExp]> = [
  ["impatient", /\b(?:short of time|annoyed|hurry|impatient|brisk|rush)/i],
  ["terse", /\b(?:short sentences|tired|briefly|terse|curt|few words)/i],
  ["chatty", /\b(?:talkative|friendly word|cheerful|chatty|good spirits)/i],
  ["formal", /\b(?:formal|polite|careful|courteous)/i]
]

/** The manner that the instruction describes, or any. */
export const styleOf = (instruction: string, random: Random): Style => {
  const manner =
    manners.find(([, pattern]) => pattern.test(instruction))?.[0] ??
    random.pick(["plain", "terse", "chatty", "impatient", "formal"] as const)
  return { manner, typos: manner === "formal" ? 0 : random.pick([0, 0.05, 0.15, 0.3]) }
}

const before: Readonly<Record<Style["manner"], ReadonlyArray<string>>> = {
  plain: ["", "", "", "OK. ", "Right. "],
  terse: [""],
  chatty: ["", "Oh, ", "Ah, thanks! ", "Sure thing. ", "Well, ", "Great, thanks. "],
  impatient: ["", "", "", "Look, ", "Fine. ", "Quickly please: "],
  formal: ["", "", "Certainly. ", "Thank you. ", "I see. "]
}
const after: Readonly<Record<Style["manner"], ReadonlyArray<string>>> = {
  plain: ["", "", "", " Thanks."],
  terse: [""],
  chatty: ["", "", "", " Thanks so much!", " You're a star.", " Hope that's easy enough!", " :)"],
  impatient: ["", "", "", "", " Can we get on with it?", " I'm in a hurry.", " Please hurry."],
  formal: ["", "", " Thank you.", " I would appreciate it.", " Kind regards."]
}

/** A line in the customer's manner. An `opening` has its greeting already. */
export const inStyle = (line: string, { manner, typos }: Style, random: Random, opening = false): string => {
  if (line === STOP) return line
  const start = opening ? "" : random.pick(before[manner])
  const opened = `${start}${/[,:] $/.test(start) ? lowerStart(line) : line}`
  const whole = /[.!?]$/.test(opened) ? opened : `${opened}.`
  const closed = `${whole.charAt(0).toUpperCase()}${whole.slice(1)}${random.pick(after[manner])}`
  const written = manner === "terse" ? terse(closed) : closed
  return random.boolean(typos) ? slip(written, random) : written
}

/** As it stands within a sentence: "I", initials and numbers keep their form. */
export const lowerStart = (text: string): string =>
  /^(?:I\b|[A-Z]{2})/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1)

/** No capital at the start, no full stop at the end. */
const terse = (line: string): string => {
  const first = /^(?:I\b|[A-Z]{2}|\p{Lu}\p{Ll}+ \p{Lu})/u.test(line)
    ? line
    : line.charAt(0).toLowerCase() + line.slice(1)
  return first.replace(/\.$/, "")
}

/** Two neighbouring letters swapped in one longer lower-case word: never in a number, a name or an address. */
const slip = (line: string, random: Random): string => {
  const words = line.split(" ")
  const able = words.flatMap((word, index) => (/^[a-z]{5,}$/.test(word) ? [index] : []))
  if (able.length === 0) return line
  const at = random.pick(able)
  const word = words[at] as string
  const place = random.integer(1, word.length - 3)
  words[at] = `${word.slice(0, place)}${word[place + 1]}${word[place]}${word.slice(place + 2)}`
  return words.join(" ")
}

const fillers = ["well,", "um,", "let me see,", "you know,", "hmm,", "I mean,"]

/**
 * Puts a filler wherever eight words in a row would repeat the instruction: people tell what they want, they do not recite it.
 */
export const loosen = (line: string, instructionGrams: ReadonlySet<string>, random: Random): string => {
  const said: Array<string> = []
  let run: Array<string> = []
  for (const word of line.split(" ")) {
    const plain = word.toLowerCase().match(/[\p{L}\p{N}'#@.]+/gu) ?? []
    const longer = [...run, ...plain]
    if (longer.length >= 8 && instructionGrams.has(longer.slice(-8).join(" "))) {
      // After a comma it sounds most natural; names and numbers are not torn apart where that can be helped.
      const pause = said.findLastIndex((earlier, at) => at >= said.length - 7 && /[,.:;]$/.test(earlier))
      said.splice(pause < 0 ? said.length : pause + 1, 0, random.pick(fillers))
      run = [...plain]
    } else run = longer.slice(-8)
    said.push(word)
  }
  return said.join(" ")
}
