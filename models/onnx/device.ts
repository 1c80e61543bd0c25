import { Effect, type Scope } from "effect"
import type { Capability, LocalModelSpec } from "../../schemas/capability.ts"
import { type CapabilityError, capabilityError } from "../capabilities/capability-error.ts"
import type { Folder } from "./folder.ts"
import { kindOf, wordsOf } from "./load-error.ts"
import { threads } from "./threads.ts"
import type { LoadOptions, Model, Transformers } from "./transformers.ts"

export type OnnxDevice = LoadOptions["device"]

/** In the order in which `auto` tries them. Whether one is there is only known once a model has been loaded on it. */
const DEVICES: ReadonlyArray<OnnxDevice> = ["webgpu", "cuda", "cpu"]
/** Of ONNX Runtime: it would report each device that is not there on standard error. */
const FATAL_ONLY = 4
/**
 * Threads that wait by spinning take the cores from what else runs: on two busy cores a batch took some 1.7 times as long, and as
 * much CPU, as with threads that sleep.
 */
const NO_SPINNING = { session: { intra_op: { allow_spinning: "0" } } }

export interface OnDevice {
  readonly device: OnnxDevice
  readonly model: Model
}

/**
 * Loads a folder's weights on the device asked for, and nowhere else; `auto` takes the first of WebGPU, CUDA and the
 * processor that loads them and that `probe` runs on. A device that is not there fails with `unsupported`, which names one
 * that is; weights that no device loads fail with the processor's reason.
 */
export const loadOnDevice = (
  capability: Capability,
  folder: Folder,
  wanted: LocalModelSpec["device"],
  transformers: Transformers,
  probe: (model: Model) => Promise<unknown>
): Effect.Effect<OnDevice, CapabilityError, Scope.Scope> =>
  Effect.gen(function* () {
    const { name } = folder
    const load = (device: OnnxDevice) =>
      Effect.acquireRelease(
        Effect.tryPromise({
          try: async () => {
            const model = await transformers.AutoModel.from_pretrained(folder.path, optionsFor(device, folder))
            try {
              await probe(model)
            } catch (cause) {
              await model.dispose()
              throw cause
            }
            return model
          },
          catch: (cause) =>
            capabilityError(
              kindOf(cause),
              capability,
              name,
              `${name}: its ${folder.dtype} weights do not run on ${device}: ${wordsOf(cause)}`,
              cause
            )
        }),
        (model) => Effect.promise(() => model.dispose())
      ).pipe(Effect.map((model) => ({ device, model })))

    if (wanted === "auto") return yield* Effect.firstSuccessOf(DEVICES.map(load))
    const asked = DEVICES.find((device) => device === wanted)
    if (asked === undefined) {
      return yield* capabilityError(
        "unsupported",
        capability,
        name,
        `${name}: ONNX models run on ${DEVICES.join(", ")}, not on ${wanted}.`
      )
    }
    if (asked === "cpu") return yield* load(asked)
    return yield* load(asked).pipe(
      Effect.catch((error) =>
        Effect.scoped(Effect.firstSuccessOf(DEVICES.filter((device) => device !== asked).map(load))).pipe(
          Effect.flatMap(({ device }) =>
            Effect.fail(
              error.kind === "out_of_memory"
                ? error
                : capabilityError(
                    "unsupported",
                    capability,
                    name,
                    `${name}: ${asked} cannot be used here, ${device} can: ${wordsOf(error.cause)}`,
                    error.cause
                  )
            )
          )
        )
      )
    )
  })

const optionsFor = (device: OnnxDevice, { dtype }: Folder): LoadOptions => ({
  local_files_only: true,
  device,
  dtype,
  session_options: {
    logSeverityLevel: FATAL_ONLY,
    ...(device === "cpu" ? { intraOpNumThreads: threads(), extra: NO_SPINNING } : {})
  }
})
