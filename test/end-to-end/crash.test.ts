import { existsSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { readCalls } from "../../models/ledger-read.ts"
import type { ProviderRequest } from "../../models/provider.ts"
import { chance } from "../server/chance.ts"
import { replayKey } from "../server/replay.ts"
import { cli, startCli } from "../support/cli.ts"
import { booksOf, filesBelow, itemsOf, pureBytes, rowsOf, scratchFolder } from "../support/dataset-files.ts"
import { MODEL, type PlaybackServer, playback, record } from "../support/recorded.ts"

const KILLS = 20
const SEED = "crash"
/** 3 shards of blueprints, 2 of trajectories, about a thousand calls: small, with a phase boundary and merges. */
const FLAGS = ["--items", "40", "--seed", "s", "--set", "bestOfN=1"]
const LATENCY = { kind: "uniform", from: 5, to: 45 } as const

/** Commits at whose first appearance a process is killed too: each is the end of one kind of work. */
const COMMITS = [
  "blueprints/plan-1.json",
  "blueprints/000001-1-0.json",
  "trajectories/plan-1.json",
  "trajectories/000000-1-0.json"
]

const scratch = scratchFolder()
const whole = join(scratch.path, "whole")
const killed = join(scratch.path, "killed")

interface Kill {
  /** Why now: the work that had just been done. */
  readonly after: string
  /** Calls that the ledger held, by the recording's keys. */
  readonly held: ReadonlySet<string>
  /** Calls that the process had sent and that the ledger does not hold. */
  readonly inFlight: ReadonlySet<string>
  /** Arrivals at the server until then. */
  readonly arrivals: number
}

let server: PlaybackServer
const kills: Array<Kill> = []
/** Recorded keys by address in the ledger. */
let keys: ReadonlyMap<string, string>

const generate = (path: string) => [
  ...["generate", "apigen-mt", "--out", path, ...FLAGS],
  ...["--model", `${MODEL}@${server.url}`, "--concurrency", "12"]
]

const keysIn = (path: string): Map<string, string> => {
  const found = new Map<string, string>()
  for (const call of readCalls(join(path, "ledger.sqlite"), { bodies: true })) {
    const request = JSON.parse(call.request ?? "") as ProviderRequest
    found.set(call.address, replayKey(request.messages, request.sampling.seed))
  }
  return found
}

/** Runs `generate` and kills it: at a seeded number of further calls, at a new commit, or (every fifth) soon after its start. */
const runAndKill = async (number: number): Promise<Kill> => {
  const draw = (what: string) => chance(`${SEED}/${number}/${what}`)
  const before = server.arrivals.length
  const held = new Set([...readCalls(join(killed, "ledger.sqlite"), { bodies: false })].map((call) => call.address))
  const share = (keys.size - held.size) / (KILLS - number + 1)
  const most = before + Math.max(1, Math.round(share * (0.4 + draw("calls"))))
  const missing = COMMITS.filter((name) => !existsSync(join(killed, "commits", name)))
  const { child, ended } = startCli(generate(killed), { cwd: scratch.path })
  let after = ""
  const kill = (why: string) => {
    if (after !== "") return
    after = why
    child.kill("SIGKILL")
  }
  server.onArrival = (count) => {
    if (count === most) setTimeout(() => kill("calls"), draw("delay") * 40)
  }
  const watch = setInterval(() => {
    const made = missing.find((name) => existsSync(join(killed, "commits", name)))
    if (made !== undefined) kill(made)
  }, 2)
  const start = number % 5 === 4 ? setTimeout(() => kill("start"), 300 + draw("start") * 900) : undefined
  const { signal, stderr } = await ended
  clearInterval(watch)
  clearTimeout(start)
  assert.strictEqual(signal, "SIGKILL", `process ${number} ended by itself: ${stderr}`)
  // What was in the sockets when it died has been read by then.
  await new Promise((resolve) => setTimeout(resolve, 100))
  const now = new Set<string>()
  for (const { address } of readCalls(join(killed, "ledger.sqlite"), { bodies: false })) {
    now.add(keys.get(address) ?? `not in the undisturbed run: ${address}`)
  }
  const sent = server.arrivals.slice(before).map((arrival) => arrival.key)
  const inFlight = new Set(sent.filter((key) => !now.has(key)))
  return { after, held: now, inFlight, arrivals: server.arrivals.length }
}

beforeAll(async () => {
  const recording = await record(join(scratch.path, "recorded"), FLAGS)
  const undisturbed = await playback(recording, { latency: { kind: "fixed", millis: 2 } })
  server = undisturbed
  const first = await cli(generate(whole), { cwd: scratch.path })
  await undisturbed.close()
  assert.strictEqual(first.code, 0, first.stderr)
  assert.strictEqual(undisturbed.unknown(), 0)
  keys = keysIn(whole)
  server = await playback(recording, { latency: LATENCY })
  for (let number = 0; number < KILLS; number++) kills.push(await runAndKill(number))
  server.onArrival = () => undefined
  const last = await cli(generate(killed), { cwd: scratch.path })
  assert.strictEqual(last.code, 0, last.stderr)
  await server.close()
}, 240_000)

afterAll(scratch.remove)

describe("a run killed with SIGKILL twenty times (done-means 29)", () => {
  it("was killed in every part of its work", () => {
    assert.strictEqual(kills.length, KILLS)
    const reasons = new Set(kills.map((kill) => kill.after))
    for (const name of [...COMMITS.slice(0, 3), "calls"]) assert.include([...reasons], name)
    const sizes = kills.map((kill) => kill.held.size)
    assert.isBelow(sizes[0] as number, keys.size / 10)
    assert.isAbove(sizes.at(-1) as number, keys.size * 0.7)
    assert.isBelow(sizes.at(-1) as number, keys.size, "the last kill left nothing to do")
  })

  it("ends with the bytes of the undisturbed run: tables, plan and rejected", () => {
    assert.deepStrictEqual(pureBytes(killed), pureBytes(whole))
  })

  it("ends with the same items, each exactly once, and balanced books", async () => {
    assert.deepStrictEqual(await itemsOf(killed), await itemsOf(whole))
    assert.deepStrictEqual(booksOf(killed), booksOf(whole))
    const [row] = await rowsOf(
      killed,
      `SELECT count(*) AS items, count(DISTINCT (phase, key)) AS different,
        (SELECT count(*) FROM plan) AS planned, (SELECT count(*) FROM trajectories) AS rows,
        (SELECT count(DISTINCT provenance.item) FROM trajectories) AS dialogues FROM items`
    )
    assert.strictEqual(row?.items, row?.planned)
    assert.strictEqual(row?.different, row?.planned)
    assert.strictEqual(row?.dialogues, row?.rows)
  })

  it("leaves nothing of the dead processes behind", () => {
    assert.deepStrictEqual(
      filesBelow(killed).filter((file) => file.endsWith(".tmp")),
      []
    )
  })

  it("never sends a call again that the ledger held when a process was killed", () => {
    const again = kills.flatMap((kill, index) => {
      const until = kills[index + 1]?.arrivals ?? server.arrivals.length
      return server.arrivals.slice(kill.arrivals, until).filter((arrival) => kill.held.has(arrival.key))
    })
    assert.deepStrictEqual(again, [])
    assert.deepStrictEqual(new Set(keysIn(killed).values()), new Set(keys.values()))
  })

  it("pays twice only for calls that were in flight when a process was killed", () => {
    for (const [key, answers] of server.answers()) {
      const caught = kills.filter((kill) => kill.inFlight.has(key)).length
      assert.isAtMost(answers - 1, caught, `call ${key} was answered ${answers} times`)
    }
    const repeated = server.arrivals.length - keys.size
    const inFlight = kills.reduce((sum, kill) => sum + kill.inFlight.size, 0)
    assert.strictEqual(repeated, inFlight)
  })
})
