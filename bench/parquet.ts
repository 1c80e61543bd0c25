import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
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
import { count, machine, markdown } from "./machine.ts"

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

const words = "the order that you asked about has left our warehouse and will reach you on Friday — né à Köln".split(
  " "
)
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
  votes: [0, 1, 2].map((judge) => ({
    judge: `judge-${judge}`,
    score: (n + judge) % 10,
    reason: sentence(n + judge, 40)
  })),
  reward: n % 2,
  turns: 8,
  accepted: n % 3 !== 0
})

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
const cpuMicros = (): number => {
  const { system, user } = process.cpuUsage()
  return system + user
}
const figures: Array<ReadonlyArray<string>> = [["", "rows/s", "CPU µs/row", "ms", ""]]

/** Runs `body` once and notes what `rows` of it cost. */
const measured = <A, E, R>(what: string, rows: number, body: Effect.Effect<A, E, R>, note: (result: A) => string) =>
  Effect.gen(function* () {
    const cpu = cpuMicros()
    const started = performance.now()
    const result = yield* body
    const rate = rows / ((performance.now() - started) / 1_000)
    figures.push([what, count(rate), ((cpuMicros() - cpu) / rows).toFixed(1), "", note(result)])
    return result
  })

const main = Effect.gen(function* () {
  const rows = Number(process.argv[2] ?? 40_000)
  const size = Math.min(rows, 10_000)
  const codec = rowCodec(Dialogues)
  const samples = Array.from({ length: size }, (_, n) => dialogue(n))
  const where = machine()
  const folder: DatasetFolder = { name: "bench", path: mkdtempSync(join(tmpdir(), "dialoom-bench-")) }
  yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder.path, { recursive: true, force: true })))
  yield* writePart(folder, Dialogues, samples.slice(0, 10).map(codec.encode), "warm")

  const lines = yield* measured(
    "validate and encode",
    size,
    Effect.sync(() => samples.map(codec.encode)),
    (encoded) => `${count(encoded.reduce((sum, line) => sum + line.length, 0) / size)} characters a row`
  )
  // The next part is encoded while the one before is being written, as in a run.
  const batches = Array.from({ length: Math.ceil(rows / size) }, (_, part) => part)
  const parts = yield* measured(
    "the same, and write, sync, hash, seal",
    batches.length * size,
    Effect.forEach(
      batches,
      (part) => Effect.suspend(() => writePart(folder, Dialogues, samples.map(codec.encode), `p${part}`)),
      { concurrency: 2 }
    ),
    (written) => `${batches.length} parts, ${count((written[0]?.bytes ?? 0) / size)} bytes a row`
  )
  yield* measured(
    "read, decode, validate",
    batches.length * size,
    partLines(folder, Dialogues, parts).pipe(
      Stream.runFold(
        () => 0,
        (sum, line) => sum + codec.decode(line).messages.length
      )
    ),
    (read) => `${count(read)} messages`
  )

  const small: Array<number> = []
  for (let n = 0; n < 40; n++) {
    const sixteen = [...lines.slice(1, 16), codec.encode(dialogue(n))]
    const from = performance.now()
    yield* writePart(folder, Dialogues, sixteen, "small")
    small.push(performance.now() - from)
  }
  figures.push(["a part of 16 rows (median)", "", "", median(small).toFixed(1), "synced twice"])

  const items = 100_000
  const plan = yield* measured(
    "write a plan, keys checked",
    items,
    writePlan(
      folder,
      { phase: "bench", generation: 1, run: "bench", fingerprint: "-", shardSize: () => 1_000 },
      Stream.range(0, items - 1).pipe(
        Stream.map((n) => ({ key: `item-${n}`, payload: JSON.stringify({ n, text: sentence(n + 1, 120) }) }))
      )
    ),
    (written) => `${written.parts.length} parts`
  )
  const shards: Array<number> = []
  for (let shard = 0; shard < 100; shard += 5) {
    const from = performance.now()
    yield* readShard(folder, plan, shard)
    shards.push(performance.now() - from)
  }
  figures.push(["read a shard of 1,000 items (median)", "", "", median(shards).toFixed(1), ""])
  console.log(`${where}\n\n${markdown(figures)}`)
})

await Effect.runPromise(main.pipe(Effect.scoped, Effect.provide(Duck.layer())))
