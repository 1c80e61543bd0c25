import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, describe, it } from "vitest"
import { z } from "zod"
import type { ProviderReply } from "../../models/provider.ts"
import { user } from "../../schemas/message.ts"
import { drawFault, parseFaults } from "./faults.ts"
import { jsonFromSchema } from "./json-from-schema.ts"
import { latencyMillis, parseLatency } from "./latency.ts"
import { replayLine } from "./replay.ts"
import { type Logged, paidTwice } from "./request-log.ts"
import { type RunningServer, type ServerOptions, startServer } from "./server.ts"

const cleanups: Array<() => unknown> = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const serving = async (options: ServerOptions = {}): Promise<RunningServer> => {
  const server = await startServer(options)
  cleanups.push(server.close)
  return server
}

const ask = (url: string, content: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ model: "m", messages: [{ role: "user", content }], max_tokens: 5 })
  })

const said = async (url: string, content: string): Promise<string> => {
  const body = (await (await ask(url, content)).json()) as { choices: Array<{ message: { content: string } }> }
  return body.choices[0]?.message.content ?? ""
}

describe("the simulated server", () => {
  it("answers equal requests equally, in every process", async () => {
    const [one, other] = [await serving(), await serving()]
    assert.strictEqual(await said(one.url, "a"), await said(other.url, "a"))
    assert.notStrictEqual(await said(one.url, "a"), await said(one.url, "b"))
  })

  it("fails the same attempt of the same request in the same way, and lets a later one through", async () => {
    const faults = { "500": 0.5 }
    const statuses = async (server: RunningServer) => {
      const seen: Array<number> = []
      for (let attempt = 0; attempt < 8; attempt++) seen.push((await ask(server.url, "a")).status)
      return seen
    }
    const seen = await statuses(await serving({ faults }))
    assert.deepStrictEqual(await statuses(await serving({ faults })), seen)
    assert.includeMembers(seen, [200, 500])
  })

  it("logs what it was asked, what it answered and whether that was delivered", async () => {
    const server = await serving({ fault: (_, __, attempt) => (attempt === 1 ? "503" : undefined) })
    await (await ask(server.url, "a")).text()
    await (await ask(server.url, "a")).text()
    await (await ask(server.url, "a")).text()
    const hash = server.log.entries[0]?.hash ?? ""
    assert.deepStrictEqual(
      server.log.entries.map(({ attempt, delivered, fault, hash, status }) => [
        attempt,
        status,
        delivered,
        fault,
        hash
      ]),
      [
        [1, 503, false, "503", hash],
        [2, 200, true, null, hash],
        [3, 200, true, null, hash]
      ]
    )
    assert.deepStrictEqual(paidTwice(server.log.entries), [hash])
  })

  it("lets each key ask so often in a window, and says when it may again", async () => {
    const server = await serving({ keys: ["a", "b"], bucket: { requests: 1, windowMillis: 60_000 } })
    const status = async (key: string) => (await ask(server.url, "q", { authorization: `Bearer ${key}` })).status
    assert.deepStrictEqual(
      [await status("a"), await status("a"), await status("b"), await status("c")],
      [200, 429, 200, 401]
    )
    const refused = await ask(server.url, "q", { authorization: "Bearer a" })
    assert.isAbove(Number(refused.headers.get("retry-after")), 50)
  })

  it("is down while an outage is on", async () => {
    const server = await serving()
    const root = server.url.replace("/v1", "")
    await fetch(`${root}/_admin/outage?on=1&kind=503`)
    assert.strictEqual((await ask(server.url, "a")).status, 503)
    await fetch(`${root}/_admin/outage?on=1`)
    assert.instanceOf(await ask(server.url, "a").catch((error: unknown) => error), TypeError)
    await fetch(`${root}/_admin/outage?on=0`)
    assert.strictEqual((await ask(server.url, "a")).status, 200)
    const log = (await (await fetch(`${root}/_admin/log`)).json()) as ReadonlyArray<Logged>
    assert.deepStrictEqual(
      log.map(({ status }) => status),
      [503, 0, 200]
    )
  })

  it("runs as a process of its own, plays a recording back and appends its log to a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dialoom-server-"))
    cleanups.push(() => rmSync(folder, { recursive: true }))
    const reply: ProviderReply = {
      content: "recorded",
      reasoning: null,
      toolCalls: [],
      finishReason: "stop",
      usage: { prompt: 1, completion: 1, cached: 0, reasoning: 0 },
      usageEstimated: true,
      model: "simulated"
    }
    writeFileSync(join(folder, "replies.jsonl"), `${replayLine([user("a")], undefined, reply)}\n`)
    const flags = ["--replay", join(folder, "replies.jsonl"), "--log", join(folder, "log.jsonl"), "--with-parent"]
    const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...flags], {
      stdio: ["pipe", "pipe", "inherit"]
    })
    cleanups.push(() => child.kill())
    const [line] = (await once(child.stdout, "data")) as [Buffer]
    const { url } = JSON.parse(line.toString()) as { url: string }
    assert.strictEqual(await said(url, "a"), "recorded")
    assert.match(await said(url, "b"), /^Reply /)
    child.stdin.end()
    await once(child, "exit")
    const logged = readFileSync(join(folder, "log.jsonl"), "utf8").trimEnd().split("\n")
    assert.deepStrictEqual(
      logged.map((text) => (JSON.parse(text) as Logged).delivered),
      [true, true]
    )
  })
})

