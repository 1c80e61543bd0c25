import type { Random } from "../../../stages/random.ts"
import { overlap } from "../overlap.ts"
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
  chatty: ["", "", "Oh, ", "Ah, thanks! ", "Sure thing. ", "Well, ", "Great, thanks. "],
  impatient: ["", "", "", "Look, ", "Fine. "],
  formal: ["", "", "Certainly. ", "Thank you. ", "I see. "]
}
const after: Readonly<Record<Style["manner"], ReadonlyArray<string>>> = {
  plain: ["", "", "", " Thanks."],
  terse: [""],
  chatty: ["", "", "", "", " Thanks so much!", " You're a star.", " I'm in no rush, by the way!", " :)"],
  impatient: ["", "", "", "", " Can we get on with it?", " I'm in a hurry.", " Please hurry."],
  formal: ["", "", "", " Thank you.", " Thank you for your help."]
}

/** A line that has its own way in needs no other. */
const LINKED = /^(?:also|one more|next|and then|while i'm|sure|of course|ok|as i said|i'm afraid)\b/i

/** Nobody thanks, sighs or hurries twice in the same words. */
const unused = (flourishes: ReadonlyArray<string>, said: ReadonlyArray<string>): ReadonlyArray<string> =>
  flourishes.filter((one) => one === "" || said.every((line) => !line.toLowerCase().includes(one.trim().toLowerCase())))

/** A line in the customer's manner; `said` are those before it. The first one has its greeting already. */
export const inStyle = (line: string, style: Style, random: Random, said: ReadonlyArray<string> = [""]): string => {
  if (line === STOP) return line
  const { manner, typos } = style
  const start = said.length === 0 || LINKED.test(line) ? "" : random.pick(unused(before[manner], said))
  const opened = `${start}${start.endsWith(", ") ? lowerStart(line) : upperStart(line)}`
  const whole = /[.!?]$/.test(opened) ? opened : `${opened}.`
  const closed = `${whole}${random.pick(unused(after[manner], said))}`
  const written = manner === "terse" ? terse(closed) : closed
  return random.boolean(typos) ? slip(written, random) : written
}

/** As it stands within a sentence: "I", initials and numbers keep their form. */
export const lowerStart = (text: string): string =>
  /^(?:I\b|[A-Z]{2})/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1)

export const upperStart = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** No capital at the start, no full stop at the end. */
const terse = (line: string): string => {
  const first = /^(?:I\b|[A-Z]{2}|\p{Lu}\p{Ll}+ \p{Lu})/u.test(line)
    ? line
    : line.charAt(0).toLowerCase() + line.slice(1)
  return first.replace(/\.$/, "")
}

/** What a line is about: a slip there would make the other side ask again. */
const CORE = /^(?:orders?|cancel(?:led)?|return|refund|exchange|swap|change|address|payment)$/

/** Two neighbouring letters swapped in one longer lower-case word: never in a number, a name or an address. */
const slip = (line: string, random: Random): string => {
  const words = line.split(" ")
  const able = words.flatMap((word, index) => (/^[a-z]{5,}$/.test(word) && !CORE.test(word) ? [index] : []))
  if (able.length === 0) return line
  const at = random.pick(able)
  const word = words[at] as string
  const place = random.integer(1, word.length - 3)
  words[at] = `${word.slice(0, place)}${word[place + 1]}${word[place]}${word.slice(place + 2)}`
  return words.join(" ")
}

const leads = [
  "here is what it's about:",
  "let me tell you what this is about:",
  "so what I'm writing about is this:",
  "this is what brings me here today:"
]
const fillers = ["you know,", "let me see,", "as far as I remember,"]

/** Share of the instruction's word 8-grams that a line may hold: somewhat less than what makes it a recital. */
const RECITED = 0.55

/**
 * People tell what they want, they do not recite it. A line that holds too much of the instruction gets a way in, and where
 * that does not do a pause between two of its clauses: never within one.
 */
export const loosen = (line: string, instructionGrams: ReadonlySet<string>, random: Random): string => {
  if (overlap(line, instructionGrams) <= RECITED) return line
  const led = `${random.pick(leads)} ${line}`
  if (overlap(led, instructionGrams) <= RECITED) return led
  const paused = [...led.matchAll(/[,;] /g)]
    .map(({ index }) => `${led.slice(0, index + 2)}${random.pick(fillers)} ${led.slice(index + 2)}`)
    .sort((a, b) => overlap(a, instructionGrams) - overlap(b, instructionGrams))
  return paused[0] ?? led
}
