import type { JudgeScores } from "../tables.ts"

/** Metrics that are scored for each turn; the other three are scored once for the dialogue (section 5.1). */
export const TURN_METRICS = ["informativeness", "understanding", "helpfulness", "loyalty", "flexibility"] as const
export const DIALOGUE_METRICS = ["consistency", "coherence", "emotion"] as const
export type TurnMetric = (typeof TURN_METRICS)[number]
export type DialogueMetric = (typeof DIALOGUE_METRICS)[number]

/** A score as it was read: a number on the scale, none because it does not apply, or none because it cannot be used. */
export type Score =
  | { readonly kind: "score"; readonly value: number }
  | { readonly kind: "not_applicable" }
  | { readonly kind: "unusable" }

const NOT_APPLICABLE = /^\s*(?:n\.?\s?[/.]?\s?a\.?|not[ _]applicable|none|null|不适用)\s*$/i
const NUMBER = /^\s*\d(?:\.\d+)?\s*$/

/**
 * Reads one score: 0 to 5 in steps of 0.5. What is off the scale or off the grid is unusable, never rounded and never zero. Only
 * loyalty may not apply: on turns that need no facts.
 */
export const readScore = (value: unknown, metric: TurnMetric | DialogueMetric): Score => {
  if (value === null || (typeof value === "string" && NOT_APPLICABLE.test(value))) {
    return metric === "loyalty" ? { kind: "not_applicable" } : { kind: "unusable" }
  }
  const number =
    typeof value === "number" ? value : typeof value === "string" && NUMBER.test(value) ? Number(value) : Number.NaN
  return number >= 0 && number <= 5 && Number.isInteger(number * 2)
    ? { kind: "score", value: number }
    : { kind: "unusable" }
}

/** What a judge answered, in any shape that can be read: `turns` by number, and the three scores of the dialogue. */
export interface RawScores {
  readonly turns: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly dialogue: Readonly<Record<string, unknown>>
}

export interface ReadScores {
  readonly scores: JudgeScores
  /** Scores that were asked for and cannot be used. */
  readonly parseErrors: number
}

/**
 * The scores of a dialogue: of each turn metric the mean over those of `ids`, numbers of rounds, that have one; null where none has. A turn
 * that the judge left out counts as five unusable scores.
 */
export const aggregateScores = ({ dialogue, turns }: RawScores, ids: ReadonlyArray<number>): ReadScores => {
  const byId = new Map(turns.map((turn) => [Number(turn.id), turn]))
  let parseErrors = 0
  const read = (value: unknown, metric: TurnMetric | DialogueMetric): ReadonlyArray<number> => {
    const score = readScore(value, metric)
    if (score.kind === "unusable") parseErrors++
    return score.kind === "score" ? [score.value] : []
  }
  const ofTurns = (metric: TurnMetric) => mean(ids.flatMap((id) => read(byId.get(id)?.[metric], metric)))
  const ofDialogue = (metric: DialogueMetric) => read(dialogue[metric], metric)[0] ?? null
  const scores = {
    informativeness: ofTurns("informativeness"),
    understanding: ofTurns("understanding"),
    helpfulness: ofTurns("helpfulness"),
    loyalty: ofTurns("loyalty"),
    flexibility: ofTurns("flexibility"),
    consistency: ofDialogue("consistency"),
    coherence: ofDialogue("coherence"),
    emotion: ofDialogue("emotion")
  }
  return { scores, parseErrors }
}

const mean = (values: ReadonlyArray<number>): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
