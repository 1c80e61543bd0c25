import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { Effect } from "effect"
import { newProgress } from "../engine/progress.ts"
import { simulatedModel } from "../models/models-by-role.ts"
import { count, machine, markdown, megabytes, seconds } from "./machine.ts"
import { runInProcess } from "./run-in-process.ts"
import { smallItemsPipeline } from "./small-items-pipeline.ts"

/*
 * Many small items through plan, shards, commits, books, merge and report. `node bench/small-items.ts [--quick] [--items 1000000]
 * [--concurrency 64] [--keep FOLDER]`.
 */

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    items: { type: "string" },
    concurrency: { type: "string", default: "64" },
    /** Where the dataset stays, for start-up.ts. */
    keep: { type: "string" }
  }
})
const items = Number(values.items ?? (values.quick ? 50_000 : 1_000_000))
const path = values.keep ?? mkdtempSync(join(tmpdir(), "dialoom-bench-"))
const discard = () => {
  if (values.keep === undefined) rmSync(path, { recursive: true, force: true })
}

console.log(machine())
const progress = newProgress(performance.now())
const started = performance.now()
const cpuBefore = process.cpuUsage()
let planned: number | undefined
let settled: number | undefined
let next = 0
const memory: Array<ReadonlyArray<string>> = [["items settled", "after", "RSS", "heap"]]

const timer = setInterval(() => {
  const [phase] = progress.phases
  if (phase === undefined) return
  planned ??= performance.now()
  if (phase.accepted === items) settled ??= performance.now()
  while (next <= phase.accepted) {
    const { heapUsed, rss } = process.memoryUsage()
    memory.push([count(next), seconds(performance.now() - started), megabytes(rss), megabytes(heapUsed)])
    next += Math.max(1, Math.floor(items / 10))
  }
}, 10)

const report = await Effect.runPromise(
  Effect.ensuring(
    runInProcess({
      path,
      pipeline: smallItemsPipeline,
      items,
      model: simulatedModel,
      concurrency: Number(values.concurrency),
      progress
    }),
    Effect.sync(() => clearInterval(timer))
  )
).catch((error: unknown) => {
  discard()
  throw error
})
const ended = performance.now()
const commits = readdirSync(join(path, "commits", "squares")).filter((name) => /^\d/.test(name)).length
discard()
if (report.books[0]?.accepted !== items) throw new Error(`not every item was accepted: ${JSON.stringify(report.books)}`)

const cpu = process.cpuUsage(cpuBefore)
const planMillis = (planned ?? ended) - started
const settleMillis = (settled ?? ended) - (planned ?? ended)
const finishMillis = ended - (settled ?? ended)
console.log(`${count(items)} items, ${count(commits)} commits, ${values.concurrency} in flight\n`)
console.log(`${markdown(memory)}\n`)
console.log(
  markdown([
    [
      "plan",
      "settle and commit",
      "books, merge, report",
      "whole",
      "items/s while settling",
      "commits/s",
      "CPU µs an item",
      "peak RSS"
    ],
    [
      seconds(planMillis),
      seconds(settleMillis),
      seconds(finishMillis),
      seconds(ended - started),
      count((items / settleMillis) * 1_000),
      ((commits / settleMillis) * 1_000).toFixed(1),
      ((cpu.user + cpu.system) / items).toFixed(1),
      megabytes(process.resourceUsage().maxRSS * 1024)
    ]
  ])
)
