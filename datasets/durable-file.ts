import { createHash } from "node:crypto"
import { link, mkdir, open, rename, stat, unlink } from "node:fs/promises"
import { dirname } from "node:path"
import { Effect } from "effect"
import { sha256 } from "../schemas/json.ts"
import { type DatasetError, datasetError, errorCode, fileError } from "./dataset-error.ts"
import { MACHINE, PROCESS_TOKEN } from "./this-machine.ts"

// Names the process that a leftover belongs to, so that sweeping spares the files of living ones.
const host = sha256(`${MACHINE.host}|${MACHINE.namespace}`).slice(0, 8)
let counter = 0

/** A name beside `path` that no other process uses, nor an earlier one of the same id, and that readers ignore. */
export const temporaryName = (path: string): string => `${path}.${host}-${process.pid}-${PROCESS_TOKEN}${counter++}.tmp`

/** Whose leftover a temporary file is; null where the name is not one of `temporaryName`. */
export const temporaryOwner = (
  name: string
): { readonly pid: number; readonly here: boolean; readonly own: boolean } | null => {
  const match = /\.([0-9a-f]{8})-(\d+)-([0-9a-f]+)\.tmp$/.exec(name)
  if (match === null) return null
  const [, madeBy, pid, rest = ""] = match
  const here = madeBy === host
  return { pid: Number(pid), here, own: here && Number(pid) === process.pid && rest.startsWith(PROCESS_TOKEN) }
}

/** Names in a folder are durable only once the folder itself is synced. */
export const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === "win32") return
  const handle = await open(folder, "r")
  await handle.sync().finally(() => handle.close())
}

/**
 * The folder and those above it, durably. Not by `mkdir` with `recursive`: that never returns where the parent is there but
 * takes no folders, as /proc.
 */
export const ensureFolder = async (folder: string): Promise<void> => {
  if (await makeFolder(folder)) return
  if (dirname(folder) !== folder) await ensureFolder(dirname(folder))
  if (!(await makeFolder(folder))) throw Object.assign(new Error(`cannot make ${folder}`), { code: "ENOENT" })
}

/** False where its parent is missing. Throws ENOTDIR where a file stands in its place. */
const makeFolder = async (folder: string): Promise<boolean> => {
  try {
    await mkdir(folder)
    await syncFolder(dirname(folder))
    return true
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return false
    // Some systems say EPERM or EISDIR of a root that is there.
    if ((await stat(folder).catch(() => null))?.isDirectory()) return true
    throw cause
  }
}

const writeSynced = async (path: string, text: string): Promise<void> => {
  const handle = await open(path, "wx")
  await handle
    .writeFile(text)
    .then(() => handle.datasync())
    .finally(() => handle.close())
}

const discard = (path: string): Promise<void> => unlink(path).catch(() => undefined)

/** Readers see the old text or the new one, whole, also after a power cut. */
export const replaceFile = (path: string, text: string): Effect.Effect<void, DatasetError> =>
  durably(path, async (temporary) => {
    await writeSynced(temporary, text)
    await rename(temporary, path)
    await syncFolder(dirname(path))
  })

/** Gives the name to a file that is already written. Replaces a file of that name. */
export const sealFile = async (temporary: string, path: string): Promise<void> => {
  const handle = await open(temporary, "r+")
  await handle.datasync().finally(() => handle.close())
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

/**
 * Creates the file, whole, unless there is one of that name: true for the one caller, of any process, that made it.
 * The file systems must know hard links.
 */
export const createIfAbsent = (path: string, text: string): Effect.Effect<boolean, DatasetError> =>
  durably(path, async (temporary) => {
    await writeSynced(temporary, text)
    const won = await link(temporary, path).then(
      () => true,
      (cause) => {
        const code = errorCode(cause)
        if (code === "EEXIST") return false
        if (code !== undefined && ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(code)) {
          throw datasetError(
            "unwritable",
            path,
            `cannot create ${path}: this file system has no hard links (${code})`,
            "Put the dataset on a local disk or another file system that has them.",
            cause
          )
        }
        throw cause
      }
    )
    await unlink(temporary)
    // The loser syncs too: whoever is told that the file is there may rely on it.
    await syncFolder(dirname(path))
    return won
  })

/** Makes the folder, hands over a temporary name, and leaves nothing behind on failure. Runs to its end once begun. */
const durably = <A>(path: string, write: (temporary: string) => Promise<A>): Effect.Effect<A, DatasetError> =>
  Effect.uninterruptible(
    Effect.tryPromise({
      try: async () => {
        const temporary = temporaryName(path)
        await ensureFolder(dirname(path))
        try {
          return await write(temporary)
        } catch (cause) {
          await discard(temporary)
          throw cause
        }
      },
      catch: (cause) => (isDatasetError(cause) ? cause : fileError("write", path, cause))
    })
  )

const isDatasetError = (cause: unknown): cause is DatasetError =>
  cause instanceof Error && "_tag" in cause && cause._tag === "DatasetError"

/** A part has a few kilobytes as a rule: a larger buffer for each would make the garbage collector run after every few parts. */
const MOST_IN_A_PIECE = 1 << 20

/** SHA-256 and size of a file, read in pieces. */
export const hashFile = async (path: string): Promise<{ readonly sha256: string; readonly bytes: number }> => {
  const handle = await open(path, "r")
  try {
    const hash = createHash("sha256")
    const { size } = await handle.stat()
    const piece = Buffer.allocUnsafe(Math.max(1, Math.min(size, MOST_IN_A_PIECE)))
    let bytes = 0
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, piece.length)
      if (bytesRead === 0) return { sha256: hash.digest("hex"), bytes }
      hash.update(piece.subarray(0, bytesRead))
      bytes += bytesRead
    }
  } finally {
    await handle.close()
  }
}
