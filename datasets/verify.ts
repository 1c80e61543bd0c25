import { unlink } from "node:fs/promises"
import { dirname, relative } from "node:path"
import { Effect } from "effect"
import type { PartFile } from "../schemas/commit.ts"
import { type CommitListing, listCommits, readAllCommits, readListed } from "./commits.ts"
import { type DatasetError, datasetError, errorCode, fileError } from "./dataset-error.ts"
import { syncFolder } from "./durable-file.ts"
import { type DatasetFolder, partFile } from "./folder.ts"
import { partsInForce } from "./in-force.ts"
import { isIntact, REMEDY_OF_A_PART } from "./parts.ts"

/** Parts in force (plans' included) whose bytes are not what their commit says; missing ones too. Reads every byte. */
export const damagedParts = (
  folder: DatasetFolder,
  run: string
): Effect.Effect<ReadonlyArray<PartFile>, DatasetError> =>
  Effect.gen(function* () {
    const listing: CommitListing = yield* listCommits(folder)
    const phases = yield* readListed(folder, run, [...listing.keys()].sort(), listing)
    const damaged: Array<PartFile> = []
    for (const phase of phases) {
      for (const part of [...phase.plan.parts, ...partsInForce(phase)]) {
        if (!(yield* isIntact(folder, part))) damaged.push(part)
      }
    }
    return damaged
  })

/** Fails with the first damaged part, and what to do about it. */
export const verifyParts = (folder: DatasetFolder, run: string): Effect.Effect<void, DatasetError> =>
  Effect.flatMap(damagedParts(folder, run), (damaged) => {
    const [first] = damaged
    if (first === undefined) return Effect.void
    const others = damaged.length === 1 ? "" : ` (and ${damaged.length - 1} other parts)`
    return Effect.fail(
      datasetError(
        "corrupt",
        partFile(folder, first.path),
        `${partFile(folder, first.path)} does not have the bytes that its commit says${others}`,
        REMEDY_OF_A_PART
      )
    )
  })

/**
 * Takes back what stands on a damaged or missing part: removes every commit that names it, and where that is a merge
 * whose shard parts were swept, the commits of the shards too. The shards are then pending, and `generate` settles them
 * again from the ledger, without new calls. Returns the removed files, relative to the dataset's folder.
 */
export const discardPart = (folder: DatasetFolder, path: string): Effect.Effect<ReadonlyArray<string>, DatasetError> =>
  Effect.gen(function* () {
    const removed: Array<string> = []
    for (const phase of (yield* listCommits(folder)).keys()) {
      const all = yield* readAllCommits(folder, phase)
      const naming = all.filter(({ commit }) => commit.parts.some((part) => part.path === path))
      const merged = naming.flatMap(({ commit }) => (commit.kind === "merged" ? [commit.generation] : []))
      for (const { commit, file } of all) {
        const isNamed = naming.some((entry) => entry.file === file)
        const isStranded =
          commit.kind === "shard" && merged.includes(commit.generation) && !(yield* allIntact(folder, commit.parts))
        if (isNamed || isStranded) removed.push(file)
      }
    }
    for (const file of removed) yield* discardCommit(file)
    return removed.map((file) => relative(folder.path, file))
  })

const allIntact = (folder: DatasetFolder, parts: ReadonlyArray<PartFile>): Effect.Effect<boolean, DatasetError> =>
  Effect.map(
    Effect.forEach(parts, (part) => isIntact(folder, part)),
    (intact) => intact.every(Boolean)
  )

/** Removes a commit, durably: what it stood for is pending again. Harmless where it is gone already. */
export const discardCommit = (file: string): Effect.Effect<void, DatasetError> =>
  Effect.tryPromise({
    try: async () => {
      await unlink(file).catch((cause) => {
        if (errorCode(cause) !== "ENOENT") throw cause
      })
      await syncFolder(dirname(file))
    },
    catch: (cause) => fileError("remove", file, cause)
  })
