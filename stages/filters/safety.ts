import { judgeByLabels, labelOptions } from "./classified.ts"
import { filterKind } from "./filter.ts"

/**
 * Content that must not be taught (harm to oneself or others, weapons, crime), by the classifier of role `safety`. Models name their
 * categories differently: put those of yours into `bad`. Thresholds are ours.
 */
export const safety = filterKind({
  name: "safety",
  asks: ["safety"],
  description: "No message asks for, or gives, help with harm.",
  codes: { UNSAFE: "a message is unsafe with at least the probability of rejectAbove" },
  options: labelOptions({
    roles: ["user", "assistant"],
    bad: ["unsafe", "harmful"],
    rejectAbove: 0.8,
    passBelow: 0.4
  }),
  make: (options) => ({
    name: "safety",
    cost: 10,
    judge: (subject) =>
      judgeByLabels({ filter: "safety", role: "safety", code: "UNSAFE", says: "is unsafe" }, options, subject)
  })
})
