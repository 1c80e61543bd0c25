import { existsSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Data, Effect, type Scope } from "effect"
import { isRunning, MACHINE, PROCESS_TOKEN } from "../datasets/this-machine.ts"
import { retryBusy } from "../models/sqlite-file.ts"

/** How long a claim outlives its owner's last sign of life, where the owner runs on another machine. */
const LEASE_MILLIS = 30_000
const HEARTBEAT_MILLIS = 5_000

export class ClaimError extends Data.TaggedError("ClaimError")<{ readonly path: string; readonly message: string }> {}

/**
 * Which process works on which shard, so that several `generate` on one folder share the work instead of paying twice.
 * It is a courtesy, not the truth: whoever loses a claim and finishes all the same loses the race for the commit, and
 * the file can be deleted at any time.
 */
export interface Claims {
  /** True where the shard is ours now. */
  readonly take: (phase: string, generation: number, shard: number) => Effect.Effect<boolean, ClaimError>
  readonly release: (phase: string, generation: number, shard: number) => Effect.Effect<void, ClaimError>
}

/** An owner's name, from which others on this machine can tell whether it is alive. */
const ownName = (): string => [MACHINE.host, process.pid, MACHINE.namespace, PROCESS_TOKEN].join("|")

const isAlive = (owner: string): boolean => {
  const [host, pid, namespace] = owner.split("|")
  if (host !== MACHINE.host || namespace !== MACHINE.namespace) return true
  // An earlier process that had this one's id, as the first process of each container has.
  if (Number(pid) === process.pid) return owner === ownName()
  return isRunning(Number(pid))
}

/**
 * Whether the leases of others may be believed to have run out. Where this process itself lay still for longer than between two
 * heartbeats (a laptop slept, the clock jumped), so did its neighbours: they are given one lease's time to show that they live.
 */
const leaseJudge = () => {
  let lastAwake = Date.now()
  let patientUntil = Number.NEGATIVE_INFINITY
  return (): boolean => {
    const now = Date.now()
    if (now - lastAwake > 2 * HEARTBEAT_MILLIS) patientUntil = now + LEASE_MILLIS
    lastAwake = now
    return now >= patientUntil
  }
}

const SCHEMA = `PRAGMA synchronous = OFF;
  CREATE TABLE IF NOT EXISTS claims (
    phase TEXT, generation INTEGER, shard INTEGER, owner TEXT, expires INTEGER,
    PRIMARY KEY (phase, generation, shard));
  CREATE TABLE IF NOT EXISTS workers (owner TEXT PRIMARY KEY, run TEXT, expires INTEGER)`

const claimsFile = (folder: string): string => join(folder, "claims.sqlite")

const attempting =
  (path: string) =>
  <A>(run: () => A): Effect.Effect<A, ClaimError> =>
    Effect.try({
      try: run,
      catch: (cause) =>
        new ClaimError({
          path,
          message: `${path}: ${String(cause)}. The file may be deleted while no run is going on.`
        })
    })

const openFile = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: 10_000 })
  try {
    retryBusy(() => database.exec("PRAGMA journal_mode = WAL"))
    database.exec(SCHEMA)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const enter = (database: DatabaseSync, owner: string, run: string): void => {
  database.prepare("INSERT OR REPLACE INTO workers VALUES (?, ?, ?)").run(owner, run, Date.now() + LEASE_MILLIS)
}

/**
 * Says that this process works on the folder for `run`, unless living others work there for another run: those are given,
 * and nothing is said. To be called before the run record is believed or changed: of two processes with different settings
 * only the first gets in, also where neither holds a shard (while one plans, merges or reports).
 */
export const announce = (folder: string, run: string): Effect.Effect<ReadonlyArray<string>, ClaimError> => {
  const path = claimsFile(folder)
  return attempting(path)(() => {
    const database = openFile(path)
    try {
      const owner = ownName()
      database.exec("BEGIN IMMEDIATE")
      const others = livingWorkers(database).filter((worker) => worker.owner !== owner && worker.run !== run)
      if (others.length === 0) enter(database, owner, run)
      database.exec("COMMIT")
      return others.map((worker) => worker.owner)
    } finally {
      database.close()
    }
  })
}

/** Forgets the dead ones on its way. */
const livingWorkers = (database: DatabaseSync): ReadonlyArray<{ readonly owner: string; readonly run: string }> => {
  const workers = database.prepare("SELECT owner, run, expires FROM workers").all()
  const forget = database.prepare("DELETE FROM workers WHERE owner = ?")
  return workers.flatMap((row) => {
    const owner = String(row.owner)
    if (Number(row.expires) > Date.now() && isAlive(owner)) return [{ owner, run: String(row.run) }]
    forget.run(owner)
    return []
  })
}

/**
 * Claims in `claims.sqlite`, released when the scope closes and renewed until then. That the process works for `run` is said
 * too, and stays said: after the last phase it still merges and reports.
 */
export const openClaims = (folder: string, run: string): Effect.Effect<Claims, ClaimError, Scope.Scope> =>
  Effect.gen(function* () {
    const path = claimsFile(folder)
    const attempt = attempting(path)
    const owner = ownName()
    const database = yield* Effect.acquireRelease(
      attempt(() => {
        const db = openFile(path)
        enter(db, owner, run)
        return db
      }),
      (db) =>
        Effect.sync(() => {
          db.prepare("DELETE FROM claims WHERE owner = ?").run(owner)
          db.close()
        })
    )
    const find = database.prepare("SELECT owner, expires FROM claims WHERE phase = ? AND generation = ? AND shard = ?")
    const set = database.prepare("INSERT OR REPLACE INTO claims VALUES (?, ?, ?, ?, ?)")
    const remove = database.prepare("DELETE FROM claims WHERE phase = ? AND generation = ? AND shard = ? AND owner = ?")
    const renewals = ["claims", "workers"].map((table) =>
      database.prepare(`UPDATE ${table} SET expires = ? WHERE owner = ?`)
    )

    const mayExpire = leaseJudge()
    yield* attempt(() => {
      mayExpire()
      for (const renew of renewals) renew.run(Date.now() + LEASE_MILLIS, owner)
    }).pipe(Effect.ignore, Effect.delay(HEARTBEAT_MILLIS), Effect.forever, Effect.forkScoped)

    return {
      take: (phase, generation, shard) =>
        attempt(() => {
          const expiring = mayExpire()
          database.exec("BEGIN IMMEDIATE")
          const held = find.get(phase, generation, shard) as { owner: string; expires: number } | undefined
          const expired = held !== undefined && expiring && held.expires < Date.now()
          const free = held === undefined || held.owner === owner || expired || !isAlive(held.owner)
          if (free) set.run(phase, generation, shard, owner, Date.now() + LEASE_MILLIS)
          database.exec("COMMIT")
          return free
        }),
      release: (phase, generation, shard) =>
        attempt(() => {
          remove.run(phase, generation, shard, owner)
        })
    }
  })

/** Other processes that work on this folder and are alive now, for whichever run; empty where nobody does. */
export const liveOwners = (folder: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.sync(() => {
    const path = claimsFile(folder)
    if (!existsSync(path)) return []
    try {
      const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
      try {
        const rows = database
          .prepare("SELECT owner, expires FROM claims UNION SELECT owner, expires FROM workers")
          .all()
          .filter((row) => Number(row.expires) > Date.now())
        const own = ownName()
        return [...new Set(rows.map((row) => String(row.owner)))].filter((owner) => owner !== own && isAlive(owner))
      } finally {
        database.close()
      }
    } catch {
      // Not a database, or none yet: nobody can be working with it.
      return []
    }
  })
