import { Effect } from "effect"
import type { ClassifierBackend } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import { sigmoid, softmax } from "./activation.ts"
import { headOf, logitsOf } from "./head.ts"
import type { OnnxModel } from "./model.ts"
import { rowBackend } from "./row-backend.ts"

/**
 * Probabilities of all labels: each by itself (sigmoid) where `problem_type` says `multi_label_classification` or there is one
 * label, otherwise summing to 1 (softmax).
 */
export const classifierBackend = (model: OnnxModel): Effect.Effect<ClassifierBackend, CapabilityError> =>
  Effect.gen(function* () {
    const { labels, output } = yield* headOf(model, 2)
    const { problem_type } = model.folder.config
    if (problem_type === "regression") {
      return yield* model.fail("unsupported", "it gives a number (problem_type regression), not labels.")
    }
    const each = problem_type === "multi_label_classification" || labels.length === 1
    return rowBackend(model, {
      textOf: (text: string) => text,
      encode: (text) => model.encode(text),
      output,
      take: logitsOf,
      answer: (logits) => {
        const scores = each ? logits.map(sigmoid) : softmax(logits)
        return labels
          .map((label, column) => ({ label, score: scores[column] as number }))
          .sort((left, right) => right.score - left.score)
      }
    })
  })
