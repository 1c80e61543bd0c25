import { random } from "../stages/random.ts"

/** Shares of words that planted copies change; 0 are exact copies. */
const CHANGED = [0, 0.006, 0.012, 0.02, 0.05]

const WORDS = (() => {
  const drawn = random("words")
  const syllables = "ba co di fe gu ha jo ki la me no pu ra se ti vo wa xe yu zi".split(" ")
  return Array.from({ length: 20_000 }, () => drawn.sample(syllables, drawn.integer(1, 4)).join(""))
})()

/**
 * A quick generator of its own a row, so that any row can be made again at once (SplitMix32). Each has steps of its own: with equal
 * ones two rows in a million would be the same numbers, a few words apart.
 */
const numbers = (seed: number): (() => number) => {
  let state = Math.imul(seed, 0x85ebca6b)
  const step = Math.imul(seed ^ 0x2c1b3c6d, 0x297a2d39) | 1
  return () => {
    state = (state + step) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000
  }
}

/** Frequent words are frequent: the rank of a word is drawn with a density that falls with it. */
const word = (next: () => number): string => WORDS[Math.floor(WORDS.length * next() ** 3)] as string

const original = (row: number): Array<string> => {
  const next = numbers(row)
  return Array.from({ length: 165 }, () => word(next))
}

/**
 * About 1 KB: a dialogue of eight turns. Every tenth is a copy of another row, with 0 to 5 % of its words changed. Equal numbers give
 * equal rows.
 */
export const benchText = (row: number): string => {
  let words: Array<string>
  if (row % 10 === 9) {
    const next = numbers(-row)
    const source = Math.floor(next() * row)
    words = original(source % 10 === 9 ? source - 1 : source)
    const changes = Math.round(words.length * (CHANGED[Math.floor(next() * CHANGED.length)] as number))
    for (let change = 0; change < changes; change++) words[Math.floor(next() * words.length)] = word(next)
  } else words = original(row)
  return words.map((one, at) => (at % 21 === 20 ? `${one}.\n` : `${one} `)).join("")
}
