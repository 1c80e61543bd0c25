import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { stat } from "node:fs/promises"
import { pipeline } from "node:stream/promises"

/** Hashes of files that this process has read, by path; read again when size or time of change differ. */
const known = new Map<string, { readonly stamp: string; readonly hash: string }>()

/**
 * A name for exactly these files: the first 16 hexadecimal digits of the SHA-256 over their own SHA-256, in this order. Reads
 * each file once a process. Rejects where one cannot be read.
 */
export const revisionOf = async (paths: ReadonlyArray<string>): Promise<string> => {
  const all = createHash("sha256")
  for (const path of paths) all.update(await hashOf(path))
  return all.digest("hex").slice(0, 16)
}

const hashOf = async (path: string): Promise<string> => {
  const { mtimeMs, size } = await stat(path)
  const stamp = `${size} ${mtimeMs}`
  const before = known.get(path)
  if (before?.stamp === stamp) return before.hash
  const hash = createHash("sha256")
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  const digest = hash.digest("hex")
  known.set(path, { stamp, hash: digest })
  return digest
}
