import { Effect } from "effect"
import { z } from "zod"
import type { LabelScore } from "../../models/capabilities/backend.ts"
import { capabilityError } from "../../models/capabilities/capability-error.ts"
import { Classifier } from "../../models/capabilities/classifier.ts"
import { bandOptions, bandsInOrder, verdictOf } from "./bands.ts"
import { filterKind } from "./filter.ts"
import { letters } from "./letters.ts"
import { judgedByWorst, nothingToJudge, type Rated } from "./rated.ts"
import { rolesOption, spoken } from "./spoken.ts"

const options = z
  .strictObject({
    roles: rolesOption(["user", "assistant"]),
    minLetters: z
      .int()
      .min(1)
      .default(40)
      .describe("Messages with fewer letters are not looked at; a Han, kana or Hangul letter counts as three."),
    ...bandOptions({ rejectAbove: 0.8, passBelow: 0.5 })
  })
  .check(bandsInOrder)

/**
 * Each message is in the subject's language, by the classifier of role `language`, whose labels are language codes ("en", "eng",
 * "zh-Hans", "__label__zh"). The risk of a message is 1 less the probability of that language. A subject without a language passes,
 * there being nothing to hold it against; a model that does not know the language fails as `mismatch`. Thresholds are ours.
 */
export const languageId = filterKind({
  name: "language-id",
  asks: ["language"],
  description: "Each message is in the dialogue's language, as a language identifier sees it.",
  codes: { OTHER_LANGUAGE: "a message is in another language than the subject's" },
  options,
  make: (options) => ({
    name: "language-id",
    cost: 1,
    judge: Effect.fnUntraced(function* (subject) {
      const messages = spoken(subject.messages, options.roles).filter(({ text }) => letters(text) >= options.minLetters)
      if (subject.language === undefined || messages.length === 0) return nothingToJudge("language-id")
      const expected = languageOf(subject.language)
      const classifier = yield* Classifier
      const { card, results } = yield* classifier.classify(
        "language",
        messages.map(({ text }) => text)
      )
      const rated: Array<Rated & { readonly risk: number }> = []
      for (const [position, { index, role }] of messages.entries()) {
        const found = byLanguage(results[position] ?? [])
        const probability = found.get(expected)
        if (probability === undefined) {
          return yield* capabilityError(
            "mismatch",
            "classifier",
            card.id,
            `The language model ${card.id} does not know ${JSON.stringify(subject.language)}, only ${[...found.keys()].join(", ") || "(nothing)"}; use another for role language.`
          )
        }
        const [likely, likelyProbability] = [...found].reduce((best, each) => (each[1] > best[1] ? each : best))
        rated.push({
          risk: 1 - probability,
          verdict: verdictOf(1 - probability, options),
          finding: {
            code: "OTHER_LANGUAGE",
            reason: `Message ${index} (${role}) seems to be in ${likely}, not in ${expected}.`,
            evidence: {
              message: index,
              role,
              expected,
              probability,
              found: likely,
              found_probability: likelyProbability
            }
          }
        })
      }
      return judgedByWorst("language-id", rated, Math.max(...rated.map(({ risk }) => risk)), card)
    })
  })
})

/** Probabilities by primary language; scripts and regions of one language add up. */
const byLanguage = (labels: ReadonlyArray<LabelScore>): ReadonlyMap<string, number> => {
  const found = new Map<string, number>()
  for (const { label, score } of labels) {
    const language = languageOf(label)
    found.set(language, Math.min(1, (found.get(language) ?? 0) + score))
  }
  return found
}

/** BCP 47 primary language of a code or a label: "eng", "en-US" and "__label__en" are "en". */
const languageOf = (label: string): string => {
  const code = label.replace(/^__label__/, "").split(/[-_]/)[0] as string
  try {
    return Intl.getCanonicalLocales(code)[0] ?? code.toLowerCase()
  } catch {
    return code.toLowerCase()
  }
}
