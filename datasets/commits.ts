import { readFileSync } from "node:fs"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import type { z } from "zod"
import { MergeCommit, PlanCommit, ShardCommit } from "../schemas/commit.ts"
import { type DatasetError, datasetError, errorCode, fileError } from "./dataset-error.ts"
import { createIfAbsent } from "./durable-file.ts"
import { commitsFolder, type DatasetFolder, isPartPath, PATH_NAME, parseJson, phaseFolder } from "./folder.ts"
import { inForce, type PhaseInForce } from "./in-force.ts"

const PLAN = /^plan-(\d{1,9})\.json$/
const SHARD = /^(\d{1,9})-(\d{1,9})-(\d{1,9})\.json$/
const MERGE = /^merged-(\d{1,9})-[0-9a-f]{12}\.json$/

export const planName = (generation: number): string => `plan-${generation}.json`
/** Padded, so that a listing is in shard order. */
export const shardName = (shard: number, generation: number, retry: number): string =>
  `${String(shard).padStart(6, "0")}-${generation}-${retry}.json`
export const mergeName = (generation: number, of: string): string => `merged-${generation}-${of.slice(0, 12)}.json`

type Commit = PlanCommit | ShardCommit | MergeCommit

const create = <S extends z.ZodType<Commit>>(
  folder: DatasetFolder,
  phase: string,
  name: string,
  schema: S,
  commit: z.output<S>
): Effect.Effect<{ readonly created: boolean; readonly commit: z.output<S> }, DatasetError> =>
  Effect.gen(function* () {
    const path = join(phaseFolder(folder, phase), name)
    const created = yield* createIfAbsent(path, `${JSON.stringify(schema.parse(commit))}\n`)
    return { created, commit: created ? commit : yield* readCommit(path, schema) }
  })

/**
 * Makes a plan, a shard or a merge real. The parts that it names must be sealed already. Where another process was first,
 * `created` is false and `commit` is the one that counts: the caller's own parts are then nobody's, which does no harm.
 */
export const commitPlan = (folder: DatasetFolder, commit: PlanCommit) =>
  create(folder, commit.phase, planName(commit.generation), PlanCommit, commit)
export const commitShard = (folder: DatasetFolder, commit: ShardCommit) =>
  create(folder, commit.phase, shardName(commit.shard, commit.generation, commit.retry), ShardCommit, commit)
export const commitMerge = (folder: DatasetFolder, commit: MergeCommit) =>
  create(folder, commit.phase, mergeName(commit.generation, commit.of), MergeCommit, commit)

const REMEDY =
  "Remove this file, then run `npm run verify -- NAME --repair` and `generate` with the same --out: what it stood for is settled again from the ledger, without new calls."

// Synchronous: a thousand small files are read in the time that a thousand promises would take to be scheduled.
const readCommit = <S extends z.ZodType<Commit>>(path: string, schema: S): Effect.Effect<z.output<S>, DatasetError> =>
  Effect.try({ try: () => readFileSync(path, "utf8"), catch: (cause) => fileError("read", path, cause) }).pipe(
    Effect.flatMap((text) => parseJson(path, text, schema, REMEDY)),
    Effect.flatMap((commit) => {
      const fault = faultOf(path, commit)
      return fault === null
        ? Effect.succeed(commit)
        : Effect.fail(datasetError("corrupt", path, `${path} ${fault}`, REMEDY))
    })
  )

/** A commit is data: it must be the one that its name says, and lead to parts of this dataset only. */
const faultOf = (path: string, commit: Commit): string | null => {
  const name =
    commit.kind === "plan"
      ? planName(commit.generation)
      : commit.kind === "shard"
        ? shardName(commit.shard, commit.generation, commit.retry)
        : mergeName(commit.generation, commit.of)
  const place = join(commit.phase, name)
  if (!path.endsWith(place)) return `says that it is ${place}`
  const strange = commit.parts.find((part) => !isPartPath(part.path) || !part.path.startsWith(`tables/${part.table}/`))
  return strange === undefined ? null : `names ${strange.path}, which is no part of a dataset`
}

/** All plans of a phase, those of other runs included, by generation. */
const readPlansNamed = (folder: DatasetFolder, phase: string, names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const generations = names.map((name) => Number(PLAN.exec(name)?.[1] ?? 0)).filter((generation) => generation > 0)
    const plans: Array<PlanCommit> = []
    for (const generation of generations.sort((left, right) => left - right)) {
      plans.push(yield* readCommit(join(phaseFolder(folder, phase), planName(generation)), PlanCommit))
    }
    return plans
  })

/**
 * What a phase has settled for a run: the highest generation of that run's plans is in force; null where it has none.
 * Reads only the commits that can count.
 */
