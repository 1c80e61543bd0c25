import { Effect } from "effect"
import type { EmbeddingBackend } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import type { OnnxModel } from "./model.ts"
import { normalised, pool } from "./pooling.ts"
import { rowBackend } from "./row-backend.ts"

/** Hidden states of tokens, by the names that exporters give them. */
const HIDDEN = new Set(["last_hidden_state", "token_embeddings"])

/**
 * Vectors of length 1, pooled from hidden states as the folder or the specification says, or as the weights pool them
 * (`sentence_embedding`). Nothing is put before a text: a model that wants "query: " is given it by its caller.
 */
export const embeddingBackend = (model: OnnxModel): Effect.Effect<EmbeddingBackend, CapabilityError> => {
  const hidden = model.outputs.find(({ name, shape }) => HIDDEN.has(name) && shape?.length === 3)
  const whole = model.outputs.find(({ name, shape }) => name === "sentence_embedding" && shape?.length === 2)
  const output = hidden ?? whole
  if (output === undefined) {
    return Effect.fail(
      model.fail(
        "unsupported",
        `it gives no hidden states: its outputs are ${model.outputs.map(({ name }) => name).join(", ")}. Embeddings need an encoder without a head.`
      )
    )
  }
  return Effect.succeed(
    rowBackend(model, {
      textOf: (text: string) => text,
      encode: (text) => model.encode(text),
      output: output.name,
      take: ({ row, shape, tokens, values }) => {
        const size = shape.at(-1) as number
        return normalised(
          output === hidden
            ? pool(values, { row, length: shape[1] as number, size }, tokens, model.folder.pooling)
            : pool(values, { row, length: 1, size }, 1, "cls")
        )
      },
      answer: (vector) => vector
    })
  )
}