describe("what the simulated server draws", () => {
  it("has the shares of faults that were asked for", () => {
    const faults = parseFaults("429=0.3,500=0.05")
    const drawn = Array.from({ length: 4_000 }, (_, index) => drawFault(faults, "s", `h${index}`, 1))
    assert.closeTo(drawn.filter((fault) => fault === "429").length / 4_000, 0.3, 0.03)
    assert.closeTo(drawn.filter((fault) => fault === "500").length / 4_000, 0.05, 0.02)
    assert.throws(() => parseFaults("teapot=1"), /teapot/)
  })

  it("has the latencies that were asked for", () => {
    assert.strictEqual(latencyMillis(parseLatency("50"), 0.3, 0.4), 50)
    assert.strictEqual(latencyMillis(parseLatency("20-80"), 0.5, 0.4), 50)
    assert.closeTo(latencyMillis(parseLatency("lognormal:200:0.5"), 0.5, 0.25), 200, 1e-6)
    assert.throws(() => parseLatency("soon"), /soon/)
  })

  it("makes JSON that satisfies the schema", () => {
    const schema = z.strictObject({
      name: z.string().min(12).max(20),
      kind: z.enum(["a", "b"]),
      exact: z.literal(7),
      count: z.int().min(3).max(5),
      share: z.number().min(0).max(1),
      many: z.array(z.strictObject({ on: z.boolean(), note: z.string().nullable() })).min(2),
      either: z.union([z.strictObject({ x: z.number() }), z.strictObject({ y: z.string() })]),
      map: z.record(z.string(), z.string()),
      day: z.iso.date(),
      maybe: z.string().optional()
    })
    const json = z.toJSONSchema(schema, { io: "input" })
    for (let seed = 0; seed < 50; seed++)
      assert.deepStrictEqual(schema.safeParse(jsonFromSchema(json, `${seed}`)).error, undefined)
  })

  it("ends where a schema is recursive", () => {
    interface Tree {
      readonly value: string
      readonly children: ReadonlyArray<Tree>
    }
    const tree: z.ZodType<Tree> = z.lazy(() => z.strictObject({ value: z.string(), children: z.array(tree) }))
    const json = z.toJSONSchema(tree)
    for (let seed = 0; seed < 20; seed++) assert.isTrue(tree.safeParse(jsonFromSchema(json, `${seed}`)).success)
  })
})
