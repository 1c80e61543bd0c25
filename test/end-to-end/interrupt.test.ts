import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { readTotals } from "../../models/ledger-read.ts"
import type { Recording } from "../server/replay.ts"
import { type CliResult, cli, startCli } from "../support/cli.ts"
import { booksOf, exists, filesHolding, pureBytes, rowsOf, scratchFolder } from "../support/dataset-files.ts"
import { MODEL, type PlaybackServer, playback, record } from "../support/recorded.ts"

const FLAGS = ["--items", "12", "--seed", "7", "--set", "bestOfN=1"]
const SECRET = "sk-interrupt-0123456789"

const scratch = scratchFolder()
const whole = join(scratch.path, "whole")
let recording: Recording

const generate = (at: PlaybackServer, path: string) => [
  ...["generate", "apigen-mt", "--out", path, ...FLAGS],
  ...["--model", `${MODEL}@${at.url}`]
]
const options = { cwd: scratch.path, env: { DIALOOM_API_KEY: SECRET } }

beforeAll(async () => {
  recording = await record(join(scratch.path, "recorded"), FLAGS)
  const server = await playback(recording)
  const { code, stderr } = await cli(generate(server, whole), options)
  await server.close()
  assert.strictEqual(code, 0, stderr)
}, 60_000)

afterAll(scratch.remove)

describe("an interrupt (Ctrl-C)", () => {
  const path = join(scratch.path, "interrupted")
  let server: PlaybackServer
  let stopped: CliResult

  beforeAll(async () => {
    server = await playback(recording, { latency: { kind: "uniform", from: 20, to: 60 } })
    const { child, ended } = startCli(generate(server, path), options)
    server.onArrival = (count) => {
      if (count === 80) child.kill("SIGINT")
    }
    stopped = await ended
  }, 60_000)

  it("ends the run with code 130 and says that nothing is lost", () => {
    assert.strictEqual(stopped.code, 130, stopped.stderr)
    assert.include(stopped.stderr, "Interrupted. Nothing is lost: the same command goes on where it stopped.")
    assert.isFalse(exists(join(path, "report.json")))
  })

  it("is resumed to the same bytes, without asking again what the ledger holds", async () => {
    const held = readTotals(join(path, "ledger.sqlite")).calls
    const before = server.arrivals.length
    const status = await cli(["status", path], options)
    assert.include(status.stdout, "not finished")
    const resumed = await cli(generate(server, path), options)
    await server.close()
    assert.strictEqual(resumed.code, 0, resumed.stderr)
    assert.include(resumed.stderr, `Resuming ${path}`)
    assert.strictEqual(server.arrivals.length - before, recording.size - held)
    assert.deepStrictEqual(pureBytes(path), pureBytes(whole))
  }, 60_000)

  it("leaves the key in no file", () => assert.deepStrictEqual(filesHolding(scratch.path, SECRET), []))
})

describe("items that failed on their way to the model", () => {
  it("are retried: only they are settled again, and the whole run then has its bytes", async () => {
    const path = join(scratch.path, "flaky")
    const server = await playback(recording)
    // A model that is given up at once: what it refuses fails its item.
    const settings = {
      models: { flaky: { provider: "openai", model: MODEL, baseUrls: [server.url], patienceMillis: 0 } }
    }
    writeFileSync(join(scratch.path, "settings.json"), JSON.stringify(settings))
    const flags = ["--config", "settings.json", "--model", "flaky"]
    server.onArrival = (count) => {
      if (count === 20) server.setOutage("503")
      if (count === 24) server.setOutage(undefined)
    }
    const first = await cli(["generate", "apigen-mt", "--out", path, ...FLAGS, ...flags], options)
    assert.strictEqual(first.code, 0, first.stderr)
    const failed = booksOf(path)[0]?.failed ?? 0
    assert.isAbove(failed, 0)
    assert.include(first.stdout, `${failed} items failed on their way: npm run retry -- `)
    assert.deepStrictEqual(await rowsOf(path, "SELECT DISTINCT code FROM items WHERE outcome = 'failed'"), [
      { code: "SERVER" }
    ])
    const nothing = await cli(["retry", path, "--only", "TIMEOUT", ...flags], options)
    assert.include(nothing.stdout, "Nothing to retry: no item failed that way.")
    const retried = await cli(["retry", path, ...flags], options)
    assert.strictEqual(retried.code, 0, retried.stderr)
    assert.include(retried.stdout, `${failed} items were settled again.`)
    assert.strictEqual(booksOf(path)[0]?.failed, 0)
    const last = await cli(["generate", "apigen-mt", "--out", path, ...FLAGS, ...flags], options)
    await server.close()
    assert.strictEqual(last.code, 0, last.stderr)
    assert.deepStrictEqual(booksOf(path), booksOf(whole))
    assert.deepStrictEqual(
      await rowsOf(path, "SELECT * FROM trajectories ORDER BY trajectory_id"),
      await rowsOf(whole, "SELECT * FROM trajectories ORDER BY trajectory_id")
    )
  }, 90_000)
})
