import { z } from "zod"
import type { Judged } from "./filter.ts"

/** Two thresholds of a risk: the two ends are decided, between them a filter is unsure. */
export interface Bands {
  readonly rejectAbove: number
  readonly passBelow: number
}

/** `risk` at `rejectAbove` or above is rejected, below `passBelow` passes. What is no number is neither. */
export const verdictOf = (risk: number, { passBelow, rejectAbove }: Bands): Judged["verdict"] =>
  risk >= rejectAbove ? "reject" : risk < passBelow ? "pass" : "unsure"

const share = z.number().min(0).max(1)

/** The two thresholds as options of a filter, from 0 to 1. */
export const bandOptions = (defaults: Bands) => ({
  rejectAbove: share.default(defaults.rejectAbove).describe("A risk of this or more is rejected."),
  passBelow: share.default(defaults.passBelow).describe("A risk below this passes; between the two, unsure.")
})

/** For `.check` of an options object: the thresholds do not cross. */
export const bandsInOrder = (context: { readonly value: Bands; readonly issues: Array<z.core.$ZodRawIssue> }): void => {
  const { passBelow, rejectAbove } = context.value
  if (passBelow <= rejectAbove) return
  context.issues.push({
    code: "custom",
    path: ["passBelow"],
    message: `passBelow (${passBelow}) is above rejectAbove (${rejectAbove})`,
    input: passBelow
  })
}
