/** Scripts that put no spaces between words. */
const UNSPACED = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`
const RUN = new RegExp(
  String.raw`[${UNSPACED}]+|[[\p{L}\p{M}\p{N}]--[${UNSPACED}]]+(?:['’.,][[\p{L}\p{M}\p{N}]--[${UNSPACED}]]+)*`,
  "gv"
)
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, "v")

/** NFKC and lower case. */
export const folded = (text: string): string => text.normalize("NFKC").toLowerCase().replaceAll("’", "'")

/** Runs of a text: words of scripts with spaces ("don't", "1,200" and "3.5" whole), and stretches of scripts without. */
export interface Run {
  readonly text: string
  readonly isUnspaced: boolean
}

export const runs = (text: string): ReadonlyArray<Run> =>
  Array.from(folded(text).matchAll(RUN), ([run]) => ({ text: run, isUnspaced: IS_UNSPACED.test(run) }))

/** Particles that carry no meaning of their own and stand inside few words: a stretch of Chinese falls apart at them. */
const PARTICLES = /[的了吗呢吧啊呀着么嘛]/u

/** Words that say little of what a text is about. */
const STOP = new Set(
  (
    "a an the and or but if then of to in on at by for from with as is are was were be been being am do does did has have had i you he " +
    "she it we they me him her us them my your his its our their this that these those there here what which who when where how why so " +
    "than too very can could will would shall should may might must just also about into over under again more most some any all each " +
    "please yes no not don't doesn't didn't isn't aren't wasn't won't can't cannot i'm it's that's i'll i've you're we're let's"
  ).split(" ")
)
const STOP_BIGRAMS = new Set(
  "我们 你们 他们 她们 它们 这个 那个 这里 那里 什么 怎么 可以 一个 一下 就是 还是 但是 因为 所以 如果 没有 不是 已经 请问 您好 你好 谢谢 我的 您的".split(
    " "
  )
)

/**
 * What a text is about, for measuring overlap: words without inflection, and pairs of neighbouring characters where there are no
 * spaces (a lone one stands for itself). Words that say little are left out; where nothing else is there, they stay.
 */
export const terms = (text: string): ReadonlyArray<string> => {
  const all = runs(text).flatMap(({ isUnspaced, text: run }) => (isUnspaced ? pairsOf(run) : [run]))
  const telling = all.filter((term) => !STOP.has(term) && !STOP_BIGRAMS.has(term))
  return (telling.length > 0 ? telling : all).map(stem)
}

export const isStop = (term: string): boolean => STOP.has(term) || STOP_BIGRAMS.has(term)

/** Neighbouring characters of a stretch without spaces. */
const pairsOf = (run: string): ReadonlyArray<string> =>
  run.split(PARTICLES).flatMap((part) => {
    const characters = [...part]
    return characters.length < 2
      ? characters
      : characters.slice(1).map((character, index) => `${characters[index]}${character}`)
  })

/**
 * An English word without the endings of plural and tense: the S-stemmer (Harman 1991) with -ing and -ed, doubled consonants undone.
 * Other languages lose a plural s at most.
 */
export const stem = (word: string): string => {
  if (!/^[a-z]{4,}$/.test(word)) return word
  if (word.endsWith("ies")) return word.length > 4 ? `${word.slice(0, -3)}y` : word
  const ending = /[^aeiou](?:ing|ed)$/.exec(word)
  if (ending !== null && word.length - ending[0].length >= 2) {
    const bare = word.slice(0, word.length - ending[0].length + 1)
    return /([bdgmnprt])\1$/.test(bare) ? bare.slice(0, -1) : bare
  }
  if (/(?:sh|ch|x|ss)es$/.test(word)) return word.slice(0, -2)
  return /[^su]s$/.test(word) ? word.slice(0, -1) : word
}
