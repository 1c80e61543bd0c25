import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Worker } from "node:worker_threads"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { vi } from "vitest"
import { MACHINE } from "../../datasets/this-machine.ts"
import { announce, liveOwners, openClaims } from "../../engine/claims.ts"

const scratch = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "dialoom-claims-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const owner = (pid: number, namespace = MACHINE.namespace, host = MACHINE.host) => `${host}|${pid}|${namespace}|0`
/** A process that is alive as long as this one, and is not this one. */
const NEIGHBOUR = owner(process.ppid)

const withFile = <A>(folder: string, body: (database: DatabaseSync) => A): A => {
  const database = new DatabaseSync(join(folder, "claims.sqlite"))
  try {
    return body(database)
  } finally {
    database.close()
  }
}

/** As if `of` had claimed shard 0 of phase `p`. */
const claimedBy = (folder: string, of: string, expires: number) =>
  withFile(folder, (database) =>
    database.prepare("INSERT OR REPLACE INTO claims VALUES ('p', 1, 0, ?, ?)").run(of, expires)
  )

/** Another process that makes the file at this very moment: it holds the lock for a while, in the mode of a new file. */
const NEIGHBOUR_MAKES_IT = `
  const { DatabaseSync } = require("node:sqlite")
  const { parentPort, workerData } = require("node:worker_threads")
  const database = new DatabaseSync(workerData)
  database.exec("BEGIN IMMEDIATE; CREATE TABLE other (a)")
  parentPort.postMessage("locked")
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  database.exec("COMMIT")
  database.close()`

describe("a file of claims that is being made by another process", () => {
  it.live("is waited for: SQLite itself would not wait for the switch to WAL", () =>
    Effect.gen(function* () {
      const folder = yield* scratch
      const worker = new Worker(NEIGHBOUR_MAKES_IT, { eval: true, workerData: join(folder, "claims.sqlite") })
      yield* Effect.promise(() => new Promise((resolve) => worker.once("message", resolve)))
      assert.deepStrictEqual(yield* announce(folder, "run"), [])
      yield* Effect.promise(() => worker.terminate())
    })
  )
})

describe("a claim of another process", () => {
  const cases: ReadonlyArray<readonly [string, string, number, boolean]> = [
    ["holds while its owner lives", NEIGHBOUR, 20_000, false],
    ["is free once its lease has run out", NEIGHBOUR, -1, true],
    ["is free at once where no process of its id runs here", owner(2 ** 30), 20_000, true],
    ["is free at once where an earlier process had this one's id", owner(process.pid), 20_000, true],
    [
      "holds where its owner cannot be asked: another host's",
      owner(2 ** 30, MACHINE.namespace, "elsewhere"),
      20_000,
      false
    ],
    [
      "holds where its owner cannot be asked: another container's of this host's name",
      owner(2 ** 30, "pid:[1]"),
      20_000,
      false
    ],
    ["holds also where that container's process has this one's id", owner(process.pid, "pid:[1]"), 20_000, false]
  ]
  for (const [behaviour, of, left, free] of cases) {
    it.effect(behaviour, () =>
      Effect.gen(function* () {
        const folder = yield* scratch
        const claims = yield* openClaims(folder, "run")
        claimedBy(folder, of, Date.now() + left)
        assert.strictEqual(yield* claims.take("p", 1, 0), free)
      })
    )
  }

  it.effect("is not taken for abandoned by a process that slept as long: its owner has a lease's time to wake up", () =>
    Effect.gen(function* () {
      const start = Date.now()
      yield* Effect.acquireRelease(
        Effect.sync(() => vi.useFakeTimers({ toFake: ["Date"], now: start })),
        () => Effect.sync(() => vi.useRealTimers())
      )
      const folder = yield* scratch
      const claims = yield* openClaims(folder, "run")
      claimedBy(folder, NEIGHBOUR, start + 25_000)
      const takenAt = (seconds: number) => {
        vi.setSystemTime(start + 3_600_000 + seconds * 1_000)
        return claims.take("p", 1, 0)
      }
      assert.isFalse(yield* takenAt(0))
      for (const seconds of [8, 16, 24, 29]) assert.isFalse(yield* takenAt(seconds))
      assert.isTrue(yield* takenAt(31))
    })
  )
})

describe("working on a folder", () => {
  it.effect("is refused while a neighbour works there for another run, and not after its death", () =>
    Effect.gen(function* () {
      const folder = yield* scratch
      assert.deepStrictEqual(yield* announce(folder, "run-a"), [])
      const enter = (of: string) =>
        withFile(folder, (database) =>
          database.prepare("INSERT INTO workers VALUES (?, 'run-b', ?)").run(of, Date.now() + 20_000)
        )
      enter(owner(2 ** 30))
      enter(owner(process.pid))
      assert.deepStrictEqual(yield* announce(folder, "run-a"), [])
      enter(NEIGHBOUR)
      assert.deepStrictEqual(yield* announce(folder, "run-a"), [NEIGHBOUR])
      assert.deepStrictEqual(yield* liveOwners(folder), [NEIGHBOUR])
    })
  )
})
