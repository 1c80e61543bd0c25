import { z } from "zod"
import { normalise } from "../text/normalise.ts"
import { isUnspaced, jaccard, words } from "../text/words.ts"
import type { Finding } from "./filter.ts"
import { excerpt, ruleFilter } from "./rule-filter.ts"
import { rolesOption, type Spoken, spoken } from "./spoken.ts"

const options = z.strictObject({
  roles: rolesOption(["user", "assistant"]),
  minWords: z
    .int()
    .min(1)
    .default(5)
    .describe("Turns and lines with fewer words may be said again: yes, thanks, anything else."),
  minCharacters: z
    .int()
    .min(1)
    .default(9)
    .describe("The same for scripts without spaces between words: five words of Chinese are some nine characters."),
  copiedAbove: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe(
      "Jaccard similarity of tokens, 0 to 1, from which a turn with the same numbers is a copy of an earlier one; R2S has 0.8 for the seeker."
    ),
  maxSameLine: z.int().min(1).default(3).describe("How often a party may write one line."),
  maxRepeats: z.int().min(1).default(4).describe("How often a stretch of words may follow itself."),
  maxCharacterRun: z
    .int()
    .min(1)
    .default(10)
    .describe("How often a letter may follow itself; rules of dashes and dots have ten times as many."),
  window: z.int().min(20).max(1_000).default(60).describe("Tokens that are looked at together for their variety."),
  minVariety: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe(
      "Different tokens among those of a window (moving-average type-token ratio, Covington and McFall 2010); prose has 0.6."
    )
})
type Options = z.output<typeof options>

/** Longest stretch, in tokens, that is looked for as following itself. */
const LONGEST_UNIT = 30

/**
 * Turns that are copies of earlier ones, lines that come back, and text that has fallen into a loop. A question without any
 * particulars may be asked a second time once the user has come with a new number or name to ask it about.
 */
export const repetition = ruleFilter({
  name: "repetition",
  description: "No turn is a copy of an earlier one, no line comes back too often, no message runs in a loop.",
  codes: {
    COPIED_TURN: "a turn says the same as an earlier one",
    REPEATED_LINE: "a party writes one line more often than `maxSameLine`",
    LOOP: "a stretch of words follows itself more often than `maxRepeats`",
    CHARACTER_RUN: "a character follows itself more often than `maxCharacterRun`",
    LOW_VARIETY: "in some window of a message fewer tokens than `minVariety` are different"
  },
  options,
  cost: 0.1,
  find: (options) => (subject) => {
    const said = spoken(subject.messages, options.roles).map((message) => prepared(message))
    return [...copies(said, options), ...lines(said, options), ...said.flatMap((turn) => loops(turn, options))]
  }
})

interface Turn extends Spoken {
  readonly tokens: ReadonlyArray<string>
  readonly numbers: string
}

const prepared = (message: Spoken): Turn => {
  const tokens = words(normalise(message.text))
  return { ...message, tokens, numbers: tokens.filter((token) => /\p{N}/u.test(token)).join(" ") }
}

const isLong = (tokens: ReadonlyArray<string>, { minCharacters, minWords }: Options): boolean => {
  const characters = tokens.filter(isUnspaced).length
  return (tokens.length - characters) / minWords + characters / minCharacters >= 1
}

const copies = (said: ReadonlyArray<Turn>, options: Options): ReadonlyArray<Finding> =>
  said.flatMap((turn, position): ReadonlyArray<Finding> => {
    if (!isLong(turn.tokens, options)) return []
    const earlier = said.slice(0, position)
    const same = earlier.filter(
      ({ numbers, tokens }) => numbers === turn.numbers && jaccard(tokens, turn.tokens) >= options.copiedAbove
    )
    const [original] = same
    if (original === undefined || (same.length === 1 && isAskedAnew(turn, original, earlier))) return []
    const reason = `Message ${turn.index} (${turn.role}) says the same as message ${original.index} (${original.role}).`
    const evidence = { message: turn.index, role: turn.role, original: original.index, text: excerpt(turn.text) }
    return [{ code: "COPIED_TURN", reason, evidence }]
  })

/**
 * Whether a turn is an assistant's bare question after a user's line that brings up a number nobody mentioned before, and
 * that is no answer to the same question.
 */
