import { Effect } from "effect"
import type { LabelScore } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import type { Call } from "./call.ts"

/** What transformers calls a class that nobody named. */
const PLACEHOLDER = /^LABEL_(\d+)$/

const HOW = "give `labels`: the model's labels in its own order, which is id2label of its config.json"

/** The most probable first; equal ones keep their order. */
export const ranked = (scores: ReadonlyArray<LabelScore>): ReadonlyArray<LabelScore> =>
  scores.toSorted((one, other) => other.score - one.score)

/**
 * Names for all classes of a model whose server names only the most probable one, as vLLM and SGLang do. Without `labels`
 * a model of several classes is `bad_output`: the name of the class that a filter asks for would be missing whenever it is
 * improbable. `labels` that contradict the server's word are a `mismatch`.
 */
export const named = (
  call: Call,
  labels: ReadonlyArray<string> | undefined,
  said: string | null | undefined,
  probabilities: ReadonlyArray<number>
): Effect.Effect<ReadonlyArray<LabelScore>, CapabilityError> => {
  const classes = probabilities.length
  if (labels === undefined) {
    const [score] = probabilities
    // SGLang says "Default" where it failed to read its own model's answer.
    if (classes === 1 && score !== undefined && said && said !== "Default")
      return Effect.succeed([{ label: said, score }])
    return call.fail("bad_output", `names only the most probable of ${classes} classes ("${said ?? ""}"): ${HOW}.`)
  }
  if (labels.length !== classes) {
    return call.fail("bad_output", `gives ${classes} classes, and \`labels\` names ${labels.length}: ${HOW}.`)
  }
  const best = probabilities.indexOf(Math.max(...probabilities))
  if (said && !PLACEHOLDER.test(said) && said !== labels[best]) {
    return call.fail("mismatch", `calls class ${best} "${said}", and \`labels\` calls it "${labels[best]}": ${HOW}.`)
  }
  return Effect.succeed(ranked(probabilities.map((score, position) => ({ label: labels[position] ?? "", score }))))
}

/** `LABEL_2` by the third of `labels`; names that the server knows stay. */
export const renamed =
  (labels: ReadonlyArray<string> | undefined) =>
  (scores: ReadonlyArray<LabelScore>): ReadonlyArray<LabelScore> =>
    scores.map(({ label, score }) => ({ label: labels?.[Number(PLACEHOLDER.exec(label)?.[1] ?? -1)] ?? label, score }))

const ENTAILMENT = [
  ["entailment", /entail/i],
  ["neutral", /neutral/i],
  ["contradiction", /contradict/i]
] as const

/** How far the sum of probabilities may be from 1: half precision, rounded. */
const SUM_TOLERANCE = 0.02

/** The three labels of natural language inference, whatever the model's case and affixes. */
export const entailment = (
  call: Call,
  scores: ReadonlyArray<LabelScore>
): Effect.Effect<ReadonlyArray<LabelScore>, CapabilityError> => {
  const found: Array<LabelScore> = []
  for (const [label, pattern] of ENTAILMENT) {
    const matching = scores.filter((each) => pattern.test(each.label))
    const [only] = matching
    if (only === undefined || matching.length > 1) {
      const names = scores.map((each) => each.label).join(", ")
      return call.fail("bad_output", `gives the labels ${names}, of which not one and only one is ${label}: ${HOW}.`)
    }
    found.push({ label, score: only.score })
  }
  const sum = found.reduce((total, { score }) => total + score, 0)
  if (found.some(({ score }) => score < 0 || score > 1) || Math.abs(sum - 1) > SUM_TOLERANCE) {
    const shown = found.map(({ label, score }) => `${label} ${score}`).join(", ")
    return call.fail("bad_output", `gives no probabilities for entailment: ${shown}.`)
  }
  return Effect.succeed(ranked(found))
}
