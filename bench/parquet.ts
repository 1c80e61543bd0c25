import { mkdtempSync, rmSync } from "node:fs"
import { cpus, tmpdir, totalmem } from "node:os"
import { join } from "node:path"
import { Effect, Stream } from "effect"
import { z } from "zod"
import { Duck } from "../datasets/duck.ts"
import type { DatasetFolder } from "../datasets/folder.ts"
import { partLines, writePart } from "../datasets/parts.ts"
import { readShard, writePlan } from "../datasets/plan.ts"
import { Message } from "../schemas/message.ts"
import { rowCodec } from "../schemas/row-codec.ts"
import { table } from "../schemas/table.ts"

/**
 * Rows a second from objects to sealed Parquet parts and back: dialogues of eight messages, about 4 KB of JSON each.
 *
 *     node bench/parquet.ts [rows]
 */
const Dialogues = table(
  "dialogues",
  "Dialogues for measuring.",
  z.strictObject({
    id: z.string(),
    messages: z.array(Message),
    votes: z.array(z.strictObject({ judge: z.string(), score: z.number(), reason: z.string().optional() })),
    reward: z.number(),
    turns: z.int32(),
    accepted: z.boolean()
  })
)

const words = "the order that you asked about has left our warehouse and will reach you on Friday — né à Köln".split(" ")
const sentence = (seed: number, length: number): string => {
  const picked: Array<string> = []
  for (let at = seed, size = 0; size < length; at = (at * 1_103_515_245 + 12_345) & 0x7fffffff) {
    const word = words[at % words.length] ?? ""
    picked.push(word)
    size += word.length + 1
  }
  return picked.join(" ")
}

const dialogue = (n: number): z.input<typeof Dialogues.schema> => ({
  id: `dialogue-${n}`,
  messages: Array.from({ length: 8 }, (_, turn) => ({
    role: turn === 0 ? "system" : turn % 2 === 0 ? "assistant" : "user",
    content: sentence(n * 8 + turn + 1, 420),
    ...(turn === 4
      ? { tool_calls: [{ id: `call-${n}`, name: "get_order", arguments: JSON.stringify({ order_id: `#W${n}` }) }] }
      : {})
  })),
  votes: [0, 1, 2].map((judge) => ({ judge: `judge-${judge}`, score: (n + judge) % 10, reason: sentence(n + judge, 40) })),
  reward: n % 2,
  turns: 8,
  accepted: n % 3 !== 0
})

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
const line = (what: string, rate: number, detail: string) =>
  console.log(`${what.padEnd(44)} ${Math.round(rate).toLocaleString("en").padStart(10)} rows/s   ${detail}`)

const main = Effect.gen(function* () {
  const rows = Number(process.argv[2] ?? 40_000)
  const size = Math.min(rows, 10_000)
  const codec = rowCodec(Dialogues)
  const samples = Array.from({ length: size }, (_, n) => dialogue(n))
  const bytes = samples.reduce((sum, row) => sum + codec.encode(row).length, 0) / size
  console.log(`${cpus()[0]?.model ?? "?"}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`)
  console.log(`${rows.toLocaleString("en")} rows of ${Math.round(bytes).toLocaleString("en")} characters of JSON, parts of ${size.toLocaleString("en")}\n`)

  const folder: DatasetFolder = { name: "bench", path: mkdtempSync(join(tmpdir(), "dialoom-bench-")) }
  yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder.path, { recursive: true, force: true })))
  yield* writePart(folder, Dialogues, samples.slice(0, 10).map(codec.encode), "warm")

  // Encoding a part while the one before is being written, as a run does.
  const batches = Array.from({ length: Math.ceil(rows / size) }, (_, part) => part)
  const cpu = process.cpuUsage()
  const started = performance.now()
  let encoding = 0
  const parts = yield* Effect.forEach(
    batches,
    (part) =>
      Effect.suspend(() => {
        const from = performance.now()
        const lines = samples.map(codec.encode)
        encoding += performance.now() - from
        return writePart(folder, Dialogues, lines, `p${part}`)
      }),
    { concurrency: 2 }
  )
  const seconds = (performance.now() - started) / 1_000
  const used = process.cpuUsage(cpu)
  const written = batches.length * size
  line(
    "validate, encode, write, sync, hash, seal",
    written / seconds,
    `${((used.user + used.system) / written).toFixed(0)} µs CPU a row, ${((encoding * 1_000) / written).toFixed(0)} of them validating and encoding; ${Math.round((parts[0]?.bytes ?? 0) / size)} bytes a row`
  )

  const reading = performance.now()
  const read = yield* partLines(folder, Dialogues, parts).pipe(
    Stream.runFold(
      () => 0,
      (count, text) => count + (codec.decode(text).messages.length > 0 ? 1 : 0)
    )
  )
  line("read, decode, validate", read / ((performance.now() - reading) / 1_000), `${parts.length} parts`)

  const small: Array<number> = []
  const sixteen = samples.slice(0, 16).map(codec.encode)
  for (let n = 0; n < 40; n++) {
    const from = performance.now()
    yield* writePart(folder, Dialogues, [...sixteen.slice(1), codec.encode(dialogue(n))], "small")
    small.push(performance.now() - from)
  }
  console.log(`${"a part of 16 rows".padEnd(44)} ${median(small).toFixed(1).padStart(10)} ms`)

  const items = 100_000
  const planning = performance.now()
  const plan = yield* writePlan(
    folder,
    { phase: "bench", generation: 1, run: "bench", fingerprint: "-", shardSize: () => 1_000 },
    Stream.range(0, items - 1).pipe(
      Stream.map((n) => ({ key: `item-${n}`, payload: JSON.stringify({ n, text: sentence(n + 1, 120) }) }))
    )
  )
  line("write a plan, keys checked", items / ((performance.now() - planning) / 1_000), `${plan.parts.length} parts`)
  const shards: Array<number> = []
  for (let shard = 0; shard < 100; shard += 5) {
    const from = performance.now()
    yield* readShard(folder, plan, shard)
    shards.push(performance.now() - from)
  }
  console.log(`${"read a shard of 1,000 items".padEnd(44)} ${median(shards).toFixed(1).padStart(10)} ms`)
})

await Effect.runPromise(main.pipe(Effect.scoped, Effect.provide(Duck.layer())))
