import type { Decision, DecisionModel } from "effect/ai"

export type Question = Exclude<Decision.Any, Decision.Locate>
export type Answer = DecisionModel.ProviderAnswer

/** The labels of the model's tokens held less than half of the probability: it wanted to say something else. */
export const LEAST_LABEL_MASS = 0.5

export const REFUSAL: Answer = { _tag: "Refusal" }

/** What a rounded probability may be away from the right one. */
const ROUNDING = 0.005

/**
 * `values` as a distribution over `labels` that sums to 1, as effect/ai wants it to a millionth: servers round. Undefined where a
 * label has no probability or the sum is further off than rounding explains.
 */
export const distribution = (
  labels: ReadonlyArray<string>,
  values: ReadonlyArray<number | undefined>
): Readonly<Record<string, number>> | undefined => {
  let sum = 0
  for (const value of values) {
    if (value === undefined || value < 0 || value > 1) return undefined
    sum += value
  }
  if (values.length !== labels.length || Math.abs(sum - 1) > labels.length * ROUNDING) return undefined
  return Object.fromEntries(labels.map((label, position) => [label, (values[position] as number) / sum]))
}

/** Instructions and descriptions as text: servers print what is no string in their own language's manner. */
export const worded = (description: Decision.Description): string =>
  typeof description === "string" ? description : JSON.stringify(description)
