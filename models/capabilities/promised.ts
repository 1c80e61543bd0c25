import { Effect } from "effect"
import type { Capability } from "../../schemas/capability.ts"
import type { Backend } from "./backend.ts"
import { type CapabilityError, capabilityError } from "./capability-error.ts"

/**
 * One `run` of a backend, held to what every backend promises: as many answers as inputs, all numbers in them finite. Fails with
 * `bad_output`, naming the model, where it broke that.
 */
export const runPromised = <Input, Output>(
  backend: Backend<Input, Output>,
  capability: Capability,
  inputs: ReadonlyArray<Input>
): Effect.Effect<ReadonlyArray<Output>, CapabilityError> =>
  Effect.flatMap(backend.run(inputs), (outputs) => {
    const broken = (what: string) =>
      Effect.fail(
        capabilityError(
          "bad_output",
          capability,
          backend.card.id,
          `${backend.card.id} (${backend.card.backend}) ${what}. Nothing of this batch was used; try another dtype, device or model.`
        )
      )
    if (outputs.length !== inputs.length) {
      return broken(`gave ${outputs.length} answers to a batch of ${inputs.length}`)
    }
    const bad = outputs.findIndex((output) => !isAllFinite(output))
    return bad < 0
      ? Effect.succeed(outputs)
      : broken(`gave a number that is not finite in answer ${bad + 1} of ${outputs.length}`)
  })

/** Whether every number in a value is finite, at any depth. */
const isAllFinite = (value: unknown): boolean => {
  if (typeof value === "number") return Number.isFinite(value)
  if (typeof value !== "object" || value === null) return true
  if (Array.isArray(value)) return value.every(isAllFinite)
  if (ArrayBuffer.isView(value))
    return !(value instanceof DataView) && [...(value as Float32Array)].every(Number.isFinite)
  return Object.values(value).every(isAllFinite)
}
