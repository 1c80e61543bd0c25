import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { readTotals } from "../../models/ledger-read.ts"
import { type CliResult, cli, startCli } from "../support/cli.ts"
import { booksOf, filesBelow, itemsOf, pureBytes, scratchFolder } from "../support/dataset-files.ts"
import { MODEL, type PlaybackServer, playback, record } from "../support/recorded.ts"

const FLAGS = ["--items", "40", "--seed", "s", "--set", "bestOfN=1"]

const scratch = scratchFolder()
const alone = join(scratch.path, "alone")
const shared = join(scratch.path, "shared")

let single: PlaybackServer
let server: PlaybackServer
let results: ReadonlyArray<CliResult>
let other: CliResult

const generate = (at: PlaybackServer, path: string, flags: ReadonlyArray<string> = FLAGS) => [
  ...["generate", "apigen-mt", "--out", path, ...flags],
  ...["--model", `${MODEL}@${at.url}`, "--concurrency", "8"]
]

beforeAll(async () => {
  const recording = await record(join(scratch.path, "recorded"), FLAGS)
  single = await playback(recording)
  const first = await cli(generate(single, alone), { cwd: scratch.path })
  assert.strictEqual(first.code, 0, first.stderr)
  await single.close()

  server = await playback(recording, { latency: { kind: "uniform", from: 20, to: 60 }, keys: ["one", "two"] })
  const atWork = new Promise<void>((resolve) => {
    server.onArrival = (count) => {
      if (count === 100) resolve()
    }
  })
  const both = ["one", "two"].map((key) =>
    startCli(generate(server, shared), { cwd: scratch.path, env: { DIALOOM_API_KEY: key } })
  )
  await Promise.race([atWork, Promise.all(both.map((one) => one.ended))])
  other = await cli(generate(server, shared, [...FLAGS, "--set", "attempts=2"]), {
    cwd: scratch.path,
    env: { DIALOOM_API_KEY: "one" }
  })
  results = await Promise.all(both.map((one) => one.ended))
  await server.close()
}, 180_000)

afterAll(scratch.remove)

describe("two processes on one folder", () => {
  it("both end well, and both worked", () => {
    for (const { code, stderr } of results) assert.strictEqual(code, 0, stderr)
    for (const key of [0, 1]) {
      assert.isAbove(server.log.entries.filter((entry) => entry.key === key && entry.delivered).length, 50)
    }
  })

  it("make the bytes of a single run", async () => {
    assert.deepStrictEqual(pureBytes(shared), pureBytes(alone))
    assert.deepStrictEqual(await itemsOf(shared), await itemsOf(alone))
    assert.deepStrictEqual(booksOf(shared), booksOf(alone))
  })

  it("pay for no call twice", () => {
    assert.strictEqual(server.unknown(), 0)
    const twice = [...server.answers()].filter(([, answers]) => answers > 1)
    assert.deepStrictEqual(twice, [])
    assert.strictEqual(server.arrivals.length, single.arrivals.length)
    assert.strictEqual(readTotals(join(shared, "ledger.sqlite")).calls, single.arrivals.length)
  })

  it("leave no claim and no temporary file", () => {
    assert.deepStrictEqual(
      filesBelow(shared).filter((file) => file.endsWith(".tmp")),
      []
    )
  })
})

describe("a process with other settings, while others work", () => {
  it("is refused with both settings named, before any call", () => {
    assert.strictEqual(other.code, 2, other.stderr)
    assert.match(
      other.stderr,
      /Another process .* is working on .*shared with other settings:\n {2}config\.attempts: 3 -> 2\n/
    )
    assert.include(other.stderr, "choose another --out")
    assert.strictEqual(other.stdout, "")
  })
})