const isAskedAnew = (turn: Turn, original: Turn, earlier: ReadonlyArray<Turn>): boolean => {
  const before = earlier.at(-1)
  if (turn.role !== "assistant" || before?.role !== "user") return false
  if (turn.numbers !== "" || !/[?？]/.test(turn.text)) return false
  if (earlier.at(-2) === original) return false
  const known = new Set(earlier.slice(0, -1).flatMap(({ tokens }) => tokens))
  return before.tokens.some((token) => /\d{4}/.test(token) && !known.has(token))
}

const lines = (said: ReadonlyArray<Turn>, options: Options): ReadonlyArray<Finding> => {
  const counts = new Map<string, number>()
  const findings: Array<Finding> = []
  for (const { index, role, text } of said) {
    for (const line of text.split("\n")) {
      const plain = normalise(line)
      if (!isLong(words(plain), options)) continue
      const key = `${role} ${plain}`
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      if (count !== options.maxSameLine + 1) continue
      const reason = `Message ${index} (${role}) has a line for the ${count}th time: ${JSON.stringify(excerpt(line.trim(), 60))}.`
      findings.push({
        code: "REPEATED_LINE",
        reason,
        evidence: { message: index, role, count, line: excerpt(line.trim()) }
      })
    }
  }
  return findings
}

const loops = ({ index, role, text, tokens }: Turn, options: Options): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  const run = longestRun(text, options.maxCharacterRun)
  if (run !== null) {
    const reason = `Message ${index} (${role}) has the character ${JSON.stringify(run.character)} ${run.count} times in a row.`
    findings.push({ code: "CHARACTER_RUN", reason, evidence: { message: index, role, ...run } })
  }
  const loop = longestLoop(tokens, options.maxRepeats)
  if (loop !== null) {
    const reason = `Message ${index} (${role}) says ${JSON.stringify(excerpt(loop.unit, 60))} ${loop.count} times in a row.`
    findings.push({
      code: "LOOP",
      reason,
      evidence: { message: index, role, count: loop.count, unit: excerpt(loop.unit) }
    })
  }
  const variety = leastVariety(tokens, options.window)
  if (variety < options.minVariety) {
    const reason = `Message ${index} (${role}) has ${(variety * 100).toFixed(0)} % different tokens among ${options.window}; at least ${(options.minVariety * 100).toFixed(0)} %.`
    findings.push({
      code: "LOW_VARIETY",
      reason,
      evidence: { message: index, role, share: variety, least: options.minVariety }
    })
  }
  return findings
}

const longestRun = (text: string, most: number): { readonly character: string; readonly count: number } | null => {
  const allowed = (character: string) =>
    /[-=_*#.~·—─━+|]/.test(character) ? most * 10 : /\s/.test(character) ? text.length : most
  let worst: { character: string; count: number } | null = null
  let count = 0
  let previous = ""
  for (const character of text) {
    count = character === previous ? count + 1 : 1
    previous = character
    if (count > allowed(character) && count > (worst?.count ?? 0)) worst = { character, count }
  }
  return worst
}

/** The stretch that follows itself most often; single characters of scripts without spaces are runs, not loops. */
const longestLoop = (
  tokens: ReadonlyArray<string>,
  most: number
): { readonly unit: string; readonly count: number } | null => {
  let worst: { unit: string; count: number } | null = null
  for (let size = 1; size <= Math.min(LONGEST_UNIT, Math.floor(tokens.length / 2)); size++) {
    let equal = 0
    for (let at = size; at <= tokens.length; at++) {
      if (at < tokens.length && tokens[at] === tokens[at - size]) {
        equal++
        continue
      }
      const count = Math.floor(equal / size) + 1
      equal = 0
      if (count <= most || count <= (worst?.count ?? 0)) continue
      const unit = tokens.slice(at - size, at)
      if (!unit.every((token) => token === unit[0] && isUnspaced(token))) worst = { unit: unit.join(" "), count }
    }
  }
  return worst
}

/** The least share of different tokens in any window; 1 where the text is shorter than one. */
const leastVariety = (tokens: ReadonlyArray<string>, window: number): number => {
  if (tokens.length < window) return 1
  const counts = new Map<string, number>()
  let least = window
  for (const [at, token] of tokens.entries()) {
    counts.set(token, (counts.get(token) ?? 0) + 1)
    const leaving = tokens[at - window]
    if (leaving !== undefined) {
      const left = (counts.get(leaving) as number) - 1
      if (left === 0) counts.delete(leaving)
      else counts.set(leaving, left)
    }
    if (at >= window - 1) least = Math.min(least, counts.size)
  }
  return least / window
}
