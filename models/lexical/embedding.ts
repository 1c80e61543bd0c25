import { isStop, runs, stem } from "./words.ts"

export const DIMENSIONS = 512

/** Weights of the sorts of features: words carry the meaning, their letters forgive inflection and typing mistakes. */
const WORD = 1
const STOP_WORD = 0.2
const WORD_PAIR = 0.4
const LETTERS = 0.3
const CHARACTER = 0.4
const CHARACTER_PAIR = 1
const CHARACTER_TRIPLE = 0.4

/**
 * A text as a unit vector of 512 numbers: words, pairs of words and runs of three and four letters, or, where a script has no
 * spaces, single characters and runs of two and three; each counted sublinearly (1 + ln n), put by its hash into one of 512 places
 * with a sign of its own (feature hashing, Weinberger et al. 2009, arXiv:0902.2206).
 *
 * It knows spelling and not meaning: "refund" and "money back" are strangers. The same text gives the same vector everywhere, and
 * order matters little. A text without letters or digits is known by its characters alone.
 */
export const embed = (text: string): ReadonlyArray<number> => {
  const counts = new Map<string, { times: number; readonly weight: number }>()
  const add = (feature: string, weight: number) => {
    const known = counts.get(feature)
    if (known === undefined) counts.set(feature, { times: 1, weight })
    else known.times++
  }
  let before: string | undefined
  for (const { isUnspaced, text: run } of runs(text)) {
    if (isUnspaced) {
      addCharacters([...run], add)
      before = undefined
      continue
    }
    const word = stem(run)
    add(`w ${word}`, isStop(run) ? STOP_WORD : WORD)
    if (before !== undefined) add(`p ${before} ${word}`, WORD_PAIR)
    before = word
    if (!isStop(run)) addLetters(word, add)
  }
  if (counts.size === 0) add(`t ${text.trim()}`, 1)

  const vector = new Array<number>(DIMENSIONS).fill(0)
  for (const [feature, { times, weight }] of counts) {
    const hash = hashOf(feature)
    const place = hash % DIMENSIONS
    const value = weight * (1 + Math.log(times))
    vector[place] = (vector[place] as number) + (hash & 0x8000_0000 ? -value : value)
  }
  const length = Math.hypot(...vector)
  // Features that cancel each other out to the last: one that cannot.
  if (length === 0) vector[0] = 1
  return length === 0 ? vector : vector.map((value) => value / length)
}

const addCharacters = (characters: ReadonlyArray<string>, add: (feature: string, weight: number) => void) => {
  for (let index = 0; index < characters.length; index++) {
    add(`c ${characters[index]}`, CHARACTER)
    if (index + 1 < characters.length) add(`c ${characters.slice(index, index + 2).join("")}`, CHARACTER_PAIR)
    if (index + 2 < characters.length) add(`c ${characters.slice(index, index + 3).join("")}`, CHARACTER_TRIPLE)
  }
}

/** Runs of letters, with the word's borders as letters. */
const addLetters = (word: string, add: (feature: string, weight: number) => void) => {
  const framed = `<${word}>`
  for (const size of [3, 4]) {
    for (let at = 0; at + size <= framed.length; at++) add(`l ${framed.slice(at, at + size)}`, LETTERS)
  }
}

/** FNV-1a over UTF-16 code units, with a last mix: its low bits alone are even for short texts that differ in one place. */
const hashOf = (feature: string): number => {
  let hash = 0x811c_9dc5
  for (let index = 0; index < feature.length; index++) hash = Math.imul(hash ^ feature.charCodeAt(index), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
