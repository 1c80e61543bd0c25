import type { LabelScore } from "../capabilities/backend.ts"
import { undisguised } from "./disguise.ts"
import { weighed } from "./evidence.ts"

/** Words and phrases by how sure they are to be meant badly; our own lists. */
const ENGLISH: ReadonlyArray<readonly [weight: number, terms: string]> = [
  [
    0.9,
    "asshole assholes arsehole bastard bastards bitch bitches cunt dickhead fuck fucker fuckers fucking motherfucker motherfuckers " +
      "retard retards retarded scumbag slut whore wanker|fuck you|fuck off|go to hell|kill yourself|go kill yourself|go die|drop dead|" +
      "i will kill you|i'll kill you|i will hurt you|i'll hurt you|piece of shit|i hope you die|you should die|shut the hell up"
  ],
  [
    0.6,
    "idiot idiots moron morons imbecile loser losers scum shitty bullshit dumbass jackass bloody-minded pathetic|shut up|you are stupid|" +
      "you're stupid|so stupid|i hate you|you are useless|you're useless|you are worthless|you're worthless|stupid bot|stupid machine"
  ],
  [0.25, "crap damn damned dumb freaking shit stupid sucks ugly|get lost|what the hell"]
]

const CHINESE: ReadonlyArray<readonly [weight: number, terms: string]> = [
  [
    0.9,
    "傻逼 傻屄 煞笔 操你 草泥马 他妈的 你妈的 妈了个 王八蛋 狗娘养 婊子 贱人 贱货 杂种 畜生 去死吧 去死 杀了你 弄死你 滚你 脑残 人渣 孬种 死全家 操蛋"
  ],
  [0.6, "白痴 傻瓜 蠢货 笨蛋 混蛋 废物 弱智 智障 滚开 滚蛋 闭嘴 神经病 有病吧 丢人现眼 不要脸"],
  [0.25, "该死 讨厌 真蠢 太蠢 烦死 什么玩意 见鬼"]
]

const PHRASES = ENGLISH.flatMap(([weight, terms]) => {
  const [words = "", ...phrases] = terms.split("|")
  return [...words.split(" "), ...phrases].map((term) => ({ term: ` ${term} `, weight }))
})
const HAN_TERMS = CHINESE.flatMap(([weight, terms]) => terms.split(" ").map((term) => ({ term, weight })))

/** Words that are looked for with hidden letters too ("st*pid"). */
const SINGLE = PHRASES.map(({ term, weight }) => ({ word: term.trim(), weight })).filter(
  ({ word }) => !word.includes(" ")
)

/**
 * "toxic" and "neutral", which sum to 1: insults, threats and obscenities of word lists in English and Chinese, at word borders, also
 * where they are thinly disguised (1d10t, i d i o t, st*pid, 傻 逼). A strong word alone gives 0.9, a mild one 0.25, several more.
 *
 * A list of words knows nothing of meaning: quoted or reported insults count, polite cruelty does not, nor slurs against groups,
 * which are left out, nor any other language. A floor for having nothing else, no judge of conduct.
 */
export const toxicity = (text: string): ReadonlyArray<LabelScore> => {
  const { han, words } = undisguised(text)
  const found = [
    ...PHRASES.filter(({ term }) => words.includes(term)),
    ...HAN_TERMS.filter(({ term }) => han.includes(term)),
    ...words
      .split(" ")
      .filter((word) => word.includes("*"))
      .flatMap((hidden) => SINGLE.filter(({ word }) => isHidden(hidden, word)).slice(0, 1))
  ]
  return weighed(
    found.map(({ weight }) => weight),
    { bad: "toxic", good: "neutral" }
  )
}

/** "st*pid" is "stupid": of the same length, with the same letters where there is no star, and a star for half of them at most. */
const isHidden = (hidden: string, word: string): boolean => {
  if (hidden.length !== word.length) return false
  const stars = hidden.split("*").length - 1
  return stars <= word.length / 2 && [...hidden].every((letter, index) => letter === "*" || letter === word[index])
}
