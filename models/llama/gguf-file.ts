import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { open, stat } from "node:fs/promises"
import { basename, resolve } from "node:path"
import { pipeline } from "node:stream/promises"
import { Effect } from "effect"
import type { Capability } from "../../schemas/capability.ts"
import { type CapabilityError, capabilityError } from "../capabilities/capability-error.ts"

/** A file that begins as a GGUF file does. */
export interface GgufFile {
  readonly path: string
  readonly name: string
  /** SHA-256 of its bytes, 64 hexadecimal digits. */
  readonly sha256: string
}

const MAGIC = "GGUF"

/** Reading 8 GB takes some 20 seconds: done once in a process for each file as it was. */
const hashes = new Map<string, Promise<string>>()

const sha256 = async (path: string): Promise<string> => {
  const hash = createHash("sha256")
  await pipeline(createReadStream(path, { highWaterMark: 1_048_576 }), hash)
  return hash.digest("hex")
}

/**
 * Looks at a file before the library does: what is no file, and no GGUF file, is said in a sentence. Fails with `missing` or
 * `unsupported`.
 */
export const ggufFile = (capability: Capability, model: string): Effect.Effect<GgufFile, CapabilityError> => {
  const path = resolve(model)
  const missing = (cause: unknown) =>
    capabilityError("missing", capability, model, `There is no file ${path}: check the path of the model.`, cause)
  const unreadable = (cause: unknown) =>
    capabilityError("missing", capability, model, `${path} cannot be read: ${messageOf(cause)}`, cause)
  const unsupported = (what: string) =>
    capabilityError("unsupported", capability, model, `${path} ${what}: give the path of a model in GGUF format.`)
  return Effect.gen(function* () {
    const found = yield* Effect.tryPromise({ try: () => stat(path), catch: missing })
    if (!found.isFile()) return yield* unsupported("is not a file")
    const magic = yield* Effect.tryPromise({ try: () => firstBytes(path), catch: unreadable })
    if (magic !== MAGIC) return yield* unsupported("is not a GGUF file")
    const key = `${path}\n${found.size}\n${found.mtimeMs}`
    const hash = yield* Effect.tryPromise({
      try: () => {
        const known = hashes.get(key)
        if (known !== undefined) return known
        const reading = sha256(path)
        hashes.set(key, reading)
        reading.catch(() => hashes.delete(key))
        return reading
      },
      catch: unreadable
    })
    return { path, name: basename(path), sha256: hash }
  })
}

const firstBytes = async (path: string): Promise<string> => {
  const file = await open(path, "r")
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0)
    return buffer.toString("latin1", 0, bytesRead)
  } finally {
    await file.close()
  }
}

export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
