import type { LabelScore, Pair } from "../capabilities/backend.ts"
import { folded, terms } from "./words.ts"

const SENTENCE_END = /[。！？；!?;\n]+|\.(?=\s|$)/u
const ENGLISH_NEGATION =
  /\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|unable|refuses?d?|\p{L}{2,7}n't)\b/gu
const CHINESE_NEGATION = /(?:没有|没|不|无法|未|并非|切勿|勿)/gu
/** Words that have such a sign in them and deny nothing. */
const NO_NEGATION =
  /不过|不仅|不但|不管|不论|不断|不错|差不多|不好意思|不客气|对不起|未来|不久|\bno problem|\bno doubt|\bnot only|\bno(?=[,.!])/gu
const NUMBER = /\d+(?:[.,]\d+)*/gu
const WORD_NUMBERS: Readonly<Record<string, string>> = Object.fromEntries(
  "zero one two three four five six seven eight nine ten eleven twelve"
    .split(" ")
    .map((word, value) => [word, String(value)])
)

/**
 * "entailment", "neutral" and "contradiction" as probabilities that sum to 1, the highest first: how much of the hypothesis's terms
 * the premise holds, and whether the premise's nearest sentence differs from it in negation or in its numbers.
 *
 * It compares words: a paraphrase in other words is "neutral", and a sentence whose words are all there in another order ("A pays B",
 * "B pays A") is "entailment". Numbers are compared as written, small ones also as English words; dates and units are not converted.
 */
export const entailment = ({ first: premise, second: hypothesis }: Pair): ReadonlyArray<LabelScore> => {
  const claimed = new Set(terms(hypothesis))
  const held = new Set(terms(premise))
  const containment = shareOf(claimed, held)
  const nearest = nearestSentence(premise, claimed)
  const conflict = isDenied(nearest) !== isDenied(hypothesis) || isOtherNumber(hypothesis, nearest, premise) ? 1 : 0
  return softmax([
    ["entailment", 4 * (containment - 0.6) - 4 * conflict],
    ["neutral", 4 * (0.6 - containment)],
    // What has nothing in common contradicts nothing.
    ["contradiction", -2 + 6 * conflict * containment]
  ])
}

const shareOf = (claimed: ReadonlySet<string>, held: ReadonlySet<string>): number =>
  claimed.size === 0 ? 0 : [...claimed].filter((term) => held.has(term)).length / claimed.size

const nearestSentence = (premise: string, claimed: ReadonlySet<string>): string => {
  let nearest = ""
  let most = -1
  for (const sentence of premise.split(SENTENCE_END)) {
    const share = shareOf(claimed, new Set(terms(sentence)))
    if (share > most) [nearest, most] = [sentence, share]
  }
  return nearest
}

/** An even number of negations is none. */
const isDenied = (text: string): boolean => {
  const plain = folded(text).replace(NO_NEGATION, " ")
  const signs = (plain.match(ENGLISH_NEGATION)?.length ?? 0) + (plain.match(CHINESE_NEGATION)?.length ?? 0)
  return signs % 2 === 1
}

/** The hypothesis has a number that the premise has nowhere, and the nearest sentence has another in its place. */
const isOtherNumber = (hypothesis: string, nearest: string, premise: string): boolean => {
  const [claimed, held] = [numbersOf(hypothesis), numbersOf(premise)]
  const isMissing = [...claimed].some((number) => !held.has(number))
  return isMissing && [...numbersOf(nearest)].some((number) => !claimed.has(number))
}

const numbersOf = (text: string): Set<string> => {
  const plain = folded(text)
  const words = plain.match(/[a-z]{3,6}/gu) ?? []
  return new Set([
    // "1,200" and "1200", "3.50" and "3.5" are one number.
    ...Array.from(plain.matchAll(NUMBER), ([number]) => {
      const value = Number(number.replace(/,(?=\d{3}\b)/gu, ""))
      return Number.isFinite(value) ? String(value) : number
    }),
    ...words.flatMap((word) => (Object.hasOwn(WORD_NUMBERS, word) ? [WORD_NUMBERS[word] as string] : []))
  ])
}

const softmax = (logits: ReadonlyArray<readonly [label: string, logit: number]>): ReadonlyArray<LabelScore> => {
  const weights = logits.map(([label, logit]) => ({ label, score: Math.exp(logit) }))
  const whole = weights.reduce((sum, { score }) => sum + score, 0)
  return weights
    .map(({ label, score }) => ({ label, score: score / whole }))
    .sort((left, right) => right.score - left.score)
}