export const readPhase = (
  folder: DatasetFolder,
  run: string,
  phase: string
): Effect.Effect<PhaseInForce | null, DatasetError> =>
  Effect.flatMap(namesIn(phaseFolder(folder, phase)), (names) => readNamed(folder, run, phase, names))

const readNamed = (
  folder: DatasetFolder,
  run: string,
  phase: string,
  names: ReadonlyArray<string>
): Effect.Effect<PhaseInForce | null, DatasetError> =>
  Effect.gen(function* () {
    const within = phaseFolder(folder, phase)
    const plans = (yield* readPlansNamed(folder, phase, names)).filter((plan) => plan.run === run)
    const generation = plans.at(-1)?.generation
    if (generation === undefined) return null
    const latest = new Map<number, { readonly retry: number; readonly name: string }>()
    for (const name of names) {
      const match = SHARD.exec(name)
      if (match === null || Number(match[2]) !== generation) continue
      const shard = Number(match[1])
      const retry = Number(match[3])
      const known = latest.get(shard)
      if (known === undefined || retry > known.retry) latest.set(shard, { retry, name })
    }
    const shards: Array<ShardCommit> = []
    for (const [index, { name }] of [...latest.values()].entries()) {
      if (index % 256 === 255) yield* Effect.yieldNow
      shards.push(yield* readCommit(join(within, name), ShardCommit))
    }
    const merges: Array<MergeCommit> = []
    for (const name of names) {
      if (Number(MERGE.exec(name)?.[1] ?? 0) === generation)
        merges.push(yield* readCommit(join(within, name), MergeCommit))
    }
    return inForce(phase, { plans, shards, merges })
  })

/**
 * The highest generation of any commit of a phase, 0 where there is none. The next plan is one higher, so that no shard of
 * a plan that was taken back is ever counted for another.
 */
export const lastGeneration = (folder: DatasetFolder, phase: string): Effect.Effect<number, DatasetError> =>
  Effect.map(namesIn(phaseFolder(folder, phase)), (names) =>
    names.reduce((highest, name) => {
      const generation = PLAN.exec(name)?.[1] ?? MERGE.exec(name)?.[1] ?? SHARD.exec(name)?.[2] ?? "0"
      return Math.max(highest, Number(generation))
    }, 0)
  )

/** The phases of `order` that have a plan of this run, in that order. */
export const readPhases = (
  folder: DatasetFolder,
  run: string,
  order: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<PhaseInForce>, DatasetError> =>
  Effect.flatMap(listCommits(folder), (listing) => readListed(folder, run, order, listing))

/** File names under `commits/`, by phase. Two equal listings mean equal commits: a commit's content never changes. */
export type CommitListing = ReadonlyMap<string, ReadonlyArray<string>>

export const listCommits = (folder: DatasetFolder): Effect.Effect<CommitListing, DatasetError> =>
  Effect.gen(function* () {
    const phases = (yield* namesIn(commitsFolder(folder))).filter((name) => PATH_NAME.test(name))
    const listing = new Map<string, ReadonlyArray<string>>()
    for (const phase of phases) {
      const names = yield* namesIn(phaseFolder(folder, phase))
      listing.set(phase, names.filter((name) => PLAN.test(name) || SHARD.test(name) || MERGE.test(name)).sort())
    }
    return listing
  })

export const readListed = (
  folder: DatasetFolder,
  run: string,
  order: ReadonlyArray<string>,
  listing: CommitListing
): Effect.Effect<ReadonlyArray<PhaseInForce>, DatasetError> =>
  Effect.gen(function* () {
    const found: Array<PhaseInForce> = []
    for (const phase of order) {
      const state = yield* readNamed(folder, run, phase, listing.get(phase) ?? [])
      if (state !== null) found.push(state)
    }
    return found
  })

/** Every commit of a phase with its file, those that no longer count included. */
export const readAllCommits = (
  folder: DatasetFolder,
  phase: string
): Effect.Effect<ReadonlyArray<{ readonly file: string; readonly commit: Commit }>, DatasetError> =>
  Effect.gen(function* () {
    const within = phaseFolder(folder, phase)
    const found: Array<{ file: string; commit: Commit }> = []
    for (const name of (yield* namesIn(within)).toSorted()) {
      const schema = PLAN.test(name)
        ? PlanCommit
        : SHARD.test(name)
          ? ShardCommit
          : MERGE.test(name)
            ? MergeCommit
            : null
      if (schema !== null)
        found.push({ file: join(within, name), commit: yield* readCommit(join(within, name), schema) })
    }
    return found
  })

const namesIn = (path: string): Effect.Effect<ReadonlyArray<string>, DatasetError> =>
  Effect.tryPromise({
    try: () =>
      readdir(path).catch((cause) => {
        if (errorCode(cause) === "ENOENT" || errorCode(cause) === "ENOTDIR") return []
        throw cause
      }),
    catch: (cause) => fileError("list", path, cause)
  })
