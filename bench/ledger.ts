import { createHash } from "node:crypto"
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { cpus, tmpdir, totalmem } from "node:os"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { Effect } from "effect"
import { Ledger, type LedgerEntry } from "../models/ledger.ts"
import { layerSqlite } from "../models/ledger-sqlite.ts"
import type { ProviderRequest } from "../models/provider.ts"
import type { Message } from "../schemas/message.ts"

/*
 * What the ledger costs. `node bench/ledger.ts [entries = 1000000] [folder = the system's temporary one]`: entries of about 2 KB,
 * each a prompt of its own, 256 puts at a time; then reads in random order, with the file opened anew; then puts at a steady
 * 2,000 a second, which is what a fast run makes; then dialogues, whose requests repeat their policy, tools and earlier messages.
 */

const count = Number(process.argv[2] ?? 1_000_000)
const folder = mkdtempSync(join(process.argv[3] ?? tmpdir(), "dialoom-bench-"))
const path = join(folder, "ledger.sqlite")

const address = (n: number) => createHash("sha256").update(String(n)).digest("hex")
const filler = (n: number, length: number) =>
  createHash("sha512").update(`f${n}`).digest("base64").repeat(30).slice(0, length)

const call = (n: number, request: ProviderRequest): LedgerEntry => ({
  address: address(n),
  phase: "trajectories",
  item: `item-${Math.floor(n / 50)}`,
  stage: "converse",
  role: "agent",
  draw: 0,
  provider: "openai",
  request,
  reply: {
    content: filler(-n - 1, 500),
    reasoning: null,
    toolCalls: [],
    finishReason: "stop",
    usage: { prompt: 400, completion: 120, cached: 0, reasoning: 0 },
    usageEstimated: false,
    model: "model"
  },
  costUsd: 0.001,
  milliseconds: 800,
  attempts: 1,
  at: 1_700_000_000_000 + n
})
const single = (n: number) =>
  call(n, {
    model: "model",
    messages: [{ role: "user", content: filler(n, 1100) }],
    sampling: { temperature: 0.7, maxTokens: 1000, seed: n }
  })

const megabytes = (file: string) => (statSync(file).size / 1e6).toFixed(0)
const table: Array<readonly [string, string]> = []
const cpuMicros = () => {
  const { system, user } = process.cpuUsage()
  return system + user
}
/** Runs a body over a count and tells wall clock and CPU (all threads) of one. */
const measured = <A, E, R>(name: string, times: number, body: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const [wall, cpu, loop] = [performance.now(), cpuMicros(), performance.eventLoopUtilization()]
    yield* body
    const millis = performance.now() - wall
    const busy = performance.eventLoopUtilization(loop).utilization
    table.push([
      name,
      `${Math.round((times / millis) * 1000).toLocaleString("en")}/s, ${((millis * 1000) / times).toFixed(1)} µs each, ` +
        `${((cpuMicros() - cpu) / times).toFixed(1)} µs CPU, event loop ${(busy * 100).toFixed(0)} % busy`
    ])
  })

const fill = Effect.gen(function* () {
  const ledger = yield* Ledger
  yield* measured(
    `put, 256 at a time`,
    count,
    Effect.forEach(
      Array.from({ length: 256 }, (_, lane) => lane),
      (lane) => putLane(ledger, lane),
      {
        concurrency: "unbounded",
        discard: true
      }
    )
  )
})
const putLane = Effect.fnUntraced(function* (ledger: Ledger["Service"], lane: number) {
  for (let n = lane; n < count; n += 256) yield* ledger.put(single(n))
})

const read = Effect.gen(function* () {
  const ledger = yield* Ledger
  const reads = Math.min(count, 100_000)
  const order = Array.from({ length: reads }, () => Math.floor(Math.random() * count))
  yield* measured(
    "get, random order",
    reads,
    Effect.gen(function* () {
      for (const n of order) yield* ledger.get(address(n))
    })
  )
  yield* measured(
    "get, a miss",
    reads,
    Effect.gen(function* () {
      for (const n of order) yield* ledger.get(address(count * 10 + n))
    })
  )
})

/** A put every half millisecond for five seconds. */
const steady = Effect.gen(function* () {
  const ledger = yield* Ledger
  const puts = 10_000
  const waits: Array<number> = []
  const started = performance.now()
  const one = Effect.fnUntraced(function* (n: number) {
    const due = started + n / 2
    if (due > performance.now()) yield* Effect.sleep(due - performance.now())
    const before = performance.now()
    yield* ledger.put(single(count + n))
    waits.push(performance.now() - before)
  })
  yield* measured(
    "put at 2,000/s",
    puts,
    Effect.forEach(
      Array.from({ length: puts }, (_, n) => n),
      one,
      { concurrency: "unbounded", discard: true }
    )
  )
  waits.sort((left, right) => left - right)
  const at = (share: number) => (waits[Math.floor(share * (waits.length - 1))] ?? 0).toFixed(2)
  table.push(["put at 2,000/s, latency", `median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`])
})

const dialogues = Effect.gen(function* () {
  const ledger = yield* Ledger
  const policy = filler(1, 1500).repeat(4)
  const tools = Array.from({ length: 16 }, (_, n) => ({
    name: `tool_${n}`,
    description: filler(n, 300),
    parameters: { type: "object", properties: { id: { type: "string", description: filler(n, 200) } } }
  }))
  const steps = 20
  let bytes = 0
  const dialogue = Effect.fnUntraced(function* (number: number) {
    const messages: Array<Message> = [{ role: "system", content: policy }]
    for (let step = 0; step < steps; step++) {
      const n = 100_000_000 + number * steps + step
      messages.push({ role: "tool", content: filler(n, 900), tool_call_id: `c${step}`, name: "tool_1" })
      const entry = call(n, {
        model: "model",
        messages: [...messages],
        tools,
        sampling: { temperature: 0, maxTokens: 1000 }
      })
      bytes += JSON.stringify(entry.request).length + JSON.stringify(entry.reply).length
      yield* ledger.put(entry)
    }
  })
  const calls = 100 * steps
  yield* measured(
    "put, steps of dialogues",
    calls,
    Effect.forEach(
      Array.from({ length: 100 }, (_, n) => n),
      dialogue,
      { concurrency: 50, discard: true }
    )
  )
  return { calls, bytes }
})

const program = Effect.gen(function* () {
  yield* fill.pipe(Effect.provide(layerSqlite(path)))
  table.push(["file", `${megabytes(path)} MB for ${count.toLocaleString("en")} entries`])
  const opening = performance.now()
  yield* Ledger.pipe(
    Effect.tap(() => Effect.sync(() => table.push(["open", `${(performance.now() - opening).toFixed(0)} ms`]))),
    Effect.andThen(read),
    Effect.andThen(steady),
    Effect.provide(layerSqlite(path))
  )
  const file = join(folder, "dialogues.sqlite")
  const { bytes, calls } = yield* dialogues.pipe(Effect.provide(layerSqlite(file)))
  table.push(["file, dialogues", `${megabytes(file)} MB for ${(bytes / 1e6).toFixed(0)} MB of JSON in ${calls} calls`])
})

await Effect.runPromise(
  Effect.ensuring(
    program,
    Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )
)
const [cpu] = cpus()
console.log(
  `${cpus().length} x ${cpu?.model ?? "unknown processor"}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, ${process.platform}\n`
)
const width = Math.max(...table.map(([name]) => name.length))
for (const [name, value] of table) console.log(`${name.padEnd(width)}  ${value}`)
