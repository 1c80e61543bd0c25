import { z } from "zod"
import { overlapIndex, sharedRuns } from "../text/overlap.ts"
import { excerpt, ruleFilter } from "./rule-filter.ts"
import { rolesOption, spoken } from "./spoken.ts"

const options = z.strictObject({
  roles: rolesOption(["user", "assistant"]),
  words: z
    .int()
    .min(3)
    .max(100)
    .default(8)
    .describe("Words in a row that a message may not share with an example; R2S F_COPY_EXAMPLE: 8."),
  characters: z
    .int()
    .min(4)
    .max(200)
    .default(12)
    .describe("The same for scripts without spaces: eight words of Chinese are about twelve characters.")
})

/** Stretches that messages share with the worked examples of the prompts they were written from (R2S F_COPY_EXAMPLE). */
export const copiedExamples = ruleFilter({
  name: "copied-examples",
  description: "No message shares a stretch of words with the worked examples of its prompt.",
  codes: { COPIED_EXAMPLE: "a message shares a stretch of words with an example" },
  options,
  cost: 0.1,
  find: (options) => (subject) => {
    if (subject.examples === undefined || subject.examples.length === 0) return []
    const index = overlapIndex(subject.examples, options)
    return spoken(subject.messages, options.roles).flatMap((message) =>
      sharedRuns(message.text, index).map((run) => ({
        code: "COPIED_EXAMPLE",
        reason: `Message ${message.index} (${message.role}) shares ${run.tokens} tokens with an example: ${JSON.stringify(excerpt(run.text, 60))}.`,
        evidence: {
          message: message.index,
          role: message.role,
          start: message.start + run.start,
          end: message.start + run.end,
          tokens: run.tokens,
          found: excerpt(run.text)
        }
      }))
    )
  }
})
