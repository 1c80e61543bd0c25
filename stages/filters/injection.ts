import { judgeByLabels, labelOptions } from "./classified.ts"
import { filterKind } from "./filter.ts"

/**
 * Instructions that try to take over a model, by the classifier of role `injection`: in what users say, and in what tools bring back
 * from the world. A model with nameless labels (`LABEL_1`) needs them in `bad`. Thresholds are ours.
 */
export const injection = filterKind({
  name: "injection",
  asks: ["injection"],
  description: "No message tries to take over the model that reads it.",
  codes: { INJECTION: "a message is an injection with at least the probability of rejectAbove" },
  options: labelOptions({
    roles: ["user", "tool"],
    bad: ["injection", "jailbreak", "prompt_injection", "malicious"],
    rejectAbove: 0.8,
    passBelow: 0.4
  }),
  make: (options) => ({
    name: "injection",
    cost: 10,
    judge: (subject) =>
      judgeByLabels(
        { filter: "injection", role: "injection", code: "INJECTION", says: "gives orders to the model" },
        options,
        subject
      )
  })
})
