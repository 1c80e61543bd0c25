import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { Recording } from "../server/replay.ts"
import type { ServerOptions } from "../server/server.ts"
import { cli } from "../support/cli.ts"
import { booksOf, itemsOf, pureBytes, rowsOf, scratchFolder } from "../support/dataset-files.ts"
import { MODEL, type PlaybackServer, playback, record } from "../support/recorded.ts"

const FLAGS = ["--items", "20", "--seed", "s", "--set", "bestOfN=1"]
/** How long the model is gone. */
const OUTAGE_MILLIS = process.env.DIALOOM_LONG_TESTS === "1" ? 60_000 : 20_000

const scratch = scratchFolder()
const faultless = join(scratch.path, "faultless")
let recording: Recording

const run = async (name: string, options: Pick<ServerOptions, "faults" | "latency" | "retryAfterMillis">) => {
  const path = join(scratch.path, name)
  const server = await playback(recording, options)
  const flags = ["--model", `${MODEL}@${server.url}`, "--concurrency", "16"]
  return {
    path,
    server,
    started: Date.now(),
    ended: cli(["generate", "apigen-mt", "--out", path, ...FLAGS, ...flags], { cwd: scratch.path })
  }
}

const faultsOf = (server: PlaybackServer): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { fault } of server.log.entries) if (fault !== null) counts[fault] = (counts[fault] ?? 0) + 1
  return counts
}

beforeAll(async () => {
  recording = await record(join(scratch.path, "recorded"), FLAGS)
  const { ended, server } = await run("faultless", {})
  const { code, stderr } = await ended
  await server.close()
  assert.strictEqual(code, 0, stderr)
}, 120_000)

afterAll(scratch.remove)

describe("a model that misbehaves", () => {
  it("costs time but no item and no byte: 30 % 429, 5 % 5xx, 2 % resets in the body, 2 % malformed bodies", async () => {
    const { ended, path, server } = await run("faulty", {
      faults: {
        ...{ "429": 0.15, "429-after-ms": 0.14, "429-after": 0.01 },
        ...{ "500": 0.03, "503": 0.02, "reset-body": 0.02, malformed: 0.02 }
      },
      latency: { kind: "uniform", from: 1, to: 10 }
    })
    const { code, stderr } = await ended
    await server.close()
    assert.strictEqual(code, 0, stderr)
    const faults = faultsOf(server)
    const limited = (faults["429"] ?? 0) + (faults["429-after-ms"] ?? 0) + (faults["429-after"] ?? 0)
    assert.isAbove(limited, server.log.entries.length * 0.25)
    for (const name of ["429-after", "500", "503", "reset-body", "malformed"])
      assert.isAbove(faults[name] ?? 0, 0, name)

    const books = booksOf(path)
    for (const { accepted, failed, pending, phase, planned, rejected } of books) {
      assert.strictEqual(planned, accepted + rejected + failed, phase)
      assert.strictEqual(pending, 0, phase)
    }
    const untyped = await rowsOf(
      path,
      "SELECT * FROM items WHERE outcome <> 'accepted' AND (stage IS NULL OR code IS NULL)"
    )
    assert.deepStrictEqual(untyped, [])
    assert.deepStrictEqual(await rowsOf(path, "SELECT * FROM items WHERE code = 'RATE_LIMIT'"), [])
    assert.deepStrictEqual(books, booksOf(faultless))
    assert.deepStrictEqual(pureBytes(path), pureBytes(faultless))
    assert.deepStrictEqual(await itemsOf(path), await itemsOf(faultless))
  }, 120_000)

  it(
    `is waited for: an outage of ${OUTAGE_MILLIS / 1000} s in the middle of a run fails no item`,
    async () => {
      const { ended, path, server, started } = await run("outage", { latency: { kind: "uniform", from: 10, to: 30 } })
      let [from, to] = [0, 0]
      server.onArrival = (count) => {
        if (count !== 150) return
        from = Date.now()
        server.setOutage("reset")
        setTimeout(() => {
          to = Date.now()
          server.setOutage(undefined)
        }, OUTAGE_MILLIS)
      }
      const { code, stderr } = await ended
      await server.close()
      assert.strictEqual(code, 0, stderr)
      assert.isAbove(from, started)
      // Timers and the clock round differently.
      assert.isAtLeast(to - from, OUTAGE_MILLIS - 5)
      assert.isBelow(to, Date.now(), "the run ended before the outage did")
      assert.isAbove(
        server.log.entries.filter((entry) => entry.at > from && entry.at < to && entry.status === 0).length,
        10
      )
      assert.deepStrictEqual(booksOf(path), booksOf(faultless))
      assert.deepStrictEqual(pureBytes(path), pureBytes(faultless))
    },
    OUTAGE_MILLIS * 2 + 90_000
  )
})
