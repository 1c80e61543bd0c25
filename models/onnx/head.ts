import { Effect } from "effect"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import type { OnnxModel, RowOutput } from "./model.ts"

/** A head's output and the names of its columns. */
export interface Head {
  readonly output: string
  readonly labels: ReadonlyArray<string>
}

/**
 * The classification head of a model: its output `logits`, of shape [batch, labels], or [batch, length, labels] for a head
 * over tokens. Labels are the specification's, or those of `config.json`. Fails with `unsupported` where the model has no such
 * head, or another number of labels.
 */
export const headOf = (model: OnnxModel, rank: 2 | 3): Effect.Effect<Head, CapabilityError> => {
  const what = rank === 2 ? "a classification head over whole texts" : "a classification head over tokens"
  const found = model.outputs.map(({ name, shape }) => `${name} [${(shape ?? []).join(", ")}]`).join(", ")
  const logits = model.outputs.find(({ name }) => name === "logits")
  if (logits === undefined || logits.shape?.length !== rank) {
    return Effect.fail(model.fail("unsupported", `it has no ${what.slice(2)}: its outputs are ${found}.`))
  }
  const labels = model.folder.labels
  const columns = logits.shape.at(-1)
  if (labels.length === 0 || (typeof columns === "number" && columns !== labels.length)) {
    return Effect.fail(
      model.fail(
        "unsupported",
        `${labels.length} labels are named (id2label in config.json, or labels in its settings), and its weights give ${columns}.`
      )
    )
  }
  return Effect.succeed({ output: logits.name, labels })
}

/** A row of an output of shape [batch, labels]. */
export const logitsOf = ({ row, shape, values }: RowOutput): ReadonlyArray<number> => {
  const columns = shape.at(-1) as number
  return Array.from({ length: columns }, (_, column) => values[row * columns + column] as number)
}
