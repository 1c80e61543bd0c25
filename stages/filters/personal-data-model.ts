import { Effect } from "effect"
import { z } from "zod"
import { SpanTagger } from "../../models/capabilities/span-tagger.ts"
import { bandOptions, bandsInOrder, verdictOf } from "./bands.ts"
import { filterKind } from "./filter.ts"
import { compact, compactAnswers } from "./personal-data.ts"
import { judgedByWorst, nothingToJudge } from "./rated.ts"
import { rolesOption, spoken } from "./spoken.ts"

const options = z
  .strictObject({
    roles: rolesOption(["user", "assistant"]),
    ignore: z
      .array(z.string().min(1))
      .default([])
      .describe("Labels of the model that are not personal data, whatever their case."),
    allowFromTools: z
      .boolean()
      .default(true)
      .describe("Whether a value that some tool of the dialogue answered may be said, as in `personal-data`."),
    ...bandOptions({ rejectAbove: 0.8, passBelow: 0.5 })
  })
  .check(bandsInOrder)

/**
 * Personal data found by the span tagger of role `personal-data`. Findings say where it is and of what kind, never what it is, so
 * that reports do not spread it. Thresholds are ours.
 */
export const personalDataModel = filterKind({
  name: "personal-data-model",
  asks: ["personal-data"],
  description: "No message holds personal data, as a tagging model sees it.",
  codes: { PERSONAL_DATA_FOUND: "a span is personal data with at least the probability of rejectAbove" },
  options,
  make: (options) => {
    const ignored = new Set(options.ignore.map((label) => label.toLowerCase()))
    return {
      name: "personal-data-model",
      cost: 10,
      judge: Effect.fnUntraced(function* (subject) {
        const messages = spoken(subject.messages, options.roles)
        if (messages.length === 0) return nothingToJudge("personal-data-model")
        const tagger = yield* SpanTagger
        const { card, results } = yield* tagger.tag(
          "personal-data",
          messages.map(({ text }) => text)
        )
        const answered = options.allowFromTools ? compactAnswers(subject) : ""
        const rated = messages.flatMap(({ index, role, text }, position) =>
          (results[position] ?? [])
            .filter(({ end, label, start }) => {
              const value = compact(text.slice(start, end))
              return !ignored.has(label.toLowerCase()) && (value === "" || !answered.includes(value))
            })
            .map(({ end, label, score, start }) => ({
              score,
              verdict: verdictOf(score, options),
              finding: {
                code: "PERSONAL_DATA_FOUND",
                reason: `Message ${index} (${role}) holds personal data of kind ${label}.`,
                evidence: { message: index, role, label, start, end, score }
              }
            }))
        )
        return judgedByWorst("personal-data-model", rated, Math.max(0, ...rated.map(({ score }) => score)), card)
      })
    }
  }
})
