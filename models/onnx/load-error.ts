import type { CapabilityErrorKind } from "../capabilities/capability-error.ts"

/** ONNX Runtime has no codes: its words are the only way to tell that memory ran out. */
const OUT_OF_MEMORY =
  /out of memory|bad_alloc|failed to allocate|allocation failed|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation|CUBLAS_STATUS_ALLOC_FAILED/i

/** What a failure of the runtime means: no memory, or a model that it cannot run. */
export const kindOf = (cause: unknown): CapabilityErrorKind =>
  OUT_OF_MEMORY.test(wordsOf(cause)) ? "out_of_memory" : "unsupported"

/** The first line of what went wrong, short enough for a message. */
export const wordsOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).trim().replace(/\s+/g, " ").slice(0, 400)
