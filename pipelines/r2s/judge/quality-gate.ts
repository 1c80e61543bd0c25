import type { Finding } from "../../../stages/filters/filter.ts"
import type { R2sConfig } from "../config.ts"
import type { Judgement } from "../tables.ts"

const GATED = ["loyalty", "consistency", "coherence", "understanding", "helpfulness"] as const

/**
 * The quality gate of section 3.3. Informativeness, flexibility and emotion are reported, not gated. A score that is null gates
 * nothing: loyalty does not apply where no turn needs facts, and what could not be read is no verdict.
 */
export const qualityFindings = (judgement: Judgement, thresholds: R2sConfig["judge"]): ReadonlyArray<Finding> => {
  if (judgement.rating !== null) {
    const { rating } = judgement
    return rating >= thresholds.keep
      ? []
      : [
          {
            code: "F_RATING",
            reason: `The judge rates it ${rating} of 10; ${thresholds.keep} is kept.`,
            evidence: { rating, least: thresholds.keep }
          }
        ]
  }
  return GATED.flatMap((metric): ReadonlyArray<Finding> => {
    const score = judgement[metric]
    const least = thresholds[metric]
    // A mean of exactly the threshold is kept, whatever its last binary digit.
    if (score === null || score >= least - 1e-9) return []
    return [
      {
        code: `F_${metric.toUpperCase()}`,
        reason: `The judge scores ${metric} ${score.toFixed(2)}; at least ${least} is kept.`,
        evidence: { metric, score, least }
      }
    ]
  })
}
