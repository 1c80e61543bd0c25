import { Effect } from "effect"
import type { Backend, Batching } from "../../models/capabilities/backend.ts"
import type { CapabilityError } from "../../models/capabilities/capability-error.ts"
import type { ModelCard } from "../../schemas/model-card.ts"

export const CARD: ModelCard = { id: "scripted", revision: "r1", backend: "test", dtype: null, max_tokens: null }

/** A backend whose answers are a function of the input, and that remembers its batches. */
export const scriptedBackend = <Input, Output>(
  answer: (input: Input) => Output,
  options: {
    readonly card?: Partial<ModelCard>
    readonly batching?: Partial<Batching<Input>>
    /** How long a batch takes. */
    readonly millis?: number
    /** What becomes of a batch in place of its answers; `attempt` counts all batches from 1. */
    readonly instead?: (
      inputs: ReadonlyArray<Input>,
      attempt: number
    ) => CapabilityError | ReadonlyArray<Output> | undefined
  } = {}
) => {
  const batches: Array<ReadonlyArray<Input>> = []
  let running = 0
  let mostAtOnce = 0
  const backend: Backend<Input, Output> = {
    card: { ...CARD, ...options.card },
    batching: { inputs: 8, concurrency: 1, ...options.batching },
    run: (inputs) =>
      Effect.gen(function* () {
        batches.push(inputs)
        const attempt = batches.length
        running++
        mostAtOnce = Math.max(mostAtOnce, running)
        if (options.millis !== undefined) yield* Effect.sleep(options.millis)
        const instead = options.instead?.(inputs, attempt)
        if (instead === undefined) return inputs.map(answer)
        return "_tag" in instead ? yield* instead : instead
      }).pipe(Effect.ensuring(Effect.sync(() => running--)))
  }
  return { backend, batches, mostAtOnce: () => mostAtOnce }
}
