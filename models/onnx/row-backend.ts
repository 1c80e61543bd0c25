import { Effect } from "effect"
import type { Backend } from "../capabilities/backend.ts"
import type { OnnxModel, Row, RowOutput } from "./model.ts"

const INPUTS_AT_ONCE = 256

/**
 * A backend that answers each input from one row. Inputs are made into rows once: a caller first asks how long one is, to cut and
 * to batch, and then gives it to be run.
 */
export const rowBackend = <Input, Output>(
  model: OnnxModel,
  options: {
    readonly textOf: (input: Input) => string
    readonly encode: (input: Input) => Row
    readonly output: string
    readonly take: (output: RowOutput) => ReadonlyArray<number>
    readonly answer: (values: ReadonlyArray<number>, input: Input, row: Row) => Output
  }
): Backend<Input, Output> => {
  const rows = keeping(options.textOf, options.encode)
  return {
    card: model.card,
    batching: {
      inputs: INPUTS_AT_ONCE,
      paddedTokens: model.batchTokens,
      tokens: (input) => rows.keep(input).ids.length,
      concurrency: 1
    },
    run: (inputs) =>
      Effect.suspend(() => {
        const encoded = inputs.map(rows.take)
        return Effect.map(model.forward(encoded, options.output, options.take), (results) =>
          results.map((values, index) => options.answer(values, inputs[index] as Input, encoded[index] as Row))
        )
      })
  }
}

/** Rows between being counted and being run, the newest few thousand. */
const KEPT = 4_096

const keeping = <Input>(textOf: (input: Input) => string, encode: (input: Input) => Row) => {
  const kept = new Map<string, Row>()
  const rowOf = (input: Input) => kept.get(textOf(input)) ?? encode(input)
  return {
    keep: (input: Input): Row => {
      const row = rowOf(input)
      const [oldest] = kept.keys()
      if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest)
      kept.set(textOf(input), row)
      return row
    },
    take: (input: Input): Row => {
      const row = rowOf(input)
      kept.delete(textOf(input))
      return row
    }
  }
}
