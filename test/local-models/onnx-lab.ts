import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { LocalModelSpec } from "../../schemas/capability.ts"

/** The specification of a folder on the processor, so that figures do not depend on the machine. */
export const onnx = (model: string, more: Partial<LocalModelSpec> = {}): LocalModelSpec =>
  LocalModelSpec.parse({ provider: "onnx", model, device: "cpu", ...more })

/** A folder of its own, removed with the scope. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "onnx-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

/** The largest difference of two vectors in one of their numbers. */
export const difference = (left: ReadonlyArray<number>, right: ReadonlyArray<number>): number =>
  left.length === right.length
    ? left.reduce((most, value, index) => Math.max(most, Math.abs(value - (right[index] as number))), 0)
    : Number.POSITIVE_INFINITY

/** The cosine of vectors of length 1. */
export const cosine = (left: ReadonlyArray<number>, right: ReadonlyArray<number>): number =>
  left.reduce((sum, value, index) => sum + value * (right[index] as number), 0)
