import { readdir, stat, unlink } from "node:fs/promises"
import { basename, join } from "node:path"
import { Effect } from "effect"
import { listCommits, readAllCommits, readPhase } from "./commits.ts"
import { type DatasetError, errorCode, fileError } from "./dataset-error.ts"
import { temporaryOwner } from "./durable-file.ts"
import { commitsFolder, type DatasetFolder, partFile, tablesFolder } from "./folder.ts"
import { isRunning } from "./this-machine.ts"

export interface Swept {
  /** Leftovers of processes that died while they wrote. */
  readonly temporary: number
  /** Parts whose rows a merge holds. */
  readonly merged: number
  readonly bytes: number
}

/** After this time a temporary file is nobody's, also where its owner cannot be asked: it is on another machine. */
const ABANDONED_MILLIS = 24 * 3600 * 1000

/**
 * Deletes what nobody needs: temporary files of dead processes, and the shard parts of phases of this run that are merged.
 *
 * A merged phase with failed items keeps its shard parts: settling those again makes the merge void, and the parts count
 * again. Parts that no commit names are kept too: their writer may be about to commit them.
 */
export const sweep = (folder: DatasetFolder, run: string): Effect.Effect<Swept, DatasetError> =>
  Effect.gen(function* () {
    const listing = yield* listCommits(folder)
    const needed = new Set<string>()
    const replaced = new Set<string>()
    for (const phase of listing.keys()) {
      const state = yield* readPhase(folder, run, phase)
      const done = state !== null && state.merge !== null && state.totals.failed === 0 ? state.plan.generation : null
      for (const { commit } of yield* readAllCommits(folder, phase)) {
        // Equal bytes have one file, so what any other commit names stays.
        const into = commit.kind === "shard" && commit.generation === done ? replaced : needed
        for (const part of commit.parts) into.add(part.path)
      }
    }
    return yield* Effect.tryPromise({
      try: async () => {
        let merged = 0
        let bytes = 0
        for (const path of replaced) {
          if (needed.has(path)) continue
          const freed = await remove(partFile(folder, path))
          if (freed === null) continue
          merged++
          bytes += freed
        }
        let temporary = 0
        for (const file of await leftovers(folder)) {
          const freed = await remove(file)
          if (freed === null) continue
          temporary++
          bytes += freed
        }
        return { temporary, merged, bytes }
      },
      catch: (cause) => fileError("sweep", folder.path, cause)
    })
  })

/** The bytes it had; null where it was gone already. */
const remove = async (file: string): Promise<number | null> => {
  try {
    const { size } = await stat(file)
    await unlink(file)
    return size
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return null
    throw cause
  }
}

const leftovers = async (folder: DatasetFolder): Promise<ReadonlyArray<string>> => {
  const within = await Promise.all([
    names(folder.path),
    namesBelow(commitsFolder(folder)),
    namesBelow(tablesFolder(folder))
  ])
  const found: Array<string> = []
  for (const file of within.flat()) {
    if (file.endsWith(".tmp") && (await isAbandoned(file))) found.push(file)
  }
  return found
}

const isAbandoned = async (file: string): Promise<boolean> => {
  const owner = temporaryOwner(basename(file))
  // Not one of ours: a name that only looks temporary is somebody's file.
  if (owner === null) return false
  // A file of this process's id that it has not made is left over from an earlier process of that id.
  if (owner.here && !owner.own && (owner.pid === process.pid || !isRunning(owner.pid))) return true
  const found = await stat(file).catch(() => null)
  return found !== null && Date.now() - found.mtimeMs > ABANDONED_MILLIS
}

const names = async (folder: string): Promise<ReadonlyArray<string>> => {
  try {
    return (await readdir(folder)).map((name) => join(folder, name))
  } catch (cause) {
    const code = errorCode(cause)
    if (code === "ENOENT" || code === "ENOTDIR") return []
    throw cause
  }
}

/** Files one folder further down: of each phase, of each table. */
const namesBelow = async (folder: string): Promise<ReadonlyArray<string>> =>
  (await Promise.all((await names(folder)).map(names))).flat()
