import { existsSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Data, Effect, type Scope } from "effect"

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
const ownName = (): string => `${hostname()}|${process.pid}|${Math.round(performance.timeOrigin)}`

const isAlive = (owner: string): boolean => {
  const [host, pid] = owner.split("|")
  if (host !== hostname()) return true
  try {
    process.kill(Number(pid), 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}

/** Claims in `claims.sqlite`, released when the scope closes and renewed until then. */
export const openClaims = (folder: string): Effect.Effect<Claims, ClaimError, Scope.Scope> =>
  Effect.gen(function* () {
    const path = join(folder, "claims.sqlite")
    const attempt = <A>(run: () => A) =>
      Effect.try({
        try: run,
        catch: (cause) =>
          new ClaimError({
            path,
            message: `${path}: ${String(cause)}. The file may be deleted while no run is going on.`
          })
      })
    const owner = ownName()
    const database = yield* Effect.acquireRelease(
      attempt(() => {
        const db = new DatabaseSync(path, { timeout: 10_000 })
        db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
          CREATE TABLE IF NOT EXISTS claims (
            phase TEXT, generation INTEGER, shard INTEGER, owner TEXT, expires INTEGER,
            PRIMARY KEY (phase, generation, shard))`)
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
    const renew = database.prepare("UPDATE claims SET expires = ? WHERE owner = ?")

    yield* attempt(() => renew.run(Date.now() + LEASE_MILLIS, owner)).pipe(
      Effect.ignore,
      Effect.delay(HEARTBEAT_MILLIS),
      Effect.forever,
      Effect.forkScoped
    )

    return {
      take: (phase, generation, shard) =>
        attempt(() => {
          database.exec("BEGIN IMMEDIATE")
          const held = find.get(phase, generation, shard) as { owner: string; expires: number } | undefined
          const free = held === undefined || held.owner === owner || held.expires < Date.now() || !isAlive(held.owner)
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

/** Owners of claims on this folder that are alive now; empty where nobody works on it. */
export const liveOwners = (folder: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.sync(() => {
    const path = join(folder, "claims.sqlite")
    if (!existsSync(path)) return []
    try {
      const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
      try {
        const rows = database.prepare("SELECT DISTINCT owner FROM claims WHERE expires > ?").all(Date.now())
        return rows.map((row) => String(row.owner)).filter(isAlive)
      } finally {
        database.close()
      }
    } catch {
      // Not a database, or none yet: nobody can be working with it.
      return []
    }
  })
