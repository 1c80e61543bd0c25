import { judgeByLabels, labelOptions } from "./classified.ts"
import { filterKind } from "./filter.ts"

/**
 * Insults, threats, obscenity and hate, by the classifier of role `toxicity`. The labels taken as bad are those of the Jigsaw data
 * sets, which most open models share; labels that only name a group of people ("muslim", "female") are none. Thresholds are ours.
 */
export const toxicity = filterKind({
  name: "toxicity",
  asks: ["toxicity"],
  description: "No message insults, threatens or demeans.",
  codes: { TOXIC: "a message is toxic with at least the probability of rejectAbove" },
  options: labelOptions({
    roles: ["user", "assistant"],
    bad: [
      "toxic",
      "toxicity",
      "severe_toxic",
      "severe_toxicity",
      "obscene",
      "threat",
      "insult",
      "identity_hate",
      "identity_attack",
      "sexual_explicit",
      "hate",
      "hateful",
      "offensive"
    ],
    rejectAbove: 0.8,
    passBelow: 0.4
  }),
  make: (options) => ({
    name: "toxicity",
    cost: 10,
    judge: (subject) =>
      judgeByLabels({ filter: "toxicity", role: "toxicity", code: "TOXIC", says: "is toxic" }, options, subject)
  })
})
