import type { Chunk, Draft, DraftRound } from "../../pipelines/r2s/draft.ts"
import type { LogicType } from "../../pipelines/r2s/turn-logic.ts"
import { DYKE, WEIR } from "./r2s-chunk.ts"

/** Eight rounds that meet every quota; each that states something quotes the sentence of its number. */
const TYPES: ReadonlyArray<LogicType> = [
  "question_answer",
  "statement_explanation",
  "question_answer",
  "opinion_rebuttal",
  "question_answer",
  "question_answer",
  "statement_inquiry",
  "opinion_agreement"
]

const ENGLISH: ReadonlyArray<readonly [a: string, b?: string]> = [
  ["Hello there, who built Harrow Weir, and when?"],
  ["Somebody must have worked on the crest since."],
  ["How often has the town below been flooded?"],
  ["I doubt that any salmon gets past such a wall."],
  ["What became of the old mill?"],
  ["Is there a plaque to see?"],
  ["I saw an otter in the pool last year.", "Did you? How close did it come?"],
  ["Thank you, I will go and look myself.", "You are welcome, take care!"]
]

const CHINESE: ReadonlyArray<readonly [a: string, b?: string]> = [
  ["您好，哈罗堰是谁建的，什么时候建的？"],
  ["后来总该有人修过堰顶吧。"],
  ["下游的镇子常常被淹吗？"],
  ["我看鲑鱼过不了这么高的坝。"],
  ["老磨坊后来怎么样了？"],
  ["那里立着石板吗？"],
  ["去年我在水潭边见过水獭。", "真的吗？当时离您有多近？"],
  ["谢谢您，我这就去看看。", "不客气，祝您顺利，再见！"]
]

/** A draft that passes every check, in English from `WEIR` or in Chinese from `DYKE`. */
export const draft = (over: Partial<Draft> = {}, language: "en" | "zh" = "en"): Draft => {
  const [chunk, said]: [Chunk, typeof ENGLISH] = language === "en" ? [WEIR, ENGLISH] : [DYKE, CHINESE]
  return {
    mode: "stepwise",
    dialogue_lang: language,
    characters: { a: "An angler", b: "A guide" },
    rounds: TYPES.map((logic_type, index) => {
      const [a, b] = said[index] ?? ["", ""]
      const quoted = chunk.sentences[index]?.text ?? ""
      const found = b === undefined ? quoted : null
      return {
        id: index + 1,
        a,
        b: b ?? quoted,
        logic_type,
        search: "the matter",
        found,
        found_sids: found === null ? [] : [index + 1],
        free_text: null,
        progress: index === 0 ? "start" : index === TYPES.length - 1 ? "end" : "continue",
        role_steps: "A asks, B tells",
        purpose: "tell it",
        question_logic: null
      }
    }),
    target_rounds: 8,
    overrides: 0,
    model: "m",
    planted: [],
    ...over
  }
}

/** The same draft with one round changed. */
export const withRound = (before: Draft, id: number, over: Partial<DraftRound>): Draft => ({
  ...before,
  rounds: before.rounds.map((round) => (round.id === id ? { ...round, ...over } : round))
})

/** The same draft with these types in its rounds, as many as there are types. */
export const withTypes = (before: Draft, types: ReadonlyArray<LogicType>): Draft => ({
  ...before,
  rounds: types.map((logic_type, index) => ({
    ...(before.rounds[index % before.rounds.length] as DraftRound),
    id: index + 1,
    logic_type,
    progress: index === types.length - 1 ? "end" : "continue"
  }))
})
