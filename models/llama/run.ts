import { Effect } from "effect"
import type { Capability } from "../../schemas/capability.ts"
import type { Batching } from "../capabilities/backend.ts"
import { type CapabilityError, capabilityError } from "../capabilities/capability-error.ts"
import { messageOf } from "./gguf-file.ts"

/**
 * node-llama-cpp takes one text at a time, and more in flight only wait: a batch of one lets a text that cannot be answered
 * fail alone.
 */
export const oneAtATime = <Input>(tokens?: (input: Input) => number): Batching<Input> => ({
  inputs: 1,
  concurrency: 1,
  ...(tokens === undefined ? {} : { tokens })
})

/**
 * One answer of a model for each input, in order. The native part cannot be stopped within a text, so an interruption waits
 * for it: a model must not leave memory under its own evaluation. `signal` is for calls that look at one.
 */
export const each =
  <Input, Output>(
    capability: Capability,
    model: string,
    answer: (input: Input, signal: AbortSignal) => Promise<Output | CapabilityError>
  ) =>
  (inputs: ReadonlyArray<Input>): Effect.Effect<ReadonlyArray<Output>, CapabilityError> =>
    Effect.forEach(inputs, (input) =>
      Effect.callback<Output, CapabilityError>((resume) => {
        const stop = new AbortController()
        const running = answer(input, stop.signal).then(
          (output) => resume(isFailure(output) ? Effect.fail(output) : Effect.succeed(output)),
          (cause) => resume(Effect.fail(failure(capability, model, cause)))
        )
        return Effect.promise(() => {
          stop.abort()
          return running
        })
      })
    )

const isFailure = <Output>(output: Output | CapabilityError): output is CapabilityError =>
  typeof output === "object" && output !== null && "_tag" in output && output._tag === "CapabilityError"

const failure = (capability: Capability, model: string, cause: unknown): CapabilityError => {
  const message = messageOf(cause)
  const tooLong = /context size|too long/i.test(message)
  return capabilityError(tooLong ? "bad_request" : "bad_output", capability, model, `${model}: ${message}`, cause)
}

/** An answer that is no finite number, or no answer. */
export const badNumber = (capability: Capability, model: string, what: string): CapabilityError =>
  capabilityError(
    "bad_output",
    capability,
    model,
    `${model} gave ${what} that is not a number: the file may be damaged, or the model too coarsely quantised.`
  )
