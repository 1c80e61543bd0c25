import type { LabelScore } from "../capabilities/backend.ts"

/**
 * Two labels from what was found: each sort of finding is independent evidence of that weight (noisy or), so that nothing found is 0
 * and much found goes to 1. The scores sum to 1; the more probable label stands first.
 */
export const weighed = (
  weights: ReadonlyArray<number>,
  labels: { readonly bad: string; readonly good: string }
): ReadonlyArray<LabelScore> => {
  const innocent = weights.reduce((rest, weight) => rest * (1 - weight), 1)
  const bad = { label: labels.bad, score: 1 - innocent }
  const good = { label: labels.good, score: innocent }
  return bad.score > good.score ? [bad, good] : [good, bad]
}
