import { availableParallelism } from "node:os"
import { Effect, type Scope, Semaphore } from "effect"
import type { Capability } from "../../schemas/capability.ts"
import { type CapabilityError, capabilityError } from "../capabilities/capability-error.ts"
import { loadPackage } from "../local/load.ts"
import { type GgufFile, ggufFile, messageOf } from "./gguf-file.ts"
import type { Llama, LlamaGpu, LlamaLibrary, LlamaModel } from "./library.ts"

/** A model in memory, with what it is and where it runs. */
export interface LoadedModel {
  readonly library: LlamaLibrary
  readonly llama: Llama
  readonly model: LlamaModel
  readonly file: GgufFile
  /** What it really runs on: `llama:cpu`, `llama:vulkan`... */
  readonly backend: string
  /** Format of most of its weights, such as Q4_K_M; null where the file does not say. */
  readonly dtype: string | null
}

/** Where a GGUF can run. */
export type Device = "auto" | "cpu" | "cuda" | "vulkan" | "metal"

/** Lines of llama.cpp's own log: the library says "Failed to load model", and the reason stands only there. */
const LOG_LINES = 20
const log: Array<string> = []

/** One for each device: the native part holds its backends for the life of the process. */
const runtimes = new Map<LlamaGpu, Promise<Llama>>()

/** One load at a time: the log that explains a failure is the process's, and so is the memory that is left. */
const loading = Semaphore.makeUnsafe(1)

const startRuntime = (library: LlamaLibrary, gpu: LlamaGpu): Promise<Llama> => {
  const known = runtimes.get(gpu)
  if (known !== undefined) return known
  const starting = library.getLlama({
    gpu,
    build: "never",
    skipDownload: true,
    progressLogs: false,
    // Threads of llama.cpp spin while they wait: one for each core starves this process and all others.
    maxThreads: Math.max(1, availableParallelism() - 1),
    logLevel: "error",
    logger: (_level, message) => {
      log.push(message.trim())
      if (log.length > LOG_LINES) log.shift()
    }
  })
  runtimes.set(gpu, starting)
  starting.catch(() => runtimes.delete(gpu))
  return starting
}

/**
 * Loads a GGUF file; it leaves memory with the scope. Fails with `missing` (no file, or node-llama-cpp is not installed),
 * `unsupported` (not a GGUF file, cut short, an architecture that llama.cpp does not know, a device that is not here) or
 * `out_of_memory`.
 */
export const loadModel = Effect.fnUntraced(function* (
  capability: Capability,
  options: { readonly model: string; readonly device: Device }
): Effect.fn.Return<LoadedModel, CapabilityError, Scope.Scope> {
  const { device, model: name } = options
  const file = yield* ggufFile(capability, name)
  const library = yield* loadPackage<LlamaLibrary>("node-llama-cpp", capability, name)
  const llama = yield* Effect.tryPromise({
    try: () => startRuntime(library, device === "cpu" ? false : device),
    catch: (cause) =>
      capabilityError(
        "unsupported",
        capability,
        name,
        `${name}: llama.cpp does not run on the device "${device}" here (${messageOf(cause)}). Take "auto" or "cpu".`,
        cause
      )
  })
  const model = yield* loading.withPermits(1)(
    Effect.acquireRelease(
      Effect.suspend(() => {
        log.length = 0
        return Effect.tryPromise({
          try: () => llama.loadModel({ modelPath: file.path }).catch(afterLog),
          catch: (cause) => loadFailure(capability, name, file, log, cause)
        })
      }),
      (loaded) => Effect.promise(() => loaded.dispose())
    )
  )
  const fileType = model.fileInfo.metadata.general.file_type
  const format = fileType === undefined ? undefined : library.GgufFileType[fileType]
  return {
    library,
    llama,
    model,
    file,
    backend: `llama:${llama.gpu === false || model.gpuLayers === 0 ? "cpu" : llama.gpu}`,
    dtype: format === undefined ? null : format.replace(/^(?:MOSTLY|ALL)_/, "")
  }
})

/** Lines of the log come over from other threads a little later than the failure that they explain. */
const LOG_MILLIS = 50
const afterLog = async (cause: unknown): Promise<never> => {
  await new Promise((resolve) => setTimeout(resolve, LOG_MILLIS))
  throw cause
}

/** llama.cpp's words for a reason; the library's own errors name themselves. */
const loadFailure = (
  capability: Capability,
  name: string,
  file: GgufFile,
  lines: ReadonlyArray<string>,
  cause: unknown
): CapabilityError => {
  const said = [...lines, messageOf(cause)].join("\n")
  if (isOutOfMemory(cause) || /failed to allocate|unable to allocate|out of memory/i.test(said)) {
    return outOfMemory(capability, name, cause)
  }
  const architecture = /unknown model architecture: '([^'\n]{1,80})'/.exec(said)?.[1]
  if (architecture !== undefined) {
    return capabilityError(
      "unsupported",
      capability,
      name,
      `${file.path} is a model of the architecture "${architecture}", which this version of llama.cpp does not know.`,
      cause
    )
  }
  if (/file bounds|corrupted|incomplete|failed to read|unexpectedly reached end/i.test(said)) {
    return capabilityError(
      "unsupported",
      capability,
      name,
      `${file.path} is cut short or damaged: fetch it again. llama.cpp says: ${lines[0] ?? messageOf(cause)}`,
      cause
    )
  }
  return capabilityError(
    "unsupported",
    capability,
    name,
    `${file.path} cannot be loaded. llama.cpp says: ${lines[0] ?? messageOf(cause)}`,
    cause
  )
}

const isOutOfMemory = (cause: unknown): boolean =>
  cause instanceof Error && (cause.constructor.name === "InsufficientMemoryError" || /VRAM|RAM/.test(cause.message))

const outOfMemory = (capability: Capability, name: string, cause: unknown): CapabilityError =>
  capabilityError(
    "out_of_memory",
    capability,
    name,
    `${name} does not fit into memory (${messageOf(cause)}). Take fewer tokens or calls at a time, a smaller model, or the device "cpu".`,
    cause
  )

/** Opens a context of a model and closes it with the scope. Fails with `out_of_memory` or `unsupported`. */
export const openContext = <Context extends { readonly dispose: () => Promise<void> }>(
  capability: Capability,
  loaded: LoadedModel,
  create: () => Promise<Context>
): Effect.Effect<Context, CapabilityError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: create,
      catch: (cause) =>
        isOutOfMemory(cause) || /failed to create context/i.test(messageOf(cause))
          ? outOfMemory(capability, loaded.file.name, cause)
          : capabilityError(
              "unsupported",
              capability,
              loaded.file.name,
              `${loaded.file.name} cannot be used for ${capability}: ${messageOf(cause)}`,
              cause
            )
    }),
    (context) => Effect.promise(() => context.dispose())
  )

/** Tokens of a context: what is asked for, at most what the model was trained on. */
export const contextSizeOf = (loaded: LoadedModel, asked: number | undefined, usual: number): number =>
  Math.min(asked ?? usual, loaded.model.trainContextSize)
